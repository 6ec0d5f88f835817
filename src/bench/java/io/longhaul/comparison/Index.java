package io.longhaul.comparison;

import io.longhaul.bench.Load;
import io.longhaul.bench.NodeApi;
import io.longhaul.bench.Progress;
import io.longhaul.bench.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How far lists and counts are behind while events come at a given rate, and how fast the index is made anew. */
@Command(name = "index", description = "How far the index is behind, and how fast it is made anew.")
final class Index implements Callable<Integer> {
    /** Between two looks: who looks without a pause takes a processor from those whom he watches. */
    private static final Duration GLANCE = Duration.ofMillis(1);

    private static final Pattern LAST_LINE = Pattern.compile("up to line (\\d+) of the journal");

    @Mixin
    private Rounds rounds;

    @Option(names = "--rate", defaultValue = "2000", description = "Events a second; 2000 unless told.")
    private int rate;

    @Option(names = "--seconds", defaultValue = "60", description = "For how long; 60 unless told.")
    private int seconds;

    @Option(
            names = "--warm-up",
            defaultValue = "40",
            description = "Seconds that do not count, until the JVM has compiled; 40 unless told.")
    private int warmUp;

    @Option(names = "--more", defaultValue = "400000", description = "Events besides, before rebuild-index.")
    private long more;

    @Option(names = "--lives", defaultValue = "60000", description = "Whole lives, before rebuild-index once more.")
    private long lives;

    @Override
    public Integer call() throws Exception {
        String settings =
                "%,d jobs created a second, an event each, for %d s after %d to warm up; %,d more; then rebuild-index; then that of %,d whole lives."
                        .formatted(rate, seconds, warmUp, more, lives);
        try (FileServer server = FileServer.small(Folders.empty(rounds.folder().resolve("origin")))) {
            var contender = Contender.of(BenchNode.version(), folder -> measure(folder, server));
            new Comparison("index", settings, rounds.folder(), List.of(contender)).run(rounds.number());
        }
        return 0;
    }

    private Figures measure(Path folder, FileServer server) throws Exception {
        Figures figures = Figures.none();
        follow(figures, folder);
        figures.more("events a second, rebuild-index", rebuild(folder));
        Folders.empty(folder);
        live(folder, server);
        return figures.more("events a second, rebuild-index, whole lives", rebuild(folder));
    }

    /** What a fleet leaves: jobs that have been through all of their states. */
    private void live(Path folder, FileServer server) throws Exception {
        var workload = new Workload(
                "lives", "bench", Optional.empty(), server.url(FileServer.SMALL), FileServer.SMALL_FILES, true);
        try (BenchNode node = BenchNode.start(folder);
                NodeApi api = node.as("bench")) {
            Load.Result lived = Load.run(api, workload, lives, 1, Load.Until.COMPLETED, Progress.NONE);
            if (lived.accepted() != lives) throw new IllegalStateException("Refused: " + lived.firstRefusal());
        }
    }

    private void follow(Figures figures, Path folder) throws Exception {
        var workload = new Workload("load", "bench", Optional.empty(), "http://127.0.0.1:1/%d", 1, false);
        try (BenchNode node = BenchNode.start(folder);
                NodeApi api = node.as("bench");
                var jobs = new SteadyJobs(api.base(), workload, rate)) {
            int probes = 0;
            for (long startedAt = System.nanoTime(); Processes.seconds(startedAt) < warmUp; probes++)
                lag(api, probes);
            List<Double> lags = new ArrayList<>();
            long before = jobs.created();
            long startedAt = System.nanoTime();
            for (; Processes.seconds(startedAt) < seconds; probes++) lags.add(lag(api, probes));
            figures.more("events a second that came", (jobs.created() - before) / Processes.seconds(startedAt));
            figures.less("behind, 99 %, ms", Million.percentile99(lags))
                    .less("behind, median, ms", lags.get(lags.size() / 2));
            jobs.close();
            Load.run(api, workload, more, 1, Load.Until.ACCEPTED, Progress.NONE);
        }
    }

    /** From the answer that a job is there until a count has it. */
    private static double lag(NodeApi api, int number) {
        api.post("/v1/jobs", "{\"displayName\": \"probe\", \"queue\": \"probes\"}");
        long createdAt = System.nanoTime();
        while (api.get("/v1/jobs/count?queue=probes").path("total").asLong() <= number) LockSupport.parkNanos(GLANCE.toNanos());
        return Processes.seconds(createdAt) * 1000;
    }

    /** With the start of the program and its database. */
    private static double rebuild(Path folder) throws Exception {
        long startedAt = System.nanoTime();
        Processes.run(
                folder,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dlonghaul.data-dir=" + folder.toAbsolutePath(),
                        "-jar",
                        System.getProperty("longhaul.jar"),
                        "rebuild-index"));
        double took = Processes.seconds(startedAt);
        Matcher last = LAST_LINE.matcher(Files.readString(folder.resolve("output")));
        long lines = 0;
        while (last.find()) lines = Long.parseLong(last.group(1));
        return lines / took;
    }
}
