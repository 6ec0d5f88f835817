package io.longhaul.ops;

import io.longhaul.transfer.Network;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node as a process of its own, which ends with exit code 0 when a signal tells it to. */
public final class NodeProcess {
    private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);

    private final CompletableFuture<Node> starting = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> toldToEnd = new CompletableFuture<>();

    private NodeProcess() {}

    /** Starts a node, says when it is ready, and returns its exit code once it has ended. */
    public static int run(Settings settings, Consumer<Node> whenReady) {
        return new NodeProcess().runNode(settings, whenReady);
    }

    private int runNode(Settings settings, Consumer<Node> whenReady) {
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "told-to-end"));
        KnownVariables.unknown(System.getenv())
                .forEach(name -> LOG.warn("Nothing reads the environment variable {}: no setting has it", name));
        Node node;
        try {
            node = Node.start(settings, Network.ofMachine(), toldToEnd);
        } catch (RuntimeException refused) {
            starting.completeExceptionally(refused);
            if (!toldToEnd.isDone()) throw refused;
            LOG.info("Told to end, the node starts no more: {}", refused.getMessage());
            return 0;
        }
        starting.complete(node);
        whenReady.accept(node);
        return node.awaitEnd();
    }

    /** The JVM is going down. Left to itself it would report the signal as its exit code, and close nothing. */
    private void end() {
        // Which is why the JVM goes down, with an exit code of its own
        if (starting.isCompletedExceptionally()) return;
        toldToEnd.complete(null);
        Runtime.getRuntime().halt(exitCode());
    }

    private int exitCode() {
        try {
            // Told while it still starts: a database that is half open is closed best by opening it.
            Node node = starting.get(1, TimeUnit.MINUTES);
            node.close();
            return node.awaitEnd();
        } catch (ExecutionException gaveUp) {
            return 0; // having closed what it had opened
        } catch (TimeoutException | InterruptedException hurry) {
            LOG.warn("The node is still starting, and its process ends without it", hurry);
            return 0;
        }
    }
}
