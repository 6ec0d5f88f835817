package io.longhaul.scheduler;

import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import io.longhaul.job.Priority;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;

/**
 * A job's place in the schedule. A million of them wait, so times are kept as microseconds since 1970 and not as objects.
 *
 * @param slice the number of the slice that it has, was offered, or gets next
 * @param lane the host of its next file, or the retries there, and maybe the node: see {@link Lane}
 * @param sinceMicros see {@link #since}
 * @param changedAtMicros see {@link #changedAt}
 */
record Entry(
        JobId id,
        Owner owner,
        Priority priority,
        long slice,
        String lane,
        long sinceMicros,
        Phase phase,
        long changedAtMicros) {
    /** The turn of jobs that wait: the longest waiting first; ids only break ties. */
    static final Comparator<Entry> TURN =
            Comparator.comparingLong(Entry::sinceMicros).thenComparing(Entry::id);

    /** The one that is due first: see {@link #dueAt}. */
    static final Comparator<Entry> DUE =
            Comparator.comparingLong(Entry::dueAtMicros).thenComparing(Entry::id);

    /** The one that was changed first: see {@link #changedAt}. */
    static final Comparator<Entry> CHANGED =
            Comparator.comparingLong(Entry::changedAtMicros).thenComparing(Entry::id);

    /** Where an entry stands between two slices. */
    enum Phase {
        /** Waits for its turn. */
        WAITING,
        /** Was granted a slice and has not answered. */
        OFFERED,
        /** Has a slice, by its own word. */
        RUNNING,
        /** Was told to go on in a new slice and has not answered. */
        RENEWED,
        /** Was told to give its slice back and has not answered. */
        ENDING,
        /** Answers nothing: it keeps no slot from the others, and is tried again later. */
        SILENT
    }

    /** An order that was not answered is repeated after this. */
    private static final long ANSWERS_WITHIN_MICROS = Duration.ofSeconds(3).dividedBy(ChronoUnit.MICROS.getDuration());

    Entry(
            JobId id,
            Owner owner,
            Priority priority,
            long slice,
            String lane,
            Instant since,
            Phase phase,
            Instant changedAt) {
        this(id, owner, priority, slice, lane, micros(since), phase, micros(changedAt));
    }

    /** When it was queued; while it runs: unused for the order. */
    Instant since() {
        return instant(sinceMicros);
    }

    /** Running: when its slice ends; silent: when it is tried again; told something: when it was told. */
    Instant changedAt() {
        return instant(changedAtMicros);
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    /** When its slice ends or, where it was told something, its answer is overdue. */
    Instant dueAt() {
        return instant(dueAtMicros());
    }

    private long dueAtMicros() {
        return phase == Phase.RUNNING ? changedAtMicros : changedAtMicros + ANSWERS_WITHIN_MICROS;
    }

    boolean holdsSlot() {
        return phase != Phase.WAITING && phase != Phase.SILENT;
    }

    Entry in(Phase reached, Instant at) {
        return new Entry(id, owner, priority, slice, lane, sinceMicros, reached, micros(at));
    }

    /** {@code name:port} of its next file. */
    String host() {
        return Lane.host(lane);
    }

    boolean isRetry() {
        return Lane.isOfRetries(lane);
    }

    Entry in(String otherLane) {
        return new Entry(id, owner, priority, slice, otherLane, sinceMicros, phase, changedAtMicros);
    }

    Entry withSlice(long number) {
        return new Entry(id, owner, priority, number, lane, sinceMicros, phase, changedAtMicros);
    }
}
