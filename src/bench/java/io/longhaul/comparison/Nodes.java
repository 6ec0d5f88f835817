package io.longhaul.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.bench.Load;
import io.longhaul.bench.NodeApi;
import io.longhaul.bench.Progress;
import io.longhaul.bench.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What more nodes give where a job costs time and not work: its server is far away, and each node has so many places. */
@Command(name = "nodes", description = "One, two and three nodes, where the servers' latency is what jobs cost.")
final class Nodes implements Callable<Integer> {
    private static final int MOST = 3;
    /** More jobs than can run, so that no node lacks any. */
    private static final double SPARE = 1.5;

    @Mixin
    private Rounds rounds;

    @Option(names = "--slots", defaultValue = "32", description = "Transfers at once on one node.")
    private int slots;

    @Option(names = "--latency", defaultValue = "1000", description = "Milliseconds until the server answers.")
    private int latency;

    @Option(names = "--warm-up", defaultValue = "25", description = "Seconds that jobs run before they count.")
    private int warmUp;

    @Option(names = "--seconds", defaultValue = "20", description = "Seconds in which they count.")
    private int seconds;

    private int round;

    @Override
    public Integer call() throws Exception {
        try (var origin = new LateOrigin(Duration.ofMillis(latency))) {
            String settings = "Jobs with one file of 10 KiB, whose server answers after %d ms; %d at once on each node; %d s to warm up, %d s measured."
                    .formatted(latency, slots, warmUp, seconds);
            var contender = Contender.of(BenchNode.version(), folder -> all(folder, origin));
            new Comparison("nodes", settings, rounds.folder(), List.of(contender)).run(rounds.number());
        }
        return 0;
    }

    /** One, two and three in turns; nobody is always first. */
    private Figures all(Path folder, LateOrigin origin) throws Exception {
        List<Integer> turn = new ArrayList<>();
        for (int nodes = 1; nodes <= MOST; nodes++) turn.add(nodes);
        Collections.rotate(turn, -round++);
        Map<Integer, Measured> measured = new TreeMap<>();
        for (int nodes : turn) {
            measured.put(nodes, measure(Folders.empty(folder.resolve("nodes")), nodes, origin));
            System.err.println(nodes + ": " + measured.get(nodes));
        }
        Figures figures = Figures.none();
        measured.forEach((nodes, it) -> figures.more(named(nodes) + ", jobs/s", it.jobsPerSecond()));
        double one = measured.get(1).jobsPerSecond();
        for (int nodes = 2; nodes <= MOST; nodes++)
            figures.more(named(nodes) + " ÷ one", measured.get(nodes).jobsPerSecond() / one);
        measured.forEach((nodes, it) -> figures.less(named(nodes) + ", processors in use", it.processors()));
        return figures;
    }

    private static String named(int nodes) {
        return List.of("one node", "two nodes", "three nodes").get(nodes - 1);
    }

    /** @param processors that the nodes and their PostgreSQL kept busy */
    private record Measured(double jobsPerSecond, double processors) {}

    private Measured measure(Path folder, int count, LateOrigin origin) throws Exception {
        List<BenchNode> nodes = new ArrayList<>();
        try {
            start(folder, count, nodes);
            try (NodeApi api = nodes.getFirst().as("bench")) {
                var workload = new Workload("run", "bench", Optional.empty(), origin.url(), 1000, true);
                long jobs = Math.round(SPARE * (warmUp + seconds) * count * slots * 1000 / latency);
                Load.run(api, workload, jobs, 1, Load.Until.ACCEPTED, Progress.NONE);
                LockSupport.parkNanos(Duration.ofSeconds(warmUp).toNanos());
                long startedAt = System.nanoTime();
                double cpu = cpuSeconds(nodes);
                long before = transferred(api, workload);
                LockSupport.parkNanos(Duration.ofSeconds(seconds).toNanos());
                long ran = transferred(api, workload) - before;
                double took = Processes.seconds(startedAt);
                return new Measured(ran / took, (cpuSeconds(nodes) - cpu) / took);
            }
        } finally {
            // The first has the database of all
            for (BenchNode node : nodes.reversed()) node.close();
        }
    }

    /** One database, that of the first, and one store. */
    private void start(Path folder, int count, List<BenchNode> nodes) throws IOException {
        int port = FileServer.freePort();
        for (int node = 0; node < count; node++) {
            List<String> options = new ArrayList<>(List.of(
                    "-Dlonghaul.cluster.seed-nodes=127.0.0.1:" + port,
                    "-Dlonghaul.store.root=" + folder.resolve("files"),
                    "-Dlonghaul.scheduler.slots-per-node=" + slots,
                    "-Dlonghaul.scheduler.background-slots=" + slots * MOST,
                    "-Dlonghaul.transfer.connections-per-host=" + slots * MOST));
            if (node == 0) options.add("-Dlonghaul.cluster.port=" + port);
            else options.addAll(nodes.getFirst().sharedDatabase());
            nodes.add(BenchNode.start(folder.resolve("node" + node), options.toArray(String[]::new)));
        }
    }

    private static long transferred(NodeApi api, Workload workload) {
        JsonNode states = api.get("/v1/jobs/count?" + workload.filter()).path("byState");
        // One connection in thousands is closed by the server just when it is used again
        long failed = states.path("ERROR").asLong() + states.path("TRANSIENT_ERROR").asLong();
        if (failed > states.path("TRANSFERRED").asLong() / 100) throw new IllegalStateException("Some failed: " + states);
        if (states.path("QUEUED").asLong() == 0) throw new IllegalStateException("There were too few: " + states);
        return states.path("TRANSFERRED").asLong();
    }

    private static double cpuSeconds(List<BenchNode> nodes) throws IOException {
        double all = 0;
        for (BenchNode node : nodes) {
            Cpu cpu = node.cpu();
            all += cpu.jvm() + cpu.postgres();
        }
        return all;
    }
}
