package io.longhaul.scheduler;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.longhaul.entity.CurrentPolicies;
import io.longhaul.entity.FailureLog;
import io.longhaul.entity.HeldJobs;
import io.longhaul.entity.HeldJobs.Held;
import io.longhaul.entity.Jobs;
import io.longhaul.job.Alarm;
import io.longhaul.policy.BandwidthLimit;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.LoggerFactory;

/**
 * Tells jobs that a policy held back when it does no longer, because an operator or the hours have changed it, and jobs
 * that wait for a network when there is one: where this actor lives, as far as it knows, and each looks where it lives. One
 * for the cluster; a second one would do no harm.
 */
public final class Releases extends AbstractOnMessageBehavior<Releases.Message> {
    /** Each of its looks fails while the database is away. */
    private static final FailureLog FAILURES =
            new FailureLog(LoggerFactory.getLogger(Releases.class)::warn, Duration.ofMinutes(1));

    private static final Duration LOOKS_EVERY = Duration.ofMillis(500);

    /** What the actor understands. */
    public sealed interface Message {}

    /** Another node is to have it now, or none. */
    public record Stop() implements Message {}

    private record Look() implements Message {}

    private record Found(List<Held> jobs) implements Message {}

    private record Unread(Throwable problem) implements Message {}

    private final ActorContext<Message> context;
    private final HeldJobs held;
    private final CurrentPolicies policies;
    private final Jobs jobs;
    private final BooleanSupplier hasWayOut;
    private final Clock clock;

    private final HeldRound round = new HeldRound();
    private boolean reading;

    /**
     * Begins at once.
     *
     * @param hasWayOut whether there is a network here
     * @param clock the node's, which nobody sets
     */
    public static Behavior<Message> create(
            HeldJobs held, CurrentPolicies policies, Jobs jobs, BooleanSupplier hasWayOut, Clock clock) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new Releases(context, timers, held, policies, jobs, hasWayOut, clock)));
    }

    private Releases(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            HeldJobs held,
            CurrentPolicies policies,
            Jobs jobs,
            BooleanSupplier hasWayOut,
            Clock clock) {
        super(context);
        this.context = context;
        this.held = held;
        this.policies = policies;
        this.jobs = jobs;
        this.hasWayOut = hasWayOut;
        this.clock = clock;
        timers.startTimerWithFixedDelay(new Look(), Duration.ZERO, LOOKS_EVERY);
    }

    @Override
    public Behavior<Message> onMessage(Message message) {
        switch (message) {
            case Stop stop -> {
                return Behaviors.stopped();
            }
            case Look look -> {
                boolean connected = hasWayOut.getAsBoolean();
                if (!reading && round.isDue(policies.stored().version(), connected, clock.instant(), policies.now()))
                    read();
            }
            case Found found -> release(found.jobs());
            case Unread unread -> {
                reading = false;
                FAILURES.failed("The index does not answer: " + unread.problem().getMessage(), System.nanoTime());
            }
        }
        return this;
    }

    private void read() {
        reading = true;
        context.pipeToSelf(
                held.held(round.after(), HeldRound.PAGE),
                (found, problem) -> problem == null ? new Found(found) : new Unread(problem));
    }

    private void release(List<Held> found) {
        reading = false;
        for (Held job : round.free(found, this::limitOf)) jobs.tell(job.id(), news(job));
        if (round.after() != null) read();
    }

    private static Alarm news(Held job) {
        return switch (job.by()) {
            case POLICY -> new Alarm.PolicyChanged();
            case NETWORK -> new Alarm.NetworkBack();
        };
    }

    private Optional<BandwidthLimit> limitOf(Held job) {
        return policies.bandwidth(job.queue(), job.owner(), job.priority());
    }
}
