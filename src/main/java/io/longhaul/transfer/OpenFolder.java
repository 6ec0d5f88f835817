package io.longhaul.transfer;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A folder of a store that is open, shared by all who use it at the time. It is closed when the last of them has let go
 * of it, and holds the folder above it open until then.
 */
final class OpenFolder {
    /** Where the names of a folder are forced to. */
    @FunctionalInterface
    interface Disk {
        void force(List<String> path, FileChannel names) throws IOException;

        /** What is done with a file that was opened is done with what this returns. */
        default FileChannel file(FileChannel opened) {
            return opened;
        }
    }

    private static final Path ITSELF = Path.of(".");

    private final List<String> path;
    private final Disk disk;
    private final SecureDirectoryStream<Path> stream;
    private final @Nullable Object key;
    private final @Nullable OpenFolder parent;
    private final SharedForce names = new SharedForce(this::forceNames);
    private final AtomicInteger users = new AtomicInteger(1);

    /** Its name is on disk in the folder above it. */
    private volatile boolean nameOnDisk;

    private OpenFolder(
            List<String> path,
            SecureDirectoryStream<Path> stream,
            @Nullable Object key,
            @Nullable OpenFolder parent,
            Disk disk) {
        this.path = List.copyOf(path);
        this.stream = stream;
        this.key = key;
        this.parent = parent;
        this.disk = disk;
    }

    /**
     * For one user, who takes the stream over.
     *
     * @param parent the folder above it, of which that user has hold; null: it is the root
     */
    static OpenFolder of(List<String> path, SecureDirectoryStream<Path> stream, @Nullable OpenFolder parent, Disk disk)
            throws IOException {
        try {
            Object key = stream.getFileAttributeView(BasicFileAttributeView.class)
                    .readAttributes()
                    .fileKey();
            OpenFolder opened = new OpenFolder(path, stream, key, parent, disk);
            if (parent != null && !parent.use()) throw new IllegalStateException("The folder above is closed");
            return opened;
        } catch (IOException problem) {
            stream.close();
            throw problem;
        }
    }

    List<String> path() {
        return path;
    }

    /** How many wait for the next force of its names. */
    int waiting() {
        return names.waiting();
    }

    Disk disk() {
        return disk;
    }

    SecureDirectoryStream<Path> stream() {
        return stream;
    }

    /** Whether this is what was found there. While a folder is open, no other one gets its key. */
    boolean isWhat(@Nullable BasicFileAttributes found) {
        return found != null && key != null && key.equals(found.fileKey());
    }

    /** Whether it is the same folder, opened by way of the same one. */
    boolean isSame(OpenFolder other) {
        return parent == other.parent && key != null && key.equals(other.key);
    }

    boolean isIn(@Nullable OpenFolder folder) {
        return parent == folder;
    }

    /** One user more; false: it is closed already. */
    boolean use() {
        return users.updateAndGet(now -> now == 0 ? 0 : now + 1) > 0;
    }

    void letGo() throws IOException {
        if (users.decrementAndGet() > 0) return;
        try {
            stream.close();
        } finally {
            if (parent != null) parent.letGo();
        }
    }

    /**
     * Puts its names on disk, so that a rename survives a loss of power, and the names of all folders on the way to it.
     * Those are forced once for as long as the folder stays open: nobody knows whether whoever made them has done so.
     */
    void force() throws IOException {
        names.force();
        OpenFolder at = this;
        for (OpenFolder above = parent; above != null; above = above.parent) {
            if (!at.nameOnDisk) {
                above.names.force();
                at.nameOnDisk = true;
            }
            at = above;
        }
    }

    private void forceNames() throws IOException {
        Set<OpenOption> options = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try (FileChannel self = (FileChannel) stream.newByteChannel(ITSELF, options)) {
            disk.force(path, self);
        }
    }
}
