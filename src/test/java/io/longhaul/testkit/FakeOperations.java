package io.longhaul.testkit;

import io.longhaul.entity.Operations;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Operations in memory. */
public final class FakeOperations implements Operations {
    private final Map<UUID, Operation> stored = new LinkedHashMap<>();

    @Override
    public synchronized CompletionStage<Void> begin(Operation operation) {
        stored.putIfAbsent(operation.id(), operation);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public synchronized CompletionStage<Optional<Operation>> find(UUID id) {
        return CompletableFuture.completedStage(Optional.ofNullable(stored.get(id)));
    }

    @Override
    public synchronized CompletionStage<List<Operation>> unfinished(int limit) {
        return CompletableFuture.completedStage(stored.values().stream()
                .filter(operation -> !operation.done())
                .limit(limit)
                .toList());
    }

    @Override
    public synchronized CompletionStage<Boolean> save(Operation before, Operation after) {
        return CompletableFuture.completedStage(stored.replace(before.id(), before, after));
    }
}
