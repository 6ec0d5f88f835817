package io.longhaul.comparison;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import io.longhaul.bench.Workload;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Schedules as many tasks as the others create jobs, each with what a job is told, by {@code scheduleBatch}. */
final class DbSchedulerAccept {
    private static final TaskDescriptor<String> DOWNLOAD = TaskDescriptor.of("download", String.class);

    private DbSchedulerAccept() {}

    /** Folder, jobs, jobs to warm up with, tasks in a batch, threads. */
    public static void main(String[] arguments) throws Exception {
        long jobs = Long.parseLong(arguments[1]);
        long warmUp = Long.parseLong(arguments[2]);
        int batch = Integer.parseInt(arguments[3]);
        int threads = Integer.parseInt(arguments[4]);
        try (PeerDatabase database = PeerDatabase.start(Path.of(arguments[0]), threads + 1, DbScheduler.TABLES)) {
            SchedulerClient client =
                    SchedulerClient.Builder.create(database.dataSource()).build();
            Parts.inThreads(warmUp, threads, (from, to) -> schedule(client, "warm", from, to, batch));
            Cpu before = database.cpu();
            long startedAt = System.nanoTime();
            Parts.inThreads(jobs, threads, (from, to) -> schedule(client, "run", from, to, batch));
            double seconds = Processes.seconds(startedAt);
            Cpu cpu = database.cpu().minus(before);
            if (database.count("scheduled_tasks") != jobs + warmUp)
                throw new IllegalStateException("tasks are missing");
            Figures figures = Figures.none().more("accepted jobs/s", jobs / seconds);
            cpu.addTo(figures, jobs);
            figures.print();
        }
    }

    private static void schedule(SchedulerClient client, String run, long from, long to, int batch) {
        var workload = new Workload(run, "bench", Optional.empty(), "http://127.0.0.1:1/small/%d.bin", 1000, true);
        Instant later = Instant.now().plus(Duration.ofDays(1));
        List<TaskInstance<?>> tasks = new ArrayList<>(batch);
        for (long job = from; job < to; job++) {
            String data = new String(workload.line(job), StandardCharsets.UTF_8);
            tasks.add(DOWNLOAD.instance(run + job).data(data).build());
            if (tasks.size() == batch || job == to - 1) {
                client.scheduleBatch(List.copyOf(tasks), later);
                tasks.clear();
            }
        }
    }
}
