package io.longhaul.ops;

import akka.actor.ActorSystem;
import akka.actor.CoordinatedShutdown;
import akka.management.javadsl.ReadinessCheckSetup;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Whether requests should be sent to this node: it has joined and started everything, is not about to end, and its
 * database answers. Whether it is a member is Akka's own check.
 */
final class Readiness {
    private final Database database;
    private volatile boolean started;

    Readiness(Database database) {
        this.database = database;
    }

    /** Everything is there. */
    void started() {
        started = true;
    }

    ReadinessCheckSetup checks() {
        return ReadinessCheckSetup.create(system -> List.of(() -> check(system)));
    }

    private CompletionStage<Boolean> check(ActorSystem system) {
        if (!started || CoordinatedShutdown.get(system).getShutdownReason().isPresent())
            return CompletableFuture.completedStage(false);
        return CompletableFuture.supplyAsync(
                database::answers, task -> Thread.ofVirtual().start(task));
    }
}
