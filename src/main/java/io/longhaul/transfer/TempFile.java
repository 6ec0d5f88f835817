package io.longhaul.transfer;

import io.longhaul.transfer.StoreFolders.Folder;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The temporary file that a run writes, beside its destination. Written from the front without a gap, but for one whose parts are asked for. It only ever holds
 * bytes of one version of the remote file, each at its own offset: a file that starts again gets a new one. So an older
 * run that was frozen and still has it open can only write what stands there already.
 */
final class TempFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TempFile.class);

    private final Folder folder;
    private final String name;
    private final FileChannel channel;

    /** What is written goes to it; null: to the channel. */
    private volatile @Nullable DirectWriter direct;

    private TempFile(Folder folder, String name, FileChannel channel) {
        this.folder = folder;
        this.name = name;
        this.channel = channel;
    }

    /** A new, empty one. Whatever has its name was left by this run or planted, and goes. */
    static TempFile create(Folder folder, String name) throws IOException {
        try {
            return new TempFile(folder, name, folder.create(name));
        } catch (FileAlreadyExistsException leftOrPlanted) {
            folder.delete(name);
            return new TempFile(folder, name, folder.create(name));
        }
    }

    /**
     * The file of an older run, under the new name and cut to what is known to be on disk.
     *
     * @param bytes at least so many must be in it
     * @throws EOFException where there are fewer
     */
    static TempFile takeOver(Folder folder, String oldName, String newName, long bytes) throws IOException {
        if (!oldName.equals(newName)) folder.rename(oldName, newName);
        FileChannel channel = folder.openToWrite(newName);
        try {
            if (channel.size() < bytes) throw new EOFException("Fewer bytes than were held");
            channel.truncate(bytes);
            channel.position(bytes);
            return new TempFile(folder, newName, channel);
        } catch (IOException problem) {
            channel.close();
            throw problem;
        }
    }

    /** The next bytes are written from that offset on. */
    void position(long offset) throws IOException {
        channel.position(offset);
    }

    /** Writes what remains in the buffer behind what was written last. */
    void write(ByteBuffer bytes) throws IOException {
        DirectWriter pastCache = direct;
        if (pastCache != null) pastCache.put(bytes);
        else while (bytes.hasRemaining()) channel.write(bytes);
    }

    /**
     * From here on what is written goes past the system's cache, where the file system can do that.
     *
     * @param ring see {@link DirectWriter}; lent until {@link #writeByCache} has been called
     */
    void writePastCache(ByteBuffer ring) throws IOException {
        FileChannel opened;
        try {
            opened = folder.openPastCache(name);
        } catch (IOException notHere) {
            LOG.debug("The file system does not write past its cache: {}", notHere.toString());
            return;
        }
        try {
            direct = new DirectWriter(channel, opened, ring);
        } catch (IOException problem) {
            opened.close();
            throw problem;
        }
    }

    /**
     * From here on it goes by way of the cache again.
     *
     * @throws IOException where not all that went past it could be written: then {@link #force} fails, too
     */
    void writeByCache() throws IOException {
        DirectWriter pastCache = direct;
        if (pastCache == null) return;
        pastCache.close();
        direct = null;
    }

    /** Bytes written are on disk when this returns, their number too. May be called while another thread writes. */
    void force() throws IOException {
        DirectWriter pastCache = direct;
        if (pastCache != null) pastCache.drain();
        DiskForce.force(channel, false);
    }

    long size() throws IOException {
        return channel.size();
    }

    /**
     * Takes the checksums of the whole file.
     *
     * @return false where it was told to give up before the end
     */
    boolean read(Hashes hashes, ByteBuffer buffer, BooleanSupplier giveUp) throws IOException {
        return hashes.update(channel, buffer, giveUp);
    }

    void delete() throws IOException {
        channel.close();
        folder.delete(name);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
