package io.longhaul.testkit;

import io.longhaul.ops.Node;
import io.longhaul.ops.Settings;
import io.longhaul.transfer.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/** A whole node in this JVM, on free ports, with a folder and a database of its own. */
public final class TestNode implements AutoCloseable {
    private final Path folder;
    private final Settings settings;
    private final Network network;
    private Node node;

    private TestNode(Path folder, Network network, String... changes) {
        this.folder = folder;
        this.network = network;
        // A retry after ten minutes is what operators want and tests do not
        String[] all = Stream.of(
                        TestDatabase.create(), new String[] {"longhaul.job.minimum-retry-delay = 200ms"}, changes)
                .flatMap(Arrays::stream)
                .toArray(String[]::new);
        this.settings = TestSettings.below(folder, all);
        this.node = Node.start(settings, network);
    }

    /** Starts a node as shipped but for what is given, as in {@code "longhaul.scheduler.time-slice = 1s"}. */
    public static TestNode start(String... changes) {
        return start(Network.ofMachine(), changes);
    }

    /** The same on a machine with these network interfaces. */
    public static TestNode start(Network network, String... changes) {
        try {
            return new TestNode(Files.createTempDirectory("longhaul-spec"), network, changes);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public Node node() {
        return node;
    }

    /** The folder of an owner's files. */
    public Path files(String owner) {
        return settings.store().root().resolve(owner);
    }

    public ApiClient client(String owner) {
        return new ApiClient(URI.create(node.api().toString()), owner);
    }

    /** Ends the node in an orderly way and starts it again on what it left. */
    public void restart() {
        node.close();
        node = Node.start(settings, network);
    }

    @Override
    public void close() {
        node.close();
        Folders.delete(folder);
    }
}
