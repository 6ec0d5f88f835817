package io.longhaul.transfer;

import static io.longhaul.job.BitsError.BG_E_FILE_NOT_FOUND;
import static io.longhaul.job.ErrorContext.LOCAL_FILE;

import io.longhaul.entity.FileStore;
import io.longhaul.job.Job;
import io.longhaul.job.JobError;
import io.longhaul.job.JobId;
import io.longhaul.job.StoreReport;
import io.longhaul.job.file.Checksum;
import io.longhaul.job.file.Destinations;
import io.longhaul.job.file.JobFile;
import io.longhaul.job.file.RemoteVersion;
import io.longhaul.job.file.TempName;
import io.longhaul.transfer.StoreFolders.Folder;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store on a file system: {@code <root>/<owner>/<localName>}, with the temporary files beside their destinations, so
 * that Complete is one atomic rename. Nothing outside the root is ever touched, and no link is followed.
 */
public final class LocalFiles implements FileStore, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalFiles.class);

    /** With less space than this a failed write is put down to the disk being full. */
    private static final long FULL_BELOW = 1 << 20;

    /** Complete and Cancel of so many jobs touch the disk at once; the others wait. */
    private static final int AT_ONCE = 64;

    private static final int HASHED_AT_ONCE = 128 * 1024;

    /** A job with files in more folders than that forces them in parts: until then they stay open. */
    private static final int MOST_CHANGED = 16;

    private final StoreFolders folders;
    private final Clock clock;
    private final Semaphore turns = new Semaphore(AT_ONCE, true);
    private final Executor virtualThreads =
            task -> Thread.ofVirtual().name("longhaul-store").start(task);

    /**
     * Makes the root where there is none.
     *
     * @throws IOException where it cannot be made or used
     */
    public LocalFiles(Path root, Clock clock) throws IOException {
        this(new StoreFolders(root), clock);
    }

    LocalFiles(StoreFolders folders, Clock clock) {
        this.folders = folders;
        this.clock = clock;
    }

    /** The folder of a file, made where there is none; refuses what is no place for a file. Closed by the caller. */
    Folder folderFor(JobFile file) throws IOException {
        Folder folder = folders.open(folderPath(file), true);
        try {
            folder.hasFile(finalName(file));
            return folder;
        } catch (IOException refused) {
            folder.close();
            throw refused;
        }
    }

    /**
     * What older runs have left of the file, taken over for this run; null where nothing of it is there any more.
     *
     * <p>It has the name of the run that told of its bytes last, or of a later one that took it over and ended before it
     * told of anything.
     */
    @Nullable
    TempFile takeOver(Folder folder, JobId job, JobFile file, long run) throws IOException {
        String newName = TempName.of(job, file.index(), run, file.version());
        for (long older = Math.max(1, file.heldBy()); older <= run; older++) {
            String oldName = TempName.of(job, file.index(), older, file.version());
            if (!folder.hasFile(oldName)) continue;
            try {
                return TempFile.takeOver(folder, oldName, newName, file.extent());
            } catch (EOFException tooShort) {
                folder.delete(newName);
                return null;
            }
        }
        return null;
    }

    TempFile create(Folder folder, JobId job, JobFile file, long run) throws IOException {
        return TempFile.create(folder, TempName.of(job, file.index(), run, file.version()));
    }

    /** Under its own name at once, where it replaces what has that name. */
    TempFile createInPlace(Folder folder, JobFile file) throws IOException {
        return TempFile.create(folder, finalName(file));
    }

    /** A file that was written in place is whole: its time is set, and its name is on disk when this returns. */
    void finishInPlace(Folder folder, JobId job, JobFile file, long run) throws IOException {
        BasicFileAttributes found = folder.attributes(finalName(file));
        // It may have replaced one of the same time, long ago
        if (found != null)
            setModified(folder, finalName(file), found.lastModifiedTime(), PublishedTime.of(job, file, run), true);
        folder.force();
    }

    /** What an exception of the store means. */
    Failure failure(IOException problem) {
        folders.forget();
        return FailureKind.ofStore(problem, isFull());
    }

    private boolean isFull() {
        try {
            return Files.getFileStore(folders.root()).getUsableSpace() < FULL_BELOW;
        } catch (IOException unknown) {
            return false;
        }
    }

    @Override
    public CompletionStage<StoreReport.Published> publish(Job job, boolean again) {
        return onDisk(() -> new Publication(job, again).report());
    }

    @Override
    public CompletionStage<StoreReport.Discarded> discard(Job job) {
        return onDisk(() -> new StoreReport.Discarded(deleteTemporary(job, file -> !file.available())));
    }

    private <T> CompletionStage<T> onDisk(Supplier<T> work) {
        return CompletableFuture.supplyAsync(
                () -> {
                    turns.acquireUninterruptibly();
                    try {
                        return work.get();
                    } finally {
                        turns.release();
                    }
                },
                virtualThreads);
    }

    /** To be called when nothing is under way any more. */
    @Override
    public void close() {
        folders.close();
    }

    @Override
    public Opened open(JobId job, JobFile file) throws IOException {
        String name = finalName(file);
        try (Folder folder = folders.open(folderPath(file), false)) {
            for (int tries = 1; ; tries++) {
                BasicFileAttributes before = folder.file(name);
                FileChannel channel = folder.openToRead(name);
                BasicFileAttributes found = foundAgain(folder, name, before, channel);
                if (found != null) return opened(job, file, channel, found);
                if (tries == StoreFolders.TRIES) throw new NoSuchFileException(name, null, "replaced again and again");
            }
        }
    }

    /** What was opened, where nobody has put another file in its place meanwhile; else null, and it is closed. */
    private static @Nullable BasicFileAttributes foundAgain(
            Folder folder, String name, @Nullable BasicFileAttributes before, FileChannel channel) throws IOException {
        @Nullable BasicFileAttributes found = null;
        try {
            BasicFileAttributes after = folder.file(name);
            if (before != null && after != null && Objects.equals(before.fileKey(), after.fileKey())) found = after;
        } finally {
            if (found == null) channel.close();
        }
        return found;
    }

    private Opened opened(JobId job, JobFile file, FileChannel channel, BasicFileAttributes found) {
        FileTime modified = found.lastModifiedTime();
        boolean inTime = !folders.keepsTimes() || PublishedTime.of(job, file).fits(modified);
        return new Opened(
                channel,
                new Identity(found.fileKey(), found.size(), modified),
                inTime && found.size() == file.bytesHeld());
    }

    private static List<String> folderPath(JobFile file) {
        List<String> path = new ArrayList<>();
        path.add(file.folder().name());
        List<String> names = List.of(file.localName().split("/", -1));
        path.addAll(names.subList(0, names.size() - 1));
        return path;
    }

    private static String finalName(JobFile file) {
        return file.localName().substring(file.localName().lastIndexOf('/') + 1);
    }

    /**
     * Folder by folder, because a folder is listed for all its files at once: most jobs have none that must be.
     *
     * @param unfinished which files have a temporary file for sure; others may, where the job knows of leftovers
     */
    private boolean deleteTemporary(Job job, Predicate<JobFile> unfinished) {
        if (job.lastRun() == 0) return true;
        boolean anywhere = Boolean.TRUE.equals(job.leftovers());
        Map<List<String>, List<JobFile>> together = new LinkedHashMap<>();
        for (JobFile file : job.files())
            if (anywhere || unfinished.test(file) || file.marks().leftovers())
                together.computeIfAbsent(folderPath(file), first -> new ArrayList<>())
                        .add(file);
        boolean allDeleted = true;
        for (Map.Entry<List<String>, List<JobFile>> entry : together.entrySet())
            allDeleted &= deleteTemporary(job.id(), entry.getKey(), entry.getValue());
        return allDeleted;
    }

    private boolean deleteTemporary(JobId job, List<String> path, List<JobFile> files) {
        Set<String> prefixes =
                files.stream().map(file -> TempName.prefix(job, file.index())).collect(Collectors.toSet());
        try (Folder folder = folders.open(path, false)) {
            boolean allDeleted = true;
            for (String name : folder.names(TempName.prefix(job)))
                if (prefixes.contains(name.substring(0, endOfPrefix(name, job)))) allDeleted &= deleteOne(folder, name);
            return allDeleted;
        } catch (NoSuchFileException nothingThere) {
            return true;
        } catch (IOException problem) {
            folders.forget();
            // Where their folder never could be, there is nothing of them
            if (problem instanceof ForbiddenPathException && files.stream().noneMatch(LocalFiles::wasBegun))
                return true;
            LOG.warn("The temporary files of job {} could not be deleted: {}", job, problem.toString());
            return false;
        }
    }

    /** Whether it may have a temporary file, as far as the job knows: that is made before anything else is told of it. */
    private static boolean wasBegun(JobFile file) {
        return file.heldBy() != 0
                || !file.version().equals(RemoteVersion.UNKNOWN)
                || file.marks().leftovers();
    }

    private static int endOfPrefix(String name, JobId job) {
        int begin = TempName.prefix(job).length();
        int end = name.indexOf('-', begin);
        return end < 0 ? begin : end + 1;
    }

    private static boolean deleteOne(Folder folder, String name) {
        try {
            folder.delete(name);
            return true;
        } catch (IOException problem) {
            LOG.warn("A temporary file could not be deleted: {}", problem.toString());
            return false;
        }
    }

    /**
     * BITS gives a file the time that its server told. A store that keeps no times is no reason to fail.
     *
     * @param written the time that it has
     * @param marked whether it has to be told from another one of that time
     */
    private static void setModified(Folder folder, String name, FileTime written, PublishedTime time, boolean marked)
            throws IOException {
        FileTime told = time.told();
        if (told != null && !marked && set(folder, name, time, told)) return;
        // No file system keeps every time that a server may tell
        if (told != null && set(folder, name, time, time.marked(told))) return;
        set(folder, name, time, time.marked(written));
    }

    private static boolean set(Folder folder, String name, PublishedTime time, FileTime wanted) throws IOException {
        try {
            folder.setModified(name, wanted);
        } catch (IOException problem) {
            LOG.debug("The time of a file could not be set: {}", problem.toString());
            return false;
        }
        BasicFileAttributes found = folder.attributes(name);
        return found != null && time.fits(found.lastModifiedTime());
    }

    /** One Complete of one job. */
    private final class Publication {
        private final Job job;
        private final boolean again;
        /** What stands for a file that was given twice. */
        private final Map<Integer, JobFile> standIns;

        private final List<Integer> available = new ArrayList<>();
        private final List<Integer> replaced = new ArrayList<>();
        /** Open until they are forced, with the files whose new names are in them. */
        private final Map<Folder, List<JobFile>> changed = new LinkedHashMap<>();

        private @Nullable JobError error;

        Publication(Job job, boolean again) {
            this.job = job;
            this.again = again;
            this.standIns = Destinations.standIns(
                    job.files().stream().filter(JobFile::transferred).toList());
        }

        StoreReport.Published report() {
            for (JobFile file : job.files()) {
                if (file.available()) available.add(file.index());
                else if (isPublished(file) && error == null) publish(file);
            }
            forceFolders();
            if (error == null) addStoodFor();
            Collections.sort(available);
            if (error != null) return new StoreReport.Published(available, error, false, replaced);
            return new StoreReport.Published(
                    available, null, deleteTemporary(job, file -> !isPublished(file)), replaced);
        }

        /** One that was given twice has its name once. */
        private boolean isPublished(JobFile file) {
            return file.transferred() && !standIns.containsKey(file.index());
        }

        private void addStoodFor() {
            for (int index : standIns.keySet()) if (!job.files().get(index).available()) available.add(index);
        }

        private void publish(JobFile file) {
            try {
                Folder folder = folders.open(folderPath(file), false);
                List<JobFile> renamed = new ArrayList<>();
                List<JobFile> before = changed.putIfAbsent(folder, renamed);
                if (before != null) {
                    folder.close();
                    renamed = before;
                }
                if (rename(folder, file)) renamed.add(file);
                if (changed.size() >= MOST_CHANGED) forceFolders();
            } catch (IOException problem) {
                fail(file, problem);
            }
        }

        private boolean rename(Folder folder, JobFile file) throws IOException {
            String temporary = TempName.of(job.id(), file.index(), file.heldBy(), file.version());
            String destination = finalName(file);
            PublishedTime time = PublishedTime.of(job.id(), file);
            BasicFileAttributes there = folder.file(destination);
            BasicFileAttributes whole = folder.file(temporary);
            if (whole == null) {
                if (there != null && isOwn(folder, file, there)) return true;
                return refuse(file, "The temporary file is gone.");
            }
            if (whole.size() != file.bytesHeld())
                return refuse(file, "The temporary file has another length than was written.");
            boolean marked = there != null && time.isLike(there.lastModifiedTime());
            setModified(folder, temporary, whole.lastModifiedTime(), time, marked);
            folder.rename(temporary, destination);
            if (there != null) replaced.add(file.index());
            return true;
        }

        /**
         * A file whose temporary name is gone may have got its final name before a crash: then the same call is repeated,
         * and there is nothing left to do. But what has that name may as well be what the file was to replace.
         */
        private boolean isOwn(Folder folder, JobFile file, BasicFileAttributes there) throws IOException {
            if (there.size() != file.bytesHeld()) return false;
            PublishedTime time = PublishedTime.of(job.id(), file);
            if (time.isMarked(there.lastModifiedTime())) return true;
            List<Checksum> expected = Hashes.expectedOf(file);
            if (!expected.isEmpty()) return comesTo(folder, file, expected);
            // An older version of the file may have the same time and length: not known to be another only after a
            // crash
            return again && (!folders.keepsTimes() || time.isTold(there.lastModifiedTime()));
        }

        private static boolean comesTo(Folder folder, JobFile file, List<Checksum> expected) throws IOException {
            Hashes hashes = new Hashes(expected);
            try (FileChannel content = folder.openToRead(finalName(file))) {
                hashes.update(content, ByteBuffer.allocate(HASHED_AT_ONCE), () -> false);
            }
            return hashes.match();
        }

        private boolean refuse(JobFile file, String why) {
            error = new JobError(LOCAL_FILE, BG_E_FILE_NOT_FOUND, why, file.index(), clock.instant(), null);
            return false;
        }

        /** A file whose name is not on disk for sure is not available: the next Complete forces it again. */
        private void forceFolders() {
            for (Map.Entry<Folder, List<JobFile>> entry : changed.entrySet()) {
                boolean onDisk = false;
                try (Folder folder = entry.getKey()) {
                    try {
                        folder.force();
                        onDisk = true;
                    } finally {
                        if (!onDisk) mark(folder, entry.getValue());
                    }
                    for (JobFile file : entry.getValue()) available.add(file.index());
                } catch (IOException problem) {
                    if (error == null) error = failure(problem).asJobError(null, clock.instant());
                }
            }
            changed.clear();
        }

        /** They have lost their temporary names, and the next Complete has to know them all the same. */
        private void mark(Folder folder, List<JobFile> files) {
            for (JobFile file : files) {
                PublishedTime time = PublishedTime.of(job.id(), file);
                try {
                    BasicFileAttributes found = folder.file(finalName(file));
                    if (found != null && time.isTold(found.lastModifiedTime()))
                        setModified(folder, finalName(file), found.lastModifiedTime(), time, true);
                } catch (IOException problem) {
                    LOG.debug("A file could not be marked: {}", problem.toString());
                }
            }
        }

        private void fail(JobFile file, IOException problem) {
            error = failure(problem).asJobError(file.index(), clock.instant());
        }
    }
}
