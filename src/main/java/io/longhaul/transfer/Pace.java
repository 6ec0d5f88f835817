package io.longhaul.transfer;

import io.longhaul.job.JobSpec;
import io.longhaul.policy.BandwidthLimit;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How fast a run may be: by its job's own limit, and by the one that it shares with others. */
final class Pace {
    /** What a run waits for may change, so it looks again. */
    private static final long LONGEST_WAIT = TimeUnit.MILLISECONDS.toNanos(100);

    private final Throttles throttles;
    private JobSpec job;
    private volatile @Nullable Bandwidth own;
    private volatile @Nullable Throttle shared;
    private boolean over;

    Pace(JobSpec job, Throttles throttles) {
        this.job = job;
        this.throttles = throttles;
        this.own = ownOf(job);
    }

    private static @Nullable Bandwidth ownOf(JobSpec job) {
        Long rate = job.bandwidthBytesPerSecond();
        return rate == null ? null : new Bandwidth(rate, System.nanoTime());
    }

    /** The job's properties were changed: its own limit holds at once, the shared one when it is looked at next. */
    synchronized void goBy(JobSpec changed) {
        if (!Objects.equals(changed.bandwidthBytesPerSecond(), job.bandwidthBytesPerSecond())) own = ownOf(changed);
        job = changed;
    }

    /** Comes under the limit that is in force now; the limit, where it lets nothing through. */
    synchronized Optional<BandwidthLimit> follow(long now) {
        if (over) return Optional.empty();
        Optional<BandwidthLimit> limit = throttles.of(job);
        if (limit.isPresent() && limit.get().blocks()) return limit;
        Throttle before = shared;
        if (limit.isEmpty()) shared = null;
        else if (before == null || !before.budget().equals(limit.get().budget()))
            shared = throttles.join(limit.get(), now);
        else before.limit(limit.get().bytesPerSecond(), now);
        if (before != null && !before.equals(shared)) before.leave();
        return Optional.empty();
    }

    /** The run has ended. */
    synchronized void end() {
        over = true;
        Throttle last = shared;
        shared = null;
        if (last != null) last.leave();
    }

    /** The most bytes that should be read at once. */
    int atOnce(int most) {
        Throttle throttle = shared;
        int limited = throttle == null ? most : throttle.atOnce(most);
        Bandwidth limit = own;
        return limit == null ? limited : limit.atOnce(limited);
    }

    /** Bytes have come: waits until more may, or the line is cut. */
    void took(int bytes, Line line) {
        long now = System.nanoTime();
        Throttle throttle = shared;
        double ticket = throttle == null ? 0 : throttle.take(bytes, now);
        Bandwidth limit = own;
        if (limit != null) waitFor(limit, now + limit.took(bytes, now), line);
        if (throttle != null) waitFor(throttle, ticket, line);
    }

    private void waitFor(Throttle throttle, double ticket, Line line) {
        long began = System.nanoTime();
        while (throttle.equals(shared) && line.cut() == null) {
            long left = throttle.waitFor(ticket, System.nanoTime());
            if (left <= 0) break;
            pause(Math.min(left, LONGEST_WAIT), line);
        }
        throttle.waited(System.nanoTime() - began);
    }

    private void waitFor(Bandwidth limit, long until, Line line) {
        while (limit.equals(own) && line.cut() == null) {
            long left = until - System.nanoTime();
            if (left <= 0) return;
            pause(Math.min(left, LONGEST_WAIT), line);
        }
    }

    private static void pause(long nanos, Line line) {
        if (nanos > 0) line.pause(nanos);
    }
}
