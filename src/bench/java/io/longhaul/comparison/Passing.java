package io.longhaul.comparison;

import io.longhaul.bench.Load;
import io.longhaul.bench.NodeApi;
import io.longhaul.bench.Progress;
import io.longhaul.bench.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is left of jobs that have passed through a small database, and how fast its queue is then. */
@Command(name = "passing", description = "Many jobs pass through a node that keeps them for a short time.")
final class Passing implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final Duration GLANCE = Duration.ofSeconds(1);
    private static final double MIB = 1024.0 * 1024;

    @Mixin
    private Rounds rounds;

    @Option(names = "--jobs", defaultValue = "300000", description = "Jobs that pass between two measurements.")
    private long jobs;

    @Option(names = "--lot", defaultValue = "20000", description = "Jobs that are queued at once; one lot is measured.")
    private long lot;

    @Option(
            names = "--warm-up",
            defaultValue = "4",
            description = "Lots before the one that is measured: until the JVM has compiled; 4 unless told.")
    private int warmUp;

    @Option(names = "--keep", defaultValue = "30", description = "Seconds that a job is kept which is over.")
    private int keep;

    @Override
    public Integer call() throws Exception {
        FileServer.nginx();
        try (FileServer server = FileServer.small(Folders.empty(rounds.folder().resolve("origin")))) {
            String settings = "Lots of %,d jobs with one file of 10 KiB from %s, %d of them to warm up; kept for %d s once acknowledged."
                    .formatted(lot, server.name(), warmUp, keep);
            String name = "%s, %,d jobs pass".formatted(BenchNode.version(), jobs);
            new Comparison("passing", settings, rounds.folder(), List.of(Contender.of(name, here -> pass(here, server))))
                    .run(rounds.number());
        }
        return 0;
    }

    private Figures pass(Path folder, FileServer server) throws Exception {
        Figures figures = Figures.none();
        try (BenchNode node = BenchNode.start(
                        folder,
                        "-Dlonghaul.job.retention=" + keep + "s",
                        "-Dlonghaul.transfer.connections-per-host=128");
                NodeApi api = node.as("bench")) {
            for (int number = 0; number < warmUp; number++) live(api, server, "warm-" + number);
            figures.more("whole lives before, jobs/s", live(api, server, "before"));
            long passed = 0;
            double largest = 0;
            for (int number = 0; passed < jobs; number++, passed += lot) {
                live(api, server, "lot-" + number);
                largest = Math.max(largest, mib(node, "event_journal") + mib(node, "job"));
            }
            figures.more("whole lives after, jobs/s", live(api, server, "after"))
                    .less("journal and jobs at their largest, MiB", largest);
            awaitEmpty(api);
            for (String table : List.of("event_journal", "job", "job_term"))
                figures.less(table + " when all are gone, MiB", mib(node, table));
        }
        return figures;
    }

    /** Jobs a second. */
    private double live(NodeApi api, FileServer server, String run) {
        var workload =
                new Workload(run, "bench", Optional.empty(), server.url(FileServer.SMALL), FileServer.SMALL_FILES, true);
        Load.Result result = Load.run(api, workload, lot, 1, Load.Until.COMPLETED, Progress.NONE);
        if (result.failed()) throw new IllegalStateException("Some failed: " + result);
        return lot * 1e9 / result.untilCompleted().toNanos();
    }

    private static void awaitEmpty(NodeApi api) throws IOException {
        long startedAt = System.nanoTime();
        while (api.get("/v1/jobs/count").path("total").asLong() > 0) {
            if (System.nanoTime() - startedAt > PATIENCE.toNanos()) throw new IOException("Old jobs stay");
            LockSupport.parkNanos(GLANCE.toNanos());
        }
    }

    /** A table with its indexes and what is kept apart for it. */
    private static double mib(BenchNode node, String table) throws IOException, SQLException {
        try (var connection = node.connect();
                var query = connection.prepareStatement("SELECT pg_total_relation_size(?::regclass)")) {
            query.setString(1, table);
            try (var size = query.executeQuery()) {
                size.next();
                return size.getLong(1) / MIB;
            }
        }
    }
}
