package io.longhaul.api;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.stream.Materializer;
import io.longhaul.entity.FailureLog;
import io.longhaul.entity.Operations.Operation;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that calls on many jobs are carried out, whichever node took them, and whichever died over them. One for
 * the cluster; a second one does no harm, for only one of the two can store how far it is.
 */
public final class OperationKeeper extends AbstractOnMessageBehavior<OperationKeeper.Message> {
    /** Each of its looks fails while the database is away. */
    private static final FailureLog FAILURES =
            new FailureLog(LoggerFactory.getLogger(OperationKeeper.class)::warn, Duration.ofMinutes(1));

    private static final Duration LOOKS_EVERY = Duration.ofMillis(300);

    /** What the actor understands. */
    public sealed interface Message {}

    /** Another node is to have it now, or none. */
    public record Stop() implements Message {}

    private record Look() implements Message {}

    private record Found(List<Operation> unfinished) implements Message {}

    private record Unread(Throwable problem) implements Message {}

    private record Ended(UUID id) implements Message {}

    private final OperationRunner runner;
    private final Materializer materializer;
    private final Set<UUID> underWay = new HashSet<>();
    private boolean looking;
    private boolean again;

    public static Behavior<Message> create(OperationRunner runner) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new OperationKeeper(context, timers, runner)));
    }

    private OperationKeeper(ActorContext<Message> context, TimerScheduler<Message> timers, OperationRunner runner) {
        super(context);
        this.runner = runner;
        // Of this actor: where it ends, so does what it has begun
        this.materializer = Materializer.createMaterializer(context);
        timers.startTimerWithFixedDelay(new Look(), Duration.ZERO, LOOKS_EVERY);
        // What another node has taken is found soon enough
        runner.whenBegun(() -> context.getSelf().tell(new Look()));
    }

    @Override
    public Behavior<Message> onMessage(Message message) {
        switch (message) {
            case Stop stop -> {
                runner.whenBegun(() -> {});
                return Behaviors.stopped();
            }
            case Look look -> look();
            case Found found -> {
                looking = false;
                found.unfinished().forEach(this::carryOut);
                if (again) look();
            }
            case Unread unread -> {
                looking = false;
                FAILURES.failed("Calls on many jobs wait: " + unread.problem().getMessage(), System.nanoTime());
            }
            case Ended ended -> underWay.remove(ended.id());
        }
        return this;
    }

    private void look() {
        again = looking; // it may have looked too early
        if (looking) return;
        looking = true;
        getContext()
                .pipeToSelf(
                        runner.unfinished(),
                        (found, problem) -> problem == null ? new Found(found) : new Unread(problem));
    }

    private void carryOut(Operation operation) {
        if (!underWay.add(operation.id())) return;
        getContext()
                .pipeToSelf(
                        runner.carryOut(operation.id(), materializer), (done, failure) -> new Ended(operation.id()));
    }
}
