package io.longhaul.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Some nodes as processes on loopback, each with a folder of its own, on one database and one store. */
public final class TestCluster implements AutoCloseable {
    private final Path folder;
    private final Path store;
    private final List<Integer> ports = new ArrayList<>();
    private final List<Integer> managementPorts = new ArrayList<>();
    private final List<String> settings = new ArrayList<>();
    private final List<NodeProcess> nodes = new ArrayList<>();

    private TestCluster(int count, String... changes) throws IOException {
        folder = Files.createTempDirectory("longhaul-cluster");
        store = folder.resolve("store");
        for (int i = 0; i < count; i++) {
            ports.add(freePort());
            managementPorts.add(freePort());
        }
        for (String line : TestDatabase.create()) settings.add(asProperty(line));
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
        try {
            TestCluster cluster = new TestCluster(count, changes);
            // The first of the seed nodes founds the cluster, and the others join it at once
            List<CompletableFuture<NodeProcess>> starting = IntStream.range(0, count)
                    .mapToObj(node -> CompletableFuture.supplyAsync(
                            () -> cluster.launch(node),
                            task -> Thread.ofVirtual().start(task)))
                    .toList();
            starting.forEach(node -> cluster.nodes.add(node.join()));
            return cluster;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private NodeProcess launch(int node) {
        Stream<String> own = Stream.of(
                "longhaul.cluster.port=" + ports.get(node), "longhaul.management.port=" + managementPorts.get(node));
        return NodeProcess.start(
                folder.resolve(Integer.toString(node)),
                Stream.concat(settings.stream(), own).toArray(String[]::new));
    }

    public NodeProcess node(int node) {
        return nodes.get(node);
    }

    /** Starts a node again that has ended. */
    public void restart(int node) {
        nodes.set(node, launch(node));
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

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }

    @Override
    public void close() {
        nodes.forEach(NodeProcess::kill);
        if (Boolean.getBoolean("longhaul.keep-folders")) return;
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
