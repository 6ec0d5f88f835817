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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The folders of a store, walked name by name from its root. Each step opens a name relative to the folder opened
 * before ({@code openat}) and never follows a link, so that nothing planted on the way, before or in the middle of a
 * walk, leads out of the store.
 */
final class StoreFolders implements AutoCloseable {
    /** New folders are made here and moved to their place: the JDK cannot make one relative to an open folder. */
    private static final String STAGING = ".staging";

    /**
     * Writes past the cache of the system; null: the JDK cannot. By its name, because the compiler warns of whatever is the
     * JDK's own, and not every JDK has to have it.
     */
    private static final @Nullable OpenOption PAST_CACHE = pastCache();

    private static final Path ITSELF = Path.of(".");

    /** To the microsecond: see {@link PublishedTime}. */
    private static final FileTime PROBE = FileTime.from(Instant.parse("2001-09-09T01:46:40.123457Z"));

    /** Others may make and remove the same folders at the same time; after so many tries something else is wrong. */
    static final int TRIES = 16;

    /** Looks up what a path leads to by now; null: nothing. */
    @FunctionalInterface
    private interface Look {
        @Nullable
        BasicFileAttributes found() throws IOException;
    }

    private final Path root;
    private final OpenFolder.Disk disk;
    private final ReentrantLock making = new ReentrantLock();
    private final OpenFolders kept = new OpenFolders();
    private final boolean keepsTimes;

    /**
     * Makes the root where there is none; the way to it may have links, it is the operator's.
     *
     * @throws IOException where it cannot be made or has no safe way of walking it
     */
    StoreFolders(Path root) throws IOException {
        this(root, (path, names) -> DiskForce.force(names, true));
    }

