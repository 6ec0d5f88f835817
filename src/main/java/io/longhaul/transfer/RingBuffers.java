package io.longhaul.transfer;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The buffers that large files are written from: see {@link DirectWriter}. There are only so many, each is made when it is needed and kept. */
final class RingBuffers {
    /** What a disk is written in, and where in memory it may lie: those that have smaller pages take these too. */
    static final int PAGE = 4096;

    /** Files that are written past the cache at once: so many keep any disk at work. */
    private static final int MOST = 4;

    /** As much as a checkpoint takes unless told otherwise: one half is written while the other is filled. */
    private static final int SIZE = (8 << 20) + PAGE;

    /** Together at most such a part of what the heap may be: there may be as much off the heap as on it. */
    private static final int PART = 16;

    private final int size;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<ByteBuffer> kept = new ArrayDeque<>();
    private int left;

    /** Those of a JVM with that much heap, in bytes; one at least. */
    static RingBuffers in(long maxHeap) {
        return new RingBuffers(Math.clamp(maxHeap / PART / SIZE, 1, MOST), SIZE);
    }

    /** @param size of each; whole pages */
    RingBuffers(int most, int size) {
        if (size % PAGE != 0) throw new IllegalArgumentException("size must be whole pages");
        this.left = most;
        this.size = size;
    }

    /** One off the heap that begins at a page; null: all are lent. */
    @Nullable
    ByteBuffer lend() {
        lock.lock();
        try {
            if (left == 0) return null;
            left--;
            ByteBuffer again = kept.pollLast();
            if (again != null) return again;
        } finally {
            lock.unlock();
        }
        return ByteBuffer.allocateDirect(size + PAGE).alignedSlice(PAGE).slice(0, size);
    }

    /** The last user is done with it. */
    void giveBack(ByteBuffer ring) {
        lock.lock();
        try {
            left++;
            kept.addLast(ring);
        } finally {
            lock.unlock();
        }
    }
}
