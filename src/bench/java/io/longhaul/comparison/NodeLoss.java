package io.longhaul.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.bench.NodeApi;
import io.longhaul.testkit.Behaviours;
import io.longhaul.testkit.Content;
import io.longhaul.testkit.MisbehavingOrigin;
import io.longhaul.testkit.Served;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long jobs stand still when their node is killed, and what is fetched again. Longhaul alone: it is a promise. */
@Command(name = "nodeloss", description = "kill -9 of one of three nodes, again and again.")
final class NodeLoss implements Callable<Integer> {
    private static final int NODES = 3;
    private static final long FILE_BYTES = 1L << 30;
    private static final int PIECES_PER_SECOND = 10;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final int CHECKPOINT_SECONDS = 5;

    /** Longer than a checkpoint is in coming. */
    private static final int SETTLING_SECONDS = 6;

    @Option(names = "--kills", defaultValue = "20", description = "How many nodes are killed, one after the other.")
    private int kills;

    @Option(names = "--jobs", defaultValue = "24", description = "Jobs that are being transferred.")
    private int jobs;

    @Option(names = "--rate", defaultValue = "262144", description = "Bytes a second of each transfer.")
    private int rate;

    @Option(names = "--more", description = "Add to the kills of the last time, and tell of all of them.")
    private boolean more;

    private final Random moments = new Random(1);

    /** What came of one kill. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Kill(double seconds, double[] again) {
        String line() {
            return seconds + " " + String.join(" ", Arrays.stream(again).mapToObj(Double::toString).toList());
        }

        static Kill of(String line) {
            double[] numbers =
                    Arrays.stream(line.split(" ")).mapToDouble(Double::parseDouble).toArray();
            return new Kill(numbers[0], Arrays.copyOfRange(numbers, 1, numbers.length));
        }
    }

    @Override
    public Integer call() throws Exception {
        Path folder = new Rounds().folder();
        Path figures = Files.createDirectories(folder).resolve("nodeloss.txt");
        if (!more) Files.deleteIfExists(figures);
        Machine before = Machine.now();
        Path here = Folders.empty(folder.resolve("work"));
        try (BenchCluster cluster = BenchCluster.start(here, NODES);
                MisbehavingOrigin origin = new MisbehavingOrigin()) {
            for (int kill = 0; kill < kills; kill++) {
                String line = kill(cluster, origin, kill).line();
                System.err.println("nodeloss " + (kill + 1) + "/" + kills + ": " + line);
                Files.writeString(figures, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            }
        }
        Folders.delete(here);
        String page = page(Files.readAllLines(figures).stream().map(Kill::of).toList(), before);
        System.out.println(page);
        Files.writeString(folder.resolve("nodeloss.md"), page);
        return 0;
    }

    private Kill kill(BenchCluster cluster, MisbehavingOrigin origin, int number) throws Exception {
        int victim = number % NODES;
        try (NodeApi api = cluster.node((victim + 1) % NODES).as("bench")) {
            await("the nodes do not find together", () -> BenchCluster.isWhole(api, NODES));
            List<String> ids = new ArrayList<>();
            for (int job = 0; job < jobs; job++) ids.add(start(api, origin, path(number, job)));
            await("not all jobs run", () -> ids.stream().allMatch(id -> node(api, id) != null));
            // At any moment between two checkpoints
            LockSupport.parkNanos((long) (1e9 * (SETTLING_SECONDS + CHECKPOINT_SECONDS * moments.nextDouble())));
            List<String> lost = new ArrayList<>();
            for (int job = 0; job < jobs; job++)
                if (cluster.address(victim).equals(node(api, ids.get(job)))) lost.add(path(number, job));
            if (lost.isEmpty()) throw new IllegalStateException("Node " + victim + " has none of the jobs");

            long killedAt = System.nanoTime();
            cluster.node(victim).kill();
            await("not all jobs run again", () -> lost.stream()
                    .allMatch(path -> requests(origin, path).size() > 1));
            double nanos = lost.stream()
                    .mapToLong(path -> requests(origin, path).get(1).begunAt() - killedAt)
                    .max()
                    .getAsLong();
            double[] again = lost.stream()
                    .mapToDouble(path -> fetchedAgain(requests(origin, path)))
                    .toArray();
            api.post("/v1/jobs/cancel?state=QUEUED,CONNECTING,TRANSFERRING");
            cluster.restart(victim);
            return new Kill(nanos / 1e9, again);
        }
    }

    /** MiB that had been sent, and were asked for once more. */
    private static double fetchedAgain(List<Served> requests) {
        Served first = requests.get(0);
        return Math.max(0, first.from() + first.bytes() - requests.get(1).from()) / 1024.0 / 1024.0;
    }

    private static List<Served> requests(MisbehavingOrigin origin, String path) {
        return origin.served().stream().filter(one -> one.path().equals(path)).toList();
    }

    private static String path(int kill, int job) {
        return "/" + kill + "/" + job;
    }

    private String start(NodeApi api, MisbehavingOrigin origin, String path) {
        origin.on(
                path,
                Behaviours.trickles(new Content(1, FILE_BYTES), rate / PIECES_PER_SECOND, 1000 / PIECES_PER_SECOND));
        return api.post("/v1/jobs", """
                        {"displayName": "nodeloss", "files": [{"remoteName": "%s", "localName": "%s"}], "resume": true}
                        """.formatted(origin.url(path), path.substring(1)))
                .path("id")
                .asText();
    }

    /** The node that the job runs on; null while it runs on none. */
    private static @Nullable String node(NodeApi api, String id) {
        String node = null;
        for (JsonNode event : api.get("/v1/jobs/" + id + "/events?limit=1000").path("events"))
            if (event.has("node")) node = event.path("node").asText();
        return node;
    }

    private static void await(String otherwise, BooleanSupplier reached) {
        long startedAt = System.nanoTime();
        while (!reached.getAsBoolean()) {
            if (System.nanoTime() - startedAt > PATIENCE.toNanos()) throw new IllegalStateException(otherwise);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private String page(List<Kill> all, Machine before) throws IOException {
        var page = new StringBuilder("### nodeloss\n\n");
        page.append("%d jobs on %d nodes, %,d bytes a second each; kills: %d, %d transfers lost with them.%n%n"
                .formatted(
                        jobs, NODES, rate, all.size(), all.stream().mapToInt(kill -> kill.again().length).sum()));
        page.append(before.describedUntil(Machine.now())).append('\n');
        page.append("| figure | min | median | p99 | max |\n| --- | ---: | ---: | ---: | ---: |\n");
        row(page, "kill -9 until all jobs of the node run elsewhere, s", all.stream().mapToDouble(Kill::seconds));
        row(page, "fetched again, MiB a transfer", all.stream().flatMapToDouble(kill -> Arrays.stream(kill.again())));
        return page.toString();
    }

    private static void row(StringBuilder page, String name, DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        page.append("| %s | %s | %s | %s | %s |%n"
                .formatted(
                        name,
                        Figures.number(sorted[0]),
                        Figures.number(sorted[sorted.length / 2]),
                        Figures.number(sorted[(int) Math.ceil(0.99 * sorted.length) - 1]),
                        Figures.number(sorted[sorted.length - 1])));
    }
}
