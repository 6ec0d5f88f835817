package io.longhaul.scheduler;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.longhaul.entity.CurrentPolicies;
import io.longhaul.entity.FailureLog;
import io.longhaul.entity.Jobs;
import io.longhaul.entity.LiveJobs;
import io.longhaul.entity.LiveJobs.Live;
import io.longhaul.job.Alarm;
import io.longhaul.job.JobId;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/**
 * Wakes jobs that were left alone for longer than a policy allows that was set after they spoke last. The due-time index
 * has the end of the timeout that they knew then. One for the cluster; a second one would do no harm.
 */
public final class InactiveJobs extends AbstractOnMessageBehavior<InactiveJobs.Message> {
    /** Each of its looks fails while the database is away. */
    private static final FailureLog FAILURES =
            new FailureLog(LoggerFactory.getLogger(InactiveJobs.class)::warn, Duration.ofMinutes(1));

    private static final Duration LOOKS_EVERY = Duration.ofMillis(500);

    /** What the actor understands. */
    public sealed interface Message {}

    /** Another node is to have it now, or none. */
    public record Stop() implements Message {}

    private record Look() implements Message {}

    private record Found(Duration shortest, List<Live> jobs) implements Message {}

    private record Unread(Throwable problem) implements Message {}

    private final ActorContext<Message> context;
    private final LiveJobs live;
    private final CurrentPolicies policies;
    private final Jobs jobs;
    private final Clock clock;

    private final InactiveRound round = new InactiveRound();
    private boolean reading;

    /**
     * Begins at the oldest job.
     *
     * @param clock by which jobs say when something happened to them
     */
    public static Behavior<Message> create(LiveJobs live, CurrentPolicies policies, Jobs jobs, Clock clock) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new InactiveJobs(context, timers, live, policies, jobs, clock)));
    }

    private InactiveJobs(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            LiveJobs live,
            CurrentPolicies policies,
            Jobs jobs,
            Clock clock) {
        super(context);
        this.context = context;
        this.live = live;
        this.policies = policies;
        this.jobs = jobs;
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
                if (!reading && round.isDue(policies.stored().version(), clock.instant())) read();
            }
            case Found found -> wake(found);
            case Unread unread -> {
                reading = false;
                round.unread();
                FAILURES.failed("The index does not answer: " + unread.problem().getMessage(), System.nanoTime());
            }
        }
        return this;
    }

    private void read() {
        Optional<Duration> shortest = policies.shortestInactivityTimeout();
        if (shortest.isEmpty()) return;
        reading = true;
        context.pipeToSelf(
                live.page(round.after(), InactiveRound.PAGE),
                (found, problem) -> problem == null ? new Found(shortest.get(), found) : new Unread(problem));
    }

    private void wake(Found found) {
        reading = false;
        List<JobId> inactive = round.inactive(found.jobs(), found.shortest(), this::timeoutOf, clock.instant());
        for (JobId job : inactive) jobs.tell(job, new Alarm.Wake());
        if (round.after() != null && inactive.isEmpty()) read(); // else the next look does: they have something to do
    }

    private Optional<Duration> timeoutOf(Live job) {
        return policies.inactivityTimeout(job.queue(), job.owner());
    }
}
