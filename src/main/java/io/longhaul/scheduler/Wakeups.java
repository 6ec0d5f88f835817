package io.longhaul.scheduler;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.longhaul.entity.DueJobs;
import io.longhaul.entity.DueJobs.Due;
import io.longhaul.entity.FailureLog;
import io.longhaul.entity.Jobs;
import io.longhaul.entity.QueueContents;
import io.longhaul.entity.Queues;
import io.longhaul.job.Alarm;
import io.longhaul.job.JobId;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Wakes what is not in memory: jobs whose time has come, and the schedulers of queues that have work. One for the
 * cluster; a second one would do no harm.
 */
public final class Wakeups extends AbstractOnMessageBehavior<Wakeups.Message> {
    /** Each of its looks fails while the database is away. */
    private static final FailureLog FAILURES =
            new FailureLog(LoggerFactory.getLogger(Wakeups.class)::warn, Duration.ofMinutes(1));

    private static final int QUEUES_PAGE = 1000;
    private static final Duration LOOKS_EVERY = Duration.ofMillis(500);
    private static final Duration VISITS_QUEUES_EVERY = Duration.ofSeconds(2);

    /** What the actor understands. */
    public sealed interface Message {}

    /** Another node is to have it now, or none. */
    public record Stop() implements Message {}

    private record Look() implements Message {}

    private record VisitQueues() implements Message {}

    private record Found(List<Due> jobs) implements Message {}

    private record Visit(List<String> queues) implements Message {}

    private record DueUnread(Throwable problem) implements Message {}

    private record QueuesUnread(Throwable problem) implements Message {}

    private final DueJobs due;
    private final QueueContents contents;
    private final Jobs jobs;
    private final Queues queues;
    private final Clock clock;
    private final DueRound round = new DueRound();
    private @Nullable String cursor;

    // One read of each kind at a time, however slow the database is
    private boolean readingDue;
    private boolean readingQueues;

    public static Behavior<Message> create(DueJobs due, QueueContents contents, Jobs jobs, Queues queues, Clock clock) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new Wakeups(context, timers, due, contents, jobs, queues, clock)));
    }

    private Wakeups(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            DueJobs due,
            QueueContents contents,
            Jobs jobs,
            Queues queues,
            Clock clock) {
        super(context);
        this.due = due;
        this.contents = contents;
        this.jobs = jobs;
        this.queues = queues;
        this.clock = clock;
        timers.startTimerWithFixedDelay(new Look(), Duration.ZERO, LOOKS_EVERY);
        timers.startTimerWithFixedDelay(new VisitQueues(), Duration.ZERO, VISITS_QUEUES_EVERY);
    }

    @Override
    public Behavior<Message> onMessage(Message message) {
        switch (message) {
            case Stop stop -> {
                return Behaviors.stopped();
            }
            case Look look -> look();
            case Found found -> wake(found.jobs());
            case DueUnread unread -> {
                readingDue = false;
                warn(unread.problem());
            }
            case VisitQueues visit -> readQueues();
            case Visit visit -> visit(visit.queues());
            case QueuesUnread unread -> {
                readingQueues = false;
                warn(unread.problem());
            }
        }
        return this;
    }

    private void look() {
        if (readingDue) return;
        readingDue = true;
        DueRound.Look next = round.next(clock.instant());
        getContext()
                .pipeToSelf(
                        due.due(next.by(), next.after(), DueRound.PAGE),
                        (found, problem) -> problem == null ? new Found(found) : new DueUnread(problem));
    }

    private void readQueues() {
        if (readingQueues) return;
        readingQueues = true;
        getContext()
                .pipeToSelf(
                        contents.queuesWithWork(cursor, QUEUES_PAGE),
                        (names, problem) -> problem == null ? new Visit(names) : new QueuesUnread(problem));
    }

    private void visit(List<String> names) {
        readingQueues = false;
        names.forEach(queues::wake);
        cursor = names.size() < QUEUES_PAGE ? null : names.getLast();
    }

    private void warn(Throwable problem) {
        FAILURES.failed("The index does not answer: " + problem.getMessage(), System.nanoTime());
    }

    private void wake(List<Due> found) {
        readingDue = false;
        for (JobId job : round.wake(found, clock.instant())) jobs.tell(job, new Alarm.Wake());
    }
}
