package io.longhaul.scheduler;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.longhaul.entity.DueJobs;
import io.longhaul.entity.Jobs;
import io.longhaul.entity.QueueContents;
import io.longhaul.entity.Queues;
import io.longhaul.job.Alarm;
import io.longhaul.job.JobId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Wakes what is not in memory: jobs whose time has come, and the schedulers of queues that have work. One for the
 * cluster; a second one would do no harm.
 */
public final class Wakeups extends AbstractOnMessageBehavior<Wakeups.Message> {
    private static final int PAGE = 1000;
    private static final Duration LOOKS_EVERY = Duration.ofMillis(500);
    private static final Duration VISITS_QUEUES_EVERY = Duration.ofSeconds(2);

    /** The index is behind the journal, so a job that was just woken still looks due for a while. */
    private static final Duration WAKES_AGAIN_AFTER = Duration.ofSeconds(5);

    private static final int MOST_REMEMBERED = 20_000;

    /** What the actor understands. */
    public sealed interface Message {}

    private record Look() implements Message {}

    private record VisitQueues() implements Message {}

    private record Due(List<JobId> jobs) implements Message {}

    private record Visit(List<String> queues) implements Message {}

    private record ReadFailed(Throwable problem) implements Message {}

    private final DueJobs due;
    private final QueueContents contents;
    private final Jobs jobs;
    private final Queues queues;
    private final Clock clock;
    private final Map<JobId, Instant> woken = new LinkedHashMap<>();
    private @Nullable String cursor;

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
            case Look look -> look();
            case Due found -> wake(found.jobs());
            case VisitQueues visit ->
                getContext()
                        .pipeToSelf(
                                contents.queuesWithWork(cursor, PAGE),
                                (names, problem) -> problem == null ? new Visit(names) : new ReadFailed(problem));
            case Visit visit -> {
                visit.queues().forEach(queues::wake);
                cursor = visit.queues().size() < PAGE ? null : visit.queues().getLast();
            }
            case ReadFailed failed ->
                getContext()
                        .getLog()
                        .warn("The index does not answer: {}", failed.problem().getMessage());
        }
        return this;
    }

    private void look() {
        getContext()
                .pipeToSelf(
                        due.due(clock.instant(), PAGE),
                        (found, problem) -> problem == null ? new Due(found) : new ReadFailed(problem));
    }

    private void wake(List<JobId> found) {
        Instant now = clock.instant();
        woken.values().removeIf(at -> !now.isBefore(at.plus(WAKES_AGAIN_AFTER)));
        for (JobId job : found) {
            if (woken.size() >= MOST_REMEMBERED) return;
            if (woken.putIfAbsent(job, now) == null) jobs.tell(job, new Alarm.Wake());
        }
    }
}
