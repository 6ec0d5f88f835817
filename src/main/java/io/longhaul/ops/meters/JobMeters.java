package io.longhaul.ops.meters;

import io.longhaul.entity.JobFeed;
import io.longhaul.job.JobError;
import io.longhaul.job.JobEvent;
import io.longhaul.job.QueuedReason;
import io.longhaul.job.StateName;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What happens to the jobs of a node, by their events. Each event is on its way here in the job's own actor. */
public final class JobMeters {
    private static final Set<StateName> AFTER_A_SLICE = Set.of(
            StateName.SUSPENDED,
            StateName.ERROR,
            StateName.TRANSIENT_ERROR,
            StateName.TRANSFERRED,
            StateName.ACKNOWLEDGED,
            StateName.CANCELLED);

    private final MeterRegistry registry;
    private final Clock clock;
    private final Map<Class<?>, Counter> events = new HashMap<>();
    private final Map<QueuedReason, Counter> endedByQueueing = new EnumMap<>(QueuedReason.class);
    private final Map<StateName, Counter> endedByState = new EnumMap<>(StateName.class);
    private final Timer writes;
    private final Timer recoveries;
    private final Counter notRead;
    private final Counter notWritten;

    /** @param clock the one that the jobs' events have their times from */
    public JobMeters(MeterRegistry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
        for (Class<?> type : JobEvent.class.getPermittedSubclasses())
            events.put(
                    type,
                    Counter.builder("longhaul.job.events")
                            .description("Events of jobs")
                            .tag("type", type.getSimpleName())
                            .register(registry));
        FunctionCounter.builder(
                        "longhaul.slices.granted",
                        Objects.requireNonNull(events.get(JobEvent.SliceGranted.class)),
                        Counter::count)
                .description("Slices that jobs of this node were granted")
                .register(registry);
        for (QueuedReason reason : QueuedReason.values()) endedByQueueing.put(reason, ended(reason.name()));
        for (StateName state : AFTER_A_SLICE) endedByState.put(state, ended(state.name()));
        writes = Buckets.timer(
                        "longhaul.journal.write",
                        "From the decision on an event until the event is on disk, waiting included")
                .register(registry);
        recoveries = Buckets.timer(
                        "longhaul.job.recovery", "Reading a job from the journal, or finding that there is none")
                .register(registry);
        notRead = failures("read");
        notWritten = failures("write");
    }

    private Counter ended(String reason) {
        return Counter.builder("longhaul.slices.ended")
                .description(
                        "Slices that ended, by the reason for which the job was queued again, or else by its new state")
                .tag("reason", reason)
                .register(registry);
    }

    private Counter failures(String operation) {
        return Counter.builder("longhaul.journal.failures")
                .description("Jobs that the journal did not read, and events that it did not take")
                .tag("operation", operation)
                .register(registry);
    }

    /** To be subscribed to the feed of the node's jobs. */
    public void hear(JobFeed.Notice notice) {
        if (!(notice instanceof JobFeed.Notice.Happened happened)) return;
        JobEvent event = happened.recorded().event();
        count(events.get(event.getClass()));
        long nanos = Duration.between(happened.recorded().at(), clock.instant()).toNanos();
        writes.record(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        if (happened.before().isRunning())
            countEnd(event, happened.job().state().name());
        if (event instanceof JobEvent.JobStalled stalled) countError(stalled.error(), false);
        if (event instanceof JobEvent.JobFailed failed) countError(failed.error(), true);
    }

    private void countEnd(JobEvent event, StateName after) {
        if (event instanceof JobEvent.JobQueued queued) count(endedByQueueing.get(queued.reason()));
        else count(endedByState.get(after)); // none while it goes on
    }

    /** An error is rare, and its code is one of a few hundred. */
    private void countError(JobError error, boolean fatal) {
        Counter.builder("longhaul.job.errors")
                .description("Errors that jobs met, by code: those that heal, and those that do not")
                .tag("code", error.code().code())
                .tag("fatal", Boolean.toString(fatal))
                .register(registry)
                .increment();
    }

    private static void count(@Nullable Counter counter) {
        if (counter != null) counter.increment();
    }

    /** A job was read from the journal, or it was found that there is none. */
    public void read(Duration took) {
        recoveries.record(took);
    }

    /** A job could not be read. */
    public void notRead() {
        notRead.increment();
    }

    /** An event was not taken by the journal. */
    public void notWritten() {
        notWritten.increment();
    }
}