    /** As {@link #StoreFolders(Path)}, with a disk that a test can ask. */
    StoreFolders(Path root, OpenFolder.Disk disk) throws IOException {
        this.disk = disk;
        Files.createDirectories(root);
        this.root = root.toRealPath();
        Files.createDirectories(this.root.resolve(STAGING));
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(this.root)) {
            if (!(stream instanceof SecureDirectoryStream))
                throw new IOException(
                        "The store " + root + " is on a system that cannot open files relative to a folder");
        }
        this.keepsTimes = keepsTimes(this.root.resolve(STAGING));
    }

    private static boolean keepsTimes(Path folder) throws IOException {
        Path probe = folder.resolve(UUID.randomUUID().toString());
        try {
            Files.createFile(probe);
        } catch (IOException full) {
            return true; // nothing says that it does not
        }
        try {
            Files.setLastModifiedTime(probe, PROBE);
            return Files.getLastModifiedTime(probe).equals(PROBE);
        } catch (IOException refused) {
            return false;
        } finally {
            Files.delete(probe);
        }
    }

    Path root() {
        return root;
    }

    /** Whether a file has the time that it was given, to the microsecond. */
    boolean keepsTimes() {
        return keepsTimes;
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

    /**
     * A folder that is still open from an earlier walk is used again where its name still leads to it. That is looked
     * up as it would be opened, step by step and without following a link, so it vouches for the same.
     */
    private Folder walk(List<String> path, boolean make) throws IOException {
        Folder folder = top();
        for (int depth = 1; depth <= path.size(); depth++) {
            try (Folder parent = folder) {
                folder = step(parent, path.subList(0, depth), make);
            }
        }
        return folder;
    }

    private Folder step(Folder parent, List<String> path, boolean make) throws IOException {
        String name = path.getLast();
        Folder again = again(path, parent.open, () -> parent.attributes(name));
        if (again != null) return again;
        try {
            return open(parent, path);
        } catch (NoSuchFileException missing) {
            if (!make) throw missing;
        }
        make(parent, name);
        return open(parent, path);
    }

    private Folder open(Folder parent, List<String> path) throws IOException {
        return keep(path, parent.sub(path.getLast()), parent.open);
    }

    /** At most one at a time here, because moving a folder onto an empty one replaces it. */
    private void make(Folder parent, String name) throws IOException {
        making.lock();
        try (Folder staging = walk(List.of(STAGING), false)) {
            if (parent.attributes(name) != null) return;
            String fresh = UUID.randomUUID().toString();
            Files.createDirectory(root.resolve(STAGING).resolve(fresh));
            boolean moved = false;
            try {
                staging.stream().move(Path.of(fresh), parent.stream(), path(name));
                moved = true;
            } catch (FileAlreadyExistsException | DirectoryNotEmptyException otherNodeWasFaster) {
                // then it is there
            } catch (FileSystemException refused) {
                if (parent.attributes(name) == null) throw refused;
            } finally {
                if (!moved) staging.stream().deleteDirectory(Path.of(fresh));
            }
        } finally {
            making.unlock();
        }
    }

    @SuppressWarnings("StreamResourceLeak") // closed with the folder
    private Folder top() throws IOException {
        Folder again = again(List.of(), null, () -> Files.readAttributes(root, BasicFileAttributes.class));
        if (again != null) return again;
        return keep(List.of(), secure(Files.newDirectoryStream(root)), null);
    }

    /** The folder that was kept for that path, where it is still what is found there. */
    private @Nullable Folder again(List<String> path, @Nullable OpenFolder parent, Look look) throws IOException {
        OpenFolder known = kept.take(path);
        if (known == null) return null;
        boolean same = false;
        try {
            same = known.isIn(parent) && known.isWhat(look.found());
        } finally {
            if (!same) known.letGo();
        }
        return same ? new Folder(known) : null;
    }

    private Folder keep(List<String> path, SecureDirectoryStream<Path> stream, @Nullable OpenFolder parent)
            throws IOException {
        return new Folder(kept.keep(OpenFolder.of(path, stream, parent, disk)));
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

    private static @Nullable OpenOption pastCache() {
        try {
            for (Object option :
                    Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants())
                if (option.toString().equals("DIRECT")) return (OpenOption) option;
            return null;
        } catch (ClassNotFoundException otherJdk) {
            return null;
        }
    }

    /** Opens everything afresh from here on: after something went wrong, nothing is as it was believed to be. */
    void forget() {
        kept.clear();
    }

    /** Folders that are in use stay so until they are closed. */
    @Override
    public void close() {
        kept.close();
    }

    /**
     * An open folder: names are looked up in it, wherever it is by now. Closed by whoever opened it. Two are equal where
     * they share the same open folder.
     */
    static final class Folder implements AutoCloseable {
        private final OpenFolder open;
        private final AtomicBoolean closed = new AtomicBoolean();

        private Folder(OpenFolder open) {
            this.open = open;
        }

        private SecureDirectoryStream<Path> stream() {
            return open.stream();
        }

        private SecureDirectoryStream<Path> sub(String name) throws IOException {
            try {
                return secure(stream().newDirectoryStream(path(name), LinkOption.NOFOLLOW_LINKS));
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
            return file(name) != null;
        }

        /** The file of that name; null: nothing has it. Anything else that has it is refused. */
        @Nullable
        BasicFileAttributes file(String name) throws IOException {
            BasicFileAttributes found = attributes(name);
            if (found == null) return null;
            if (found.isDirectory()) throw new DestinationTakenException(name);
            if (!found.isRegularFile()) throw new ForbiddenPathException(name, what(found));
            return found;
        }

        /** A new file of that name, which nothing may have. */
        FileChannel create(String name) throws IOException {
            return open(name, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ));
        }

        FileChannel openToWrite(String name) throws IOException {
            mustBeFile(name);
            return open(name, Set.of(StandardOpenOption.WRITE, StandardOpenOption.READ));
        }

        /**
         * To write whole pages at the offsets of pages, past the cache of the system.
         *
         * @throws IOException also where the JDK, the system or the file system cannot do that
         */
        FileChannel openPastCache(String name) throws IOException {
            OpenOption pastCache = PAST_CACHE;
            if (pastCache == null) throw new IOException("The JDK does not write past the cache");
            mustBeFile(name);
            try {
                return open(name, Set.of(StandardOpenOption.WRITE, pastCache));
            } catch (UnsupportedOperationException notHere) {
                // The JDK's word for an option that a system lacks, and also for a disk that does not tell its page
                // size
                throw new IOException(notHere);
            }
        }

        FileChannel openToRead(String name) throws IOException {
            mustBeFile(name);
            return open(name, Set.of(StandardOpenOption.READ));
        }

        private void mustBeFile(String name) throws IOException {
            if (!hasFile(name)) throw new NoSuchFileException(name);
        }

        private FileChannel open(String name, Set<? extends OpenOption> how) throws IOException {
            Set<OpenOption> options = new HashSet<>(how);
            options.add(LinkOption.NOFOLLOW_LINKS);
            return open.disk().file((FileChannel) stream().newByteChannel(path(name), options));
        }

        /** Atomic; replaces a file or a link of the new name, never what a link leads to. */
        void rename(String from, String to) throws IOException {
            stream().move(path(from), stream(), path(to));
        }

        /** Deletes the file or the link itself; says whether there was one. */
        boolean delete(String name) throws IOException {
            try {
                stream().deleteFile(path(name));
                return true;
            } catch (NoSuchFileException gone) {
                return false;
            }
        }

        void setModified(String name, FileTime time) throws IOException {
            view(name).setTimes(time, null, null);
        }

        /** The names that begin so. */
        List<String> names(String prefix) throws IOException {
            List<String> names = new ArrayList<>();
            try (DirectoryStream<Path> listing = stream().newDirectoryStream(ITSELF, LinkOption.NOFOLLOW_LINKS)) {
                for (Path entry : listing) {
                    String name = String.valueOf(entry.getFileName());
                    if (name.startsWith(prefix)) names.add(name);
                }
            } catch (DirectoryIteratorException problem) {
                throw problem.getCause();
            }
            return names;
        }

        /** How many wait for the next force of its names. */
        int waiting() {
            return open.waiting();
        }

        /** Puts the names in it on disk, and those of the folders on the way to it. */
        void force() throws IOException {
            open.force();
        }

        private BasicFileAttributeView view(String name) throws IOException {
            return stream().getFileAttributeView(path(name), BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        }

        private static String what(BasicFileAttributes found) {
            if (found.isSymbolicLink()) return "a link stands in its way";
            return found.isRegularFile() ? "a file stands where a folder should be" : "it is not a file";
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Folder folder && folder.open == open;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(open);
        }

        @Override
        public void close() throws IOException {
            if (!closed.getAndSet(true)) open.letGo();
        }
    }
}
