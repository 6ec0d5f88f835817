package io.longhaul.ops;

import akka.actor.ActorSystem;
import akka.actor.CoordinatedShutdown;
import akka.management.scaladsl.ReadinessCheckSetup;
import java.io.Serial;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import scala.Function0;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.FutureConverters;

/**
 * Whether requests should be sent to this node: it has joined and started everything, is not about to end, and its
 * database answers. Whether it is a member is Akka's own check.
 */
final class Readiness {
    /** Akka gives every check a second, and then tells of that instead of what the check was about. */
    private static final long DATABASE_ANSWERS_WITHIN_MILLIS = 800;

    private final Database database;
    private volatile boolean started;

    Readiness(Database database) {
        this.database = database;
    }

    /** Everything is there. */
    void started() {
        started = true;
    }

    /** In Scala's terms: one in Java's is told of by the name of a lambda. */
    ReadinessCheckSetup checks() {
        return new ReadinessCheckSetup(system -> {
            List<Function0<Future<Object>>> checks = List.of(new OfNode(system));
            return CollectionConverters.asScala(checks).toList();
        });
    }

    /** The name is part of the answer. */
    private final class OfNode implements Function0<Future<Object>> {
        private final ActorSystem system;

        OfNode(ActorSystem system) {
            this.system = system;
        }

        @Override
        public Future<Object> apply() {
            return FutureConverters.asScala(check(system));
        }
    }

    private CompletableFuture<Object> check(ActorSystem system) {
        if (!started || CoordinatedShutdown.get(system).getShutdownReason().isPresent())
            return CompletableFuture.completedFuture(false);
        var told = new CompletableFuture<Object>();
        CompletableFuture<Boolean> answers = CompletableFuture.supplyAsync(
                database::answers, task -> Thread.ofVirtual().start(task));
        var unused = answers.completeOnTimeout(false, DATABASE_ANSWERS_WITHIN_MILLIS, TimeUnit.MILLISECONDS)
                .handle((answersNow, broken) -> Boolean.TRUE.equals(answersNow)
                        ? told.complete(true)
                        // By itself, and not as the cause of another one, whose message would be told
                        : told.completeExceptionally(new DoesNotAnswer()));
        return told;
    }

    /** What a caller is told. */
    private static final class DoesNotAnswer extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1;

        DoesNotAnswer() {
            super("the database does not answer");
        }
    }
}
