package io.longhaul.testkit;

import io.longhaul.entity.FileStore;
import io.longhaul.job.Job;
import io.longhaul.job.JobId;
import io.longhaul.job.StoreReport;
import io.longhaul.job.file.JobFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A folder with finished files. */
public final class FakeFiles implements FileStore {
    private static final FileTime PUBLISHED = FileTime.from(Instant.parse("2026-11-20T10:00:00Z"));

    private final Path root;

    public FakeFiles(Path root) {
        this.root = root;
    }

    /** As a job's Complete does it. */
    public void put(JobFile file, byte[] content) throws IOException {
        Path path = path(file);
        Files.createDirectories(path.getParent());
        Path temporary = Files.write(path.resolveSibling("temporary"), content);
        Files.setLastModifiedTime(temporary, PUBLISHED);
        Files.move(temporary, path, StandardCopyOption.REPLACE_EXISTING);
    }

    /** As anybody may. */
    public void replace(JobFile file, byte[] content) throws IOException {
        Files.delete(path(file));
        Files.write(path(file), content);
    }

    public void delete(JobFile file) throws IOException {
        Files.delete(path(file));
    }

    private Path path(JobFile file) {
        return root.resolve(file.folder().name()).resolve(file.localName());
    }

    @Override
    public CompletionStage<StoreReport.Published> publish(Job job, boolean again) {
        return CompletableFuture.completedStage(new StoreReport.Published(List.of(), null, true));
    }

    @Override
    public CompletionStage<StoreReport.Discarded> discard(Job job) {
        return CompletableFuture.completedStage(new StoreReport.Discarded(true));
    }

    @Override
    public Opened open(JobId job, JobFile file) throws IOException {
        BasicFileAttributes found = Files.readAttributes(path(file), BasicFileAttributes.class);
        FileTime modified = found.lastModifiedTime();
        return new Opened(
                FileChannel.open(path(file)),
                new Identity(found.fileKey(), found.size(), modified),
                modified.equals(PUBLISHED));
    }
}
