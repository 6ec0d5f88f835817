package io.longhaul.testkit;

import io.longhaul.entity.FileStore;
import io.longhaul.job.Job;
import io.longhaul.job.StoreReport;
import io.longhaul.job.file.JobFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A folder with finished files. */
public final class FakeFiles implements FileStore {
    private final Path root;

    public FakeFiles(Path root) {
        this.root = root;
    }

    public void put(JobFile file, byte[] content) throws IOException {
        Path path = path(file);
        Files.createDirectories(path.getParent());
        Files.write(path, content);
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
    public FileChannel open(JobFile file) throws IOException {
        return FileChannel.open(path(file));
    }
}
