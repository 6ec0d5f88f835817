package io.longhaul.testkit;

import io.longhaul.entity.Operations;
import java.sql.SQLException;
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
    private int savesBeforeOutage = -1;

    /** After so many more that can be saved, one cannot. */
    public synchronized void failAfter(int saves) {
        savesBeforeOutage = saves;
    }

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
        if (savesBeforeOutage-- == 0) return CompletableFuture.failedStage(new SQLException("The database is away"));
        return CompletableFuture.completedStage(stored.replace(before.id(), before, after));
    }
}
