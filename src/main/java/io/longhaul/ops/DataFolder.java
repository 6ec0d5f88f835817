package io.longhaul.ops;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A node's data folder, held by this node alone. The operating system gives the lock back when the process ends,
 * however it ends.
 */
final class DataFolder implements AutoCloseable {
    private final FileChannel lockFile;

    private DataFolder(FileChannel lockFile) {
        this.lockFile = lockFile;
    }

    static DataFolder lock(Path folder) {
        try {
            Files.createDirectories(folder);
            FileChannel lockFile =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(lockFile) == null) {
                lockFile.close();
                throw new StartupException("Another node is running on the data folder " + folder + ".");
            }
            return new DataFolder(lockFile);
        } catch (IOException unusable) {
            throw new StartupException(
                    "The data folder " + folder + " cannot be used: " + Sentences.firstLine(unusable) + ".", unusable);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel lockFile) throws IOException {
        try {
            return lockFile.tryLock();
        } catch (OverlappingFileLockException heldByThisJvm) {
            return null;
        }
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException alreadyGone) {
            // the lock goes with the process at the latest
        }
    }
}
