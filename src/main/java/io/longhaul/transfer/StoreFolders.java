package io.longhaul.transfer;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The folders of a store, walked name by name from its root. Each step opens a name relative to the folder opened
 * before ({@code openat}) and never follows a link, so that nothing planted on the way, before or in the middle of a
 * walk, leads out of the store.
 */
final class StoreFolders {
    /** New folders are made here and moved to their place: the JDK cannot make one relative to an open folder. */
    private static final String STAGING = ".staging";

    /** Others may make and remove the same folders at the same time; after so many tries something else is wrong. */
    private static final int TRIES = 16;

    private final Path root;
    private final ReentrantLock making = new ReentrantLock();

    /**
     * Makes the root where there is none; the way to it may have links, it is the operator's.
     *
     * @throws IOException where it cannot be made or has no safe way of walking it
     */
    StoreFolders(Path root) throws IOException {
        Files.createDirectories(root);
        this.root = root.toRealPath();
        Files.createDirectories(this.root.resolve(STAGING));
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(this.root)) {
            if (!(stream instanceof SecureDirectoryStream))
                throw new IOException(
                        "The store " + root + " is on a system that cannot open files relative to a folder");
        }
    }

    Path root() {
        return root;
    }

    /**
     * Opens the folder of that path below the root, with all folders on the way.
     *
     * @param make whether those that are not there are made
     * @throws NoSuchFileException where one is not there and none may be made
     * @throws ForbiddenPathException where something else than a folder stands in the way
     */
    Folder open(List<String> path, boolean make) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                return walk(path, make);
            } catch (NoSuchFileException removedMeanwhile) {
                if (!make || tries == TRIES) throw removedMeanwhile;
            }
        }
    }

    private Folder walk(List<String> path, boolean make) throws IOException {
        Folder folder = top();
        for (String name : path) {
            try (Folder parent = folder) {
                folder = step(parent, name, make);
            }
        }
        return folder;
    }

    private Folder step(Folder parent, String name, boolean make) throws IOException {
        try {
            return parent.sub(name);
        } catch (NoSuchFileException missing) {
            if (!make) throw missing;
        }
        make(parent, name);
        return parent.sub(name);
    }

    /** At most one at a time here, because moving a folder onto an empty one replaces it. */
    private void make(Folder parent, String name) throws IOException {
        making.lock();
        try (Folder top = top();
                Folder staging = top.sub(STAGING)) {
            if (parent.attributes(name) != null) return;
            String fresh = UUID.randomUUID().toString();
            Files.createDirectory(root.resolve(STAGING).resolve(fresh));
            boolean moved = false;
            try {
                staging.stream.move(Path.of(fresh), parent.stream, path(name));
                moved = true;
            } catch (FileAlreadyExistsException | DirectoryNotEmptyException otherNodeWasFaster) {
                // then it is there
            } catch (FileSystemException refused) {
                if (parent.attributes(name) == null) throw refused;
            } finally {
                if (!moved) staging.stream.deleteDirectory(Path.of(fresh));
            }
        } finally {
            making.unlock();
        }
    }

    @SuppressWarnings("StreamResourceLeak") // closed with the folder
    private Folder top() throws IOException {
        return new Folder(secure(Files.newDirectoryStream(root)));
    }

    /**
     * A name, never a path, and on disk always in UTF-8: what a process takes a text for when it makes a path of it
     * depends on the locale that it was started in, what it takes the escaped bytes of a URI for does not.
     */
    private static Path path(String name) throws ForbiddenPathException {
        if (name.isEmpty() || name.equals("..") || name.indexOf('/') >= 0 || name.indexOf('\0') >= 0)
            throw new ForbiddenPathException(name, "it is not a name of a file");
        if (name.chars().allMatch(letter -> letter < 0x80)) return Path.of(name);
        StringBuilder escaped = new StringBuilder("file:///");
        for (byte octet : name.getBytes(StandardCharsets.UTF_8)) escaped.append("%%%02X".formatted(octet & 0xff));
        return Path.of(URI.create(escaped.toString())).getFileName();
    }

    private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream) {
        return (SecureDirectoryStream<Path>) stream;
    }

    /** An open folder: names are looked up in it, wherever it is by now. Closed by whoever opened it. */
    static final class Folder implements AutoCloseable {
        private final SecureDirectoryStream<Path> stream;

        private Folder(SecureDirectoryStream<Path> stream) {
            this.stream = stream;
        }

        private Folder sub(String name) throws IOException {
            try {
                return new Folder(secure(stream.newDirectoryStream(path(name), LinkOption.NOFOLLOW_LINKS)));
            } catch (NoSuchFileException missing) {
                throw missing;
            } catch (FileSystemException notAFolder) {
                BasicFileAttributes found = attributes(name);
                if (found != null && !found.isDirectory()) throw new ForbiddenPathException(name, what(found));
                throw notAFolder;
            }
        }

        /** What has that name here, itself and not where it leads; null: nothing. */
        @Nullable
        BasicFileAttributes attributes(String name) throws IOException {
            try {
                return view(name).readAttributes();
            } catch (NoSuchFileException nothing) {
                return null;
            }
        }

        /** Whether a file has that name. Anything else that has it is refused. */
        boolean hasFile(String name) throws IOException {
            BasicFileAttributes found = attributes(name);
            if (found == null) return false;
            if (found.isDirectory()) throw new DestinationTakenException(name);
            if (!found.isRegularFile()) throw new ForbiddenPathException(name, what(found));
            return true;
        }

        /** A new file of that name, which nothing may have. */
        FileChannel create(String name) throws IOException {
            return open(name, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ));
        }

        FileChannel openToWrite(String name) throws IOException {
            mustBeFile(name);
            return open(name, Set.of(StandardOpenOption.WRITE, StandardOpenOption.READ));
        }

        FileChannel openToRead(String name) throws IOException {
            mustBeFile(name);
            return open(name, Set.of(StandardOpenOption.READ));
        }

        private void mustBeFile(String name) throws IOException {
            if (!hasFile(name)) throw new NoSuchFileException(name);
        }

        private FileChannel open(String name, Set<StandardOpenOption> how) throws IOException {
            Set<OpenOption> options = new HashSet<>(how);
            options.add(LinkOption.NOFOLLOW_LINKS);
            return (FileChannel) stream.newByteChannel(path(name), options);
        }

        /** Atomic; replaces a file or a link of the new name, never what a link leads to. */
        void rename(String from, String to) throws IOException {
            stream.move(path(from), stream, path(to));
        }

        /** Deletes the file or the link itself; says whether there was one. */
        boolean delete(String name) throws IOException {
            try {
                stream.deleteFile(path(name));
                return true;
            } catch (NoSuchFileException gone) {
                return false;
            }
        }

        void setModified(String name, FileTime time) throws IOException {
            view(name).setTimes(time, null, null);
        }

        /** The names that begin so. A folder is listed once; open it again for a second time. */
        List<String> names(String prefix) throws IOException {
            List<String> names = new ArrayList<>();
            try {
                for (Path entry : stream) {
                    String name = String.valueOf(entry.getFileName());
                    if (name.startsWith(prefix)) names.add(name);
                }
            } catch (DirectoryIteratorException problem) {
                throw problem.getCause();
            }
            return names;
        }

        /** Puts the names themselves on disk, so that a rename survives a loss of power. */
        void force() throws IOException {
            try (FileChannel self = open(".", Set.of(StandardOpenOption.READ))) {
                self.force(true);
            }
        }

        private BasicFileAttributeView view(String name) throws IOException {
            return stream.getFileAttributeView(path(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        }

        private static String what(BasicFileAttributes found) {
            if (found.isSymbolicLink()) return "a link stands in its way";
            return found.isRegularFile() ? "a file stands where a folder should be" : "it is not a file";
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }
}
