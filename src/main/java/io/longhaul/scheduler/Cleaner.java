package io.longhaul.scheduler;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.longhaul.entity.Expired;
import io.longhaul.entity.FailureLog;
import io.longhaul.job.JobId;
import io.longhaul.job.Retention;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Removes what has been kept for long enough: jobs, batch after batch, with a rest after each that leaves most of the
 * database's time to the queue, unless it falls behind; and, more seldom, operations and what is known of calls. One for
 * the cluster; a second one would find the work taken.
 */
public final class Cleaner extends AbstractOnMessageBehavior<Cleaner.Message> {
    /** Each of its looks fails while the database is away. */
    private static final FailureLog FAILURES =
            new FailureLog(LoggerFactory.getLogger(Cleaner.class)::warn, Duration.ofMinutes(1));

    /** Of jobs, or of calls, in one transaction; fewer where the database does not manage that. */
    static final int BATCH = 1000;

    /** Three times what the work took: a quarter of one connection's time. */
    private static final int RESTS_FOR = 3;

    private static final Duration SHORTEST_REST = Duration.ofMillis(10);

    private static final Duration LOOKS_FOR_JOBS_EVERY = Duration.ofSeconds(10);
    private static final Duration LOOKS_FOR_CALLS_EVERY = Duration.ofHours(1);
    private static final Duration LOOKS_AT_MOST_EVERY = Duration.ofMillis(100);

    /** What the actor understands. */
    public sealed interface Message {}

    /** Another node is to have it now, or none. */
    public record Stop() implements Message {}

    private record RemoveJobs() implements Message {}

    private record JobsRemoved(Expired.Jobs removed, Instant began) implements Message {}

    private record JobsNotRemoved(Throwable problem) implements Message {}

    private record RemoveCalls() implements Message {}

    private record CallsRemoved(Expired.Calls removed, Instant began) implements Message {}

    private record CallsNotRemoved(Throwable problem) implements Message {}

    private final TimerScheduler<Message> timers;
    private final Expired expired;
    private final Retention retention;
    private final Clock clock;
    private int batch = BATCH;
    private @Nullable Instant nextJob;
    private @Nullable JobId nextCall;

    public static Behavior<Message> create(Expired expired, Retention retention, Clock clock) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new Cleaner(context, timers, expired, retention, clock)));
    }

    private Cleaner(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            Expired expired,
            Retention retention,
            Clock clock) {
        super(context);
        this.timers = timers;
        this.expired = expired;
        this.retention = retention;
        this.clock = clock;
        after(pause(LOOKS_FOR_JOBS_EVERY), new RemoveJobs());
        after(pause(LOOKS_FOR_CALLS_EVERY), new RemoveCalls());
    }

    @Override
    public Behavior<Message> onMessage(Message message) {
        switch (message) {
            case Stop stop -> {
                return Behaviors.stopped();
            }
            case RemoveJobs now -> removeJobs(clock.instant());
            case JobsRemoved done -> onJobs(done);
            case JobsNotRemoved failed -> {
                warn(failed.problem());
                batch = Math.max(1, batch / 2);
                after(LOOKS_FOR_JOBS_EVERY, new RemoveJobs());
            }
            case RemoveCalls now -> removeCalls(clock.instant());
            case CallsRemoved done -> onCalls(done);
            case CallsNotRemoved failed -> {
                warn(failed.problem());
                after(LOOKS_FOR_JOBS_EVERY, new RemoveCalls());
            }
        }
        return this;
    }

    private void removeJobs(Instant now) {
        getContext()
                .pipeToSelf(
                        expired.removeJobs(nextJob, retention.finalUntil(now), batch),
                        (removed, problem) ->
                                problem == null ? new JobsRemoved(removed, now) : new JobsNotRemoved(problem));
    }

    private void onJobs(JobsRemoved done) {
        batch = Math.min(BATCH, batch * 2);
        nextJob = done.removed().next();
        after(nextJob == null ? pause(LOOKS_FOR_JOBS_EVERY) : restBefore(nextJob, done.began()), new RemoveJobs());
    }

    /** None to speak of where jobs end faster than they go: tables that grew on and on would slow the queue far more. */
    private Duration restBefore(Instant next, Instant began) {
        Duration late = Duration.between(next, retention.finalUntil(began));
        return late.compareTo(tenth()) > 0 ? SHORTEST_REST : rest(began);
    }

    private void removeCalls(Instant now) {
        getContext()
                .pipeToSelf(
                        expired.removeCalls(retention.finalUntil(now), nextCall, BATCH),
                        (removed, problem) ->
                                problem == null ? new CallsRemoved(removed, now) : new CallsNotRemoved(problem));
    }

    private void onCalls(CallsRemoved done) {
        nextCall = done.removed().next();
        after(nextCall == null ? pause(LOOKS_FOR_CALLS_EVERY) : rest(done.began()), new RemoveCalls());
    }

    private void after(Duration delay, Message message) {
        timers.startSingleTimer(message, message, delay);
    }

    private Duration rest(Instant began) {
        Duration took = Duration.between(began, clock.instant());
        return longer(took.multipliedBy(RESTS_FOR), SHORTEST_REST);
    }

    /** What is kept for a short time only is looked for more often. */
    private Duration pause(Duration usual) {
        return tenth().compareTo(usual) < 0 ? tenth() : usual;
    }

    /** So much too late a job may go. */
    private Duration tenth() {
        return longer(retention.time().dividedBy(10), LOOKS_AT_MOST_EVERY);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private void warn(Throwable problem) {
        FAILURES.failed("What is old is not removed: " + problem.getMessage(), System.nanoTime());
    }
}
