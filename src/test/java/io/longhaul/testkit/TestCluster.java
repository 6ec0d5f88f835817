package io.longhaul.testkit;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Some nodes as processes on loopback, each with a folder of its own, on one database and one store. */
public final class TestCluster implements AutoCloseable {
    private final Path folder;
    private final @Nullable TestNetwork network;
    private final @Nullable RestartableDatabase database;
    private final @Nullable ShiftedClock clock;
    private final Path store;
    private final List<Integer> ports = new ArrayList<>();
    private final List<Integer> managementPorts = new ArrayList<>();
    private final List<String> settings = new ArrayList<>();
    private final List<NodeProcess> nodes = new ArrayList<>();

    private TestCluster(int count, boolean breakable, String... changes) throws IOException {
        folder = Files.createTempDirectory("longhaul-cluster");
        store = folder.resolve("store");
        network = breakable ? new TestNetwork(count) : null;
        for (int i = 0; i < count; i++) {
            ports.add(network == null ? FreePort.find() : network.port(i));
            managementPorts.add(FreePort.find());
        }
        if (network == null) {
            database = null;
            clock = null;
            for (String line : TestDatabase.create()) settings.add(asProperty(line));
        } else {
            database = new RestartableDatabase(folder.resolve("database"), network.database());
            settings.addAll(List.of(database.settings()));
            clock = new ShiftedClock(folder.resolve("clock"));
        }
        settings.add("longhaul.store.root=" + store);
        // Of three nodes on a small machine none needs more
        settings.add("longhaul.database.connections=4");
        settings.add("longhaul.database.journal-connections=4");
        settings.add("longhaul.cluster.seed-nodes="
                + String.join(",", ports.stream().map(TestCluster::addressOf).toList()));
        settings.addAll(Arrays.asList(changes));
    }

    /** Starts so many nodes and returns when all are ready; settings as for {@code -D}. */
    public static TestCluster start(int count, String... changes) {
        return start(count, false, changes);
    }

    /** The same with a PostgreSQL and a network of its own, which can be broken, and a wall clock that can be set. */
    public static TestCluster startBreakable(int count, String... changes) {
        return start(count, true, changes);
    }

    private static TestCluster start(int count, boolean breakable, String... changes) {
        TestCluster cluster;
        try {
            cluster = new TestCluster(count, breakable, changes);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        try {
            cluster.nodes.addAll(
                    cluster.launch(IntStream.range(0, count).boxed().toList()));
            return cluster;
        } catch (CompletionException failed) {
            cluster.close();
            throw failed;
        }
    }

    /** The first of the seed nodes founds the cluster, and the others join it at once. */
    private List<NodeProcess> launch(List<Integer> some) {
        List<CompletableFuture<NodeProcess>> starting = some.stream()
                .map(node -> CompletableFuture.supplyAsync(
                        () -> launch(node), task -> Thread.ofVirtual().start(task)))
                .toList();
        try {
            return starting.stream().map(CompletableFuture::join).toList();
        } catch (CompletionException failed) {
            // Of the others nobody would know
            for (CompletableFuture<NodeProcess> node : starting)
                node.thenAccept(NodeProcess::kill).exceptionally(alike -> null).join();
            throw failed;
        }
    }

    private NodeProcess launch(int node) {
        List<String> all = new ArrayList<>(settings);
        all.add("longhaul.cluster.port=" + ports.get(node));
        all.add("longhaul.management.port=" + managementPorts.get(node));
        if (network != null) all.addAll(network.settings(node));
        if (database != null)
            all.add("longhaul.database.url=" + database.url() + network().databaseParameters(node));
        return NodeProcess.start(
                folder.resolve(Integer.toString(node)),
                clock == null ? Map.of() : clock.environment(),
                all.toArray(String[]::new));
    }

    public NodeProcess node(int node) {
        return nodes.get(node);
    }

    /** Mends what is broken, and starts those nodes again that have ended. */
    public void restore() {
        if (network != null) network.mend();
        List<Integer> ended = IntStream.range(0, nodes.size())
                .filter(node -> !nodes.get(node).isAlive())
                .boxed()
                .toList();
        List<NodeProcess> started = launch(ended);
        for (int i = 0; i < ended.size(); i++) nodes.set(ended.get(i), started.get(i));
    }

    /** Starts a node again that has ended, and mends nothing; completed when it is ready. */
    public CompletableFuture<Void> startAgain(int node) {
        return CompletableFuture.runAsync(
                () -> nodes.set(node, launch(node)), task -> Thread.ofVirtual().start(task));
    }

    /** What the node has said since its last start, also while it starts. */
    public String log(int node) {
        return NodeProcess.log(folder.resolve(Integer.toString(node)));
    }

    /** The names of all files in the store. */
    public List<String> stored() {
        try (Stream<Path> paths = Files.walk(store)) {
            return paths.filter(Files::isRegularFile)
                    .map(path -> path.getFileName().toString())
                    .toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Of a cluster that can be broken. */
    public TestNetwork network() {
        return requireNonNull(network);
    }

    /** Of a cluster that can be broken. */
    public RestartableDatabase database() {
        return requireNonNull(database);
    }

    /** The wall clock of the nodes, and of nothing else; of a cluster that can be broken. */
    public ShiftedClock clock() {
        return requireNonNull(clock);
    }

    /** Where the node listens for operators, also while it starts. */
    public ApiClient management(int node) {
        return new ApiClient(URI.create("http://" + addressOf(managementPorts.get(node))), "operator");
    }

    /** {@code host:port}, by which the nodes know one another. */
    public String address(int node) {
        return addressOf(ports.get(node));
    }

    private static String addressOf(int port) {
        return "127.0.0.1:" + port;
    }

    /** The folder of an owner's files, which all nodes share. */
    public Path files(String owner) {
        return store.resolve(owner);
    }

    /** What {@link TestDatabase} says, as a system property. */
    private static String asProperty(String line) {
        int equals = line.indexOf(" = ");
        return line.substring(0, equals) + "=" + line.substring(equals + 3).replace("\"", "");
    }

    @Override
    public void close() {
        nodes.forEach(NodeProcess::kill);
        if (network != null) network.close();
        if (database != null) database.close();
        if (Boolean.getBoolean("longhaul.keep-folders")) return;
        Folders.delete(folder);
    }
}
