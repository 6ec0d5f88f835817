package io.longhaul.notify;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.longhaul.entity.FailureLog;
import io.longhaul.entity.NotificationKey;
import io.longhaul.entity.Notifications;
import io.longhaul.entity.Notifications.Delivery;
import io.longhaul.entity.Notifications.Outcome;
import io.longhaul.entity.Notifications.Round;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Tells owners of their jobs: takes what is due, makes an attempt with each, and writes down what came of it. One for the
 * cluster; what a second one, or a crash, would disturb is held on disk: the order of a job's, the limit of an owner's.
 */
public final class Courier extends AbstractOnMessageBehavior<Courier.Message> {
    /** Each of its looks fails while the database is away. */
    private static final FailureLog FAILURES =
            new FailureLog(LoggerFactory.getLogger(Courier.class)::warn, Duration.ofMinutes(1));

    private static final Duration LOOKS_EVERY = Duration.ofMillis(250);

    /** What the actor understands. */
    public sealed interface Message {}

    /** Another node is to have it now, or none. */
    public record Stop() implements Message {}

    private record Look() implements Message {}

    private record Taken(Round round) implements Message {}

    private record NotTaken(Throwable problem) implements Message {}

    private record Attempted(NotificationKey key, Outcome outcome) implements Message {}

    private record NotAttempted(NotificationKey key, Throwable problem) implements Message {}

    private record Settled() implements Message {}

    private record NotSettled(NotificationKey key, Throwable problem) implements Message {}

    private final Notifications notifications;
    private final Deliverer deliverer;
    private final NotifySettings settings;
    private final Clock clock;
    private boolean taking;
    private int underWay;
    private @Nullable String after;

    public static Behavior<Message> create(
            Notifications notifications, Deliverer deliverer, NotifySettings settings, Clock clock) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new Courier(context, timers, notifications, deliverer, settings, clock)));
    }

    private Courier(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            Notifications notifications,
            Deliverer deliverer,
            NotifySettings settings,
            Clock clock) {
        super(context);
        this.notifications = notifications;
        this.deliverer = deliverer;
        this.settings = settings;
        this.clock = clock;
        timers.startTimerWithFixedDelay(new Look(), Duration.ZERO, LOOKS_EVERY);
    }

    @Override
    public Behavior<Message> onMessage(Message message) {
        switch (message) {
            case Stop stop -> {
                return Behaviors.stopped();
            }
            case Look now -> look();
            case Taken taken -> onTaken(taken.round());
            case NotTaken failed -> {
                taking = false;
                FAILURES.failed("What owners are to be told is not read: " + failed.problem(), System.nanoTime());
            }
            case Attempted attempted -> settle(attempted.key(), attempted.outcome());
            case NotAttempted failed -> {
                underWay--;
                getContext()
                        .getLog()
                        .error("Notification {} cannot be told", failed.key().id(), failed.problem());
            }
            case Settled settled -> {
                underWay--;
                look(); // the next of that job, or of that owner
            }
            case NotSettled failed -> {
                underWay--; // and once it is not held any more it is told again, by the same id
                getContext()
                        .getLog()
                        .warn(
                                "What came of notification {} is not written down: {}",
                                failed.key().id(),
                                failed.problem().toString());
            }
        }
        return this;
    }

    private void look() {
        if (taking || underWay >= settings.atOnce()) return;
        taking = true;
        Instant now = clock.instant();
        getContext()
                .pipeToSelf(
                        notifications.take(
                                after,
                                now,
                                now.plus(settings.longestAttempt()),
                                settings.perOwner(),
                                settings.atOnce() - underWay),
                        (round, problem) -> problem == null ? new Taken(round) : new NotTaken(problem));
    }

    private void onTaken(Round round) {
        taking = false;
        after = round.last();
        underWay += round.deliveries().size();
        round.deliveries().forEach(this::attempt);
        if (after != null || !round.deliveries().isEmpty())
            getContext().getSelf().tell(new Look());
    }

    private void attempt(Delivery delivery) {
        NotificationKey key = delivery.key();
        getContext()
                .pipeToSelf(
                        deliverer.deliver(delivery),
                        (outcome, problem) ->
                                problem == null ? new Attempted(key, outcome) : new NotAttempted(key, problem));
    }

    private void settle(NotificationKey key, Outcome outcome) {
        getContext()
                .pipeToSelf(
                        notifications.settle(key, outcome),
                        (done, problem) -> problem == null ? new Settled() : new NotSettled(key, problem));
    }
}
