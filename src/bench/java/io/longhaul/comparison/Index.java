package io.longhaul.comparison;

import io.longhaul.bench.NodeApi;
import io.longhaul.bench.Workload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How far lists and counts are behind while events come at a given rate, and how fast the index is made anew. */
@Command(name = "index", description = "How far the index is behind, and how fast it is made anew.")
final class Index implements Callable<Integer> {
    private static final int TICKS_PER_SECOND = 10;
    /** Batches at once, if the node takes longer for one than a tick. */
    private static final int SENDERS = 4;

    private static final int WARM_UP_SECONDS = 10;

    private static final Pattern LAST_LINE = Pattern.compile("up to line (\\d+) of the journal");

    @Mixin
    private Rounds rounds;

    @Option(names = "--rate", defaultValue = "2000", description = "Events a second; 2000 unless told.")
    private int rate;

    @Option(names = "--seconds", defaultValue = "60", description = "For how long; 60 unless told.")
    private int seconds;

    @Override
    public Integer call() throws Exception {
        String settings =
                "%,d jobs created a second, an event each, for %d s; then rebuild-index.".formatted(rate, seconds);
        new Comparison("index", settings, rounds.folder(), List.of(Contender.of(BenchNode.version(), this::measure)))
                .run(rounds.number());
        return 0;
    }

    private Figures measure(Path folder) throws Exception {
        Figures figures = Figures.none();
        try (BenchNode node = BenchNode.start(folder);
                NodeApi api = node.as("bench");
                HttpClient http = HttpClient.newHttpClient();
                var ticks = Executors.newScheduledThreadPool(SENDERS)) {
            var created = new AtomicLong();
            var workload = new Workload("load", "bench", Optional.empty(), "http://127.0.0.1:1/%d", 1, false);
            URI batch = api.base().resolve("/v1/jobs/batch");
            for (int sender = 0; sender < SENDERS; sender++) {
                var unused = ticks.scheduleAtFixedRate(
                        () -> create(http, batch, workload, created),
                        sender * 1000L / TICKS_PER_SECOND,
                        SENDERS * 1000L / TICKS_PER_SECOND,
                        TimeUnit.MILLISECONDS);
            }
            int probes = 0;
            for (long startedAt = System.nanoTime(); Processes.seconds(startedAt) < WARM_UP_SECONDS; probes++)
                lag(api, probes);
            List<Double> lags = new ArrayList<>();
            created.set(0);
            long startedAt = System.nanoTime();
            for (; Processes.seconds(startedAt) < seconds; probes++) lags.add(lag(api, probes));
            figures.more("events a second that came", created.get() / Processes.seconds(startedAt));
            ticks.shutdownNow();
            figures.less("behind, 99 %, ms", Million.percentile99(lags))
                    .less("behind, median, ms", lags.get(lags.size() / 2));
        }
        return figures.more("events a second, rebuild-index", rebuild(folder));
    }

    private void create(HttpClient http, URI batch, Workload workload, AtomicLong created) {
        try {
            var lines = new ByteArrayOutputStream();
            for (int line = 0; line < rate / TICKS_PER_SECOND; line++) lines.write(workload.line(line));
            var request = HttpRequest.newBuilder(batch)
                    .header("Content-Type", "application/x-ndjson")
                    .header("X-Longhaul-Owner", "bench")
                    .timeout(Duration.ofMinutes(1))
                    .POST(BodyPublishers.ofByteArray(lines.toByteArray()))
                    .build();
            String answers = http.send(request, BodyHandlers.ofString()).body();
            created.addAndGet(
                    answers.lines().filter(line -> line.contains("\"id\"")).count());
        } catch (IOException failed) {
            System.err.println(failed);
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    /** From the answer that a job is there until a count has it. */
    private static double lag(NodeApi api, int number) {
        api.post("/v1/jobs", "{\"displayName\": \"probe\", \"queue\": \"probes\"}");
        long createdAt = System.nanoTime();
        while (api.get("/v1/jobs/count?queue=probes").path("total").asLong() <= number) Thread.onSpinWait();
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
