package io.longhaul.testkit;

import io.longhaul.entity.Nodes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Two nodes, of which one does not answer. */
public final class FakeNodes implements Nodes {
    private final Map<String, Node> nodes = new TreeMap<>(Map.of(
            "10.0.0.1:25520", new Node("10.0.0.1:25520", "UP", new Work(34, 12, false, 1000, 2)),
            "10.0.0.2:25520", new Node("10.0.0.2:25520", "UNREACHABLE", null)));

    @Override
    public synchronized CompletionStage<List<Node>> all() {
        return CompletableFuture.completedStage(List.copyOf(nodes.values()));
    }

    @Override
    public synchronized CompletionStage<Optional<Node>> drain(String address) {
        return CompletableFuture.completedStage(
                Optional.ofNullable(nodes.computeIfPresent(address, (same, node) -> drained(node))));
    }

    private static Node drained(Node node) {
        return new Node(node.address(), node.status(), new Work(34, 12, true, 1000, 2));
    }
}
