package io.longhaul.ops;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A node as a process of its own, which ends with exit code 0 when a signal tells it to. */
public final class NodeProcess {
    private NodeProcess() {}

    /** Starts a node, says when it is ready, and returns its exit code once it has ended. */
    public static int run(Settings settings, Consumer<Node> whenReady) {
        var starting = new CompletableFuture<Node>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(starting), "told-to-end"));
        Node node = start(settings, starting);
        whenReady.accept(node);
        return node.awaitEnd();
    }

    private static Node start(Settings settings, CompletableFuture<Node> starting) {
        try {
            Node node = Node.start(settings);
            starting.complete(node);
            return node;
        } catch (RuntimeException refused) {
            starting.completeExceptionally(refused);
            throw refused;
        }
    }

    /** The JVM is going down. Left to itself it would report the signal as its exit code, and close nothing. */
    private static void end(CompletableFuture<Node> starting) {
        try {
            // Told while it still starts: a database that is half open is closed best by opening it.
            Node node = starting.get(1, TimeUnit.MINUTES);
            node.close();
            Runtime.getRuntime().halt(node.awaitEnd());
        } catch (ExecutionException | TimeoutException | InterruptedException neverStarted) {
            // what the JVM goes down with says it
        }
    }
}
