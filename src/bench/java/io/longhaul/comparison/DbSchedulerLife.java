package io.longhaul.comparison;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.event.AbstractSchedulerListener;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;

/** Downloads as tasks of db-scheduler: set as its documentation advises for throughput, and by the same HTTP client. */
final class DbSchedulerLife {
    private static final int BATCH = 1000;

    private final String url;
    private final Path files;
    private final boolean safe;
    private final CloseableHttpClient http;
    private volatile CountDownLatch left = new CountDownLatch(0);

    private DbSchedulerLife(String url, Path files, boolean safe, int threads) {
        this.url = url;
        this.files = files;
        this.safe = safe;
        this.http = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setMaxConnPerRoute(threads)
                        .setMaxConnTotal(threads)
                        .build())
                .build();
    }

    /** Folder, jobs, such lots to warm up with, template of URLs, threads, whether files are forced to disk. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        long jobs = Long.parseLong(arguments[1]);
        int warmUp = Integer.parseInt(arguments[2]);
        int threads = Integer.parseInt(arguments[4]);
        var downloads =
                new DbSchedulerLife(arguments[3], folder.resolve("files"), Boolean.parseBoolean(arguments[5]), threads);
        try (PeerDatabase database = PeerDatabase.start(folder, threads + 8, DbScheduler.TABLES);
                ExecutorService pool =
                        Executors.newFixedThreadPool(threads, Thread.ofVirtual().factory())) {
            OneTimeTask<Void> task =
                    Tasks.oneTime("download").execute((instance, context) -> downloads.fetch(instance.getId()));
            Scheduler scheduler = Scheduler.create(database.dataSource(), task)
                    .threads(threads)
                    .executorService(pool)
                    .pollUsingLockAndFetch(1.0, 4.0)
                    .pollingInterval(Duration.ofMillis(100))
                    .addSchedulerListener(downloads.listener())
                    .build();
            scheduler.start();
            for (int lot = 0; lot < warmUp; lot++) downloads.run(scheduler, task, "warm-" + lot, jobs);
            Cpu before = database.cpu();
            long startedAt = System.nanoTime();
            downloads.run(scheduler, task, "run", jobs);
            double seconds = Processes.seconds(startedAt);
            Cpu cpu = database.cpu().minus(before);
            scheduler.stop();
            if (database.count("scheduled_tasks") != 0) throw new IllegalStateException("tasks are left");
            Figures figures = Figures.none().more("whole life, jobs/s", jobs / seconds);
            cpu.addTo(figures, jobs);
            figures.print();
        }
    }

    private AbstractSchedulerListener listener() {
        return new AbstractSchedulerListener() {
            @Override
            public void onExecutionComplete(ExecutionComplete done) {
                if (done.getResult() == ExecutionComplete.Result.OK) left.countDown();
            }
        };
    }

    private void run(Scheduler scheduler, OneTimeTask<Void> task, String run, long jobs) throws Exception {
        left = new CountDownLatch(Math.toIntExact(jobs));
        for (long job = 0; job < jobs; job++) {
            if (job % BATCH == 0) Files.createDirectories(files.resolve(run + "/" + job / BATCH));
        }
        for (long from = 0; from < jobs; from += BATCH) {
            List<TaskInstance<?>> tasks = new ArrayList<>(BATCH);
            for (long job = from; job < Math.min(jobs, from + BATCH); job++)
                tasks.add(task.instance(run + "/" + job / BATCH + "/" + job));
            scheduler.scheduleBatch(tasks, Instant.now());
            scheduler.triggerCheckForDueExecutions();
        }
        if (!left.await(30, TimeUnit.MINUTES)) throw new IllegalStateException(left.getCount() + " tasks did not end");
    }

    private void fetch(String task) {
        long number = Long.parseLong(task.substring(task.lastIndexOf('/') + 1));
        var request = new HttpGet(url.replace("%d", Long.toString(number % FileServer.SMALL_FILES)));
        Path file = files.resolve(task + ".bin");
        try {
            http.execute(request, response -> {
                if (response.getCode() != 200) throw new IOException("Answered " + response.getCode());
                try (InputStream body = response.getEntity().getContent()) {
                    if (safe) keep(body, file);
                    else Files.copy(body, file, StandardCopyOption.REPLACE_EXISTING);
                }
                return null;
            });
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Under its name only when all of it is on disk. */
    private static void keep(InputStream body, Path file) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".part");
        try (FileChannel channel = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            byte[] buffer = new byte[16 * 1024];
            for (int length = body.read(buffer); length >= 0; length = body.read(buffer)) {
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, length);
                while (bytes.hasRemaining()) channel.write(bytes);
            }
            channel.force(false);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
