package io.longhaul.comparison;

import io.longhaul.bench.NodeApi;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/** Nodes as an operator starts them on one machine: on one PostgreSQL, run for itself, and one store. */
final class BenchCluster implements AutoCloseable {
    private static final String READY = "The database is ready: ";

    private final Path folder;
    private final Process database;
    private final String url;
    private final List<Integer> ports = new ArrayList<>();
    private final List<BenchNode> nodes = new ArrayList<>();

    private BenchCluster(Path folder, int count) throws IOException {
        this.folder = folder;
        Path here = Files.createDirectories(folder.resolve("database"));
        database = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-Dlonghaul.data-dir=" + here,
                        "-jar",
                        System.getProperty("longhaul.jar"),
                        "database")
                .redirectError(folder.resolve("database.log").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(database::destroy));
        BufferedReader said = database.inputReader();
        String line = said.readLine();
        if (line == null || !line.startsWith(READY)) throw new IOException("No database: " + line);
        url = line.substring(READY.length());
        for (int node = 0; node < count; node++) ports.add(freePort());
    }

    /** Starts so many, and returns when all are ready. */
    static BenchCluster start(Path folder, int count) throws Exception {
        var cluster = new BenchCluster(folder, count);
        try (ExecutorService starting = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<BenchNode>> started = new ArrayList<>();
            for (int node = 0; node < count; node++) {
                int number = node;
                started.add(starting.submit(() -> cluster.launch(number)));
            }
            for (Future<BenchNode> node : started) cluster.nodes.add(node.get());
        }
        return cluster;
    }

    private BenchNode launch(int node) throws IOException {
        List<String> seeds = new ArrayList<>();
        for (int other = 0; other < ports.size(); other++) seeds.add(address(other));
        return BenchNode.start(
                folder.resolve("node" + node),
                "-Xmx512m",
                "-Dlonghaul.database.url=" + url,
                "-Dlonghaul.database.password-file=" + folder.resolve("database/postgres/password"),
                "-Dlonghaul.store.root=" + folder.resolve("files"),
                "-Dlonghaul.cluster.port=" + ports.get(node),
                "-Dlonghaul.cluster.seed-nodes=" + String.join(",", seeds));
    }

    BenchNode node(int node) {
        return nodes.get(node);
    }

    /** By which the nodes know it. */
    String address(int node) {
        return "127.0.0.1:" + ports.get(node);
    }

    /** Starts a node again that was killed. */
    void restart(int node) throws IOException {
        nodes.set(node, launch(node));
    }

    /** Whether all are members, and have as many shards as the others but for one or two. */
    static boolean isWhole(NodeApi api, int count) {
        var all = api.get("/v1/nodes").path("nodes");
        var shards = StreamSupport.stream(all.spliterator(), false)
                .filter(node -> node.path("status").asText().equals("UP"))
                .mapToInt(node -> node.path("shards").asInt())
                .summaryStatistics();
        return shards.getCount() == count && shards.getMax() - shards.getMin() <= 2;
    }

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }

    @Override
    public void close() throws InterruptedException {
        for (BenchNode node : nodes) node.kill(); // nobody is there to hand over to in the end
        database.destroy();
        if (!database.waitFor(2, TimeUnit.MINUTES)) database.destroyForcibly().waitFor();
    }
}
