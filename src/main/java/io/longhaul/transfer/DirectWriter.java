package io.longhaul.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a file from some place on past the system's cache ({@code O_DIRECT}): the disk fetches the bytes from the ring
 * that they are put into. What is written by way of the cache the system first copies, page by page, and then writes
 * itself, which costs ten times the processor time, and drives what others read out of its memory.
 *
 * <p>The disk takes whole pages only. Those at both ends of what is written at once go by way of the cache; a last page
 * that was not full is written again when it is, which is why its bytes stay in the ring.
 *
 * <p>One thread puts; any may drain.
 */
final class DirectWriter {
    private static final Logger LOG = LoggerFactory.getLogger(DirectWriter.class);

    private final FileChannel cached;
    private volatile @Nullable FileChannel direct;
    private final ByteBuffer ring;
    private final long start;

    private final ReentrantLock draining = new ReentrantLock();
    private boolean closed;

    /** Where the next byte goes in the file. */
    private volatile long received;

    /** All before it is written. */
    private volatile long written;

    /**
     * Takes over from a file's channel where that stands.
     *
     * @param cached the file, to write and not to close
     * @param direct the same file, opened so that it is written past the cache; closed with this
     * @param ring lent until this is closed; see {@link RingBuffers}
     */
    DirectWriter(FileChannel cached, FileChannel direct, ByteBuffer ring) throws IOException {
        this.cached = cached;
        this.direct = direct;
        this.ring = ring;
        this.start = cached.position();
        this.received = start;
        this.written = start;
    }

    /** Keeps what remains in the buffer; where there is no room for it, that is made first. */
    void put(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            long end = received;
            long room = ring.capacity() - (end - pageOf(written));
            if (room == 0) {
                drain();
                continue;
            }
            int at = inRing(end);
            int count = (int) Math.min(Math.min(bytes.remaining(), room), ring.capacity() - at);
            ring.put(at, bytes, bytes.position(), count);
            bytes.position(bytes.position() + count);
            received = end + count;
        }
    }

    /**
     * Whatever was put before the call is written when this returns, though not on disk for sure: see
     * {@link FileChannel#force}.
     */
    void drain() throws IOException {
        draining.lock();
        try {
            long end = received;
            if (written == end) return;
            if (closed) throw new IOException("Not all that was received could be written");
            write(end);
            written = end;
        } finally {
            draining.unlock();
        }
    }

    /** Whether whole pages go past the cache; not any more where the file system has refused one. */
    boolean isPastCache() {
        return direct != null;
    }

    /** Writes the rest, and leaves the file's channel behind it. The ring is not touched any more, even where this fails. */
    void close() throws IOException {
        draining.lock();
        try {
            drain();
            cached.position(received);
        } finally {
            closed = true;
            draining.unlock();
            writePastCacheNoMore();
        }
    }

    private void write(long end) throws IOException {
        long firstPage = pageOf(written) < start ? pageAfter(written) : pageOf(written);
        long lastPage = pageOf(end);
        if (!writeDirectly(firstPage, lastPage)) {
            write(cached, written, end);
            return;
        }
        write(cached, written, Math.min(firstPage, end));
        write(cached, Math.max(written, lastPage), end);
    }

    /** What no file system can take in this way, or not here, it is given in the other: that tells what is wrong, too. */
    private boolean writeDirectly(long from, long to) throws IOException {
        FileChannel channel = direct;
        if (channel == null) return false;
        if (from >= to) return true;
        try {
            write(channel, from, to);
            if (cached.size() >= to) return true;
            LOG.debug("What was written past the cache is not in the file");
        } catch (IOException refused) {
            LOG.debug("The disk does not take pages past the cache: {}", refused.toString());
        }
        writePastCacheNoMore();
        return false;
    }

    private void write(FileChannel channel, long from, long to) throws IOException {
        for (long at = from; at < to; ) {
            int first = inRing(at);
            int count = (int) Math.min(to - at, ring.capacity() - first);
            ByteBuffer part = ring.slice(first, count);
            while (part.hasRemaining()) channel.write(part, at + part.position());
            at += count;
        }
    }

    private void writePastCacheNoMore() throws IOException {
        FileChannel channel = direct;
        direct = null;
        if (channel != null) channel.close();
    }

    private int inRing(long offset) {
        return (int) (offset % ring.capacity());
    }

    private static long pageOf(long offset) {
        return offset - offset % RingBuffers.PAGE;
    }

    private static long pageAfter(long offset) {
        return pageOf(offset + RingBuffers.PAGE - 1);
    }
}
