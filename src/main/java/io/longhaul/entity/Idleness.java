package io.longhaul.entity;

import java.time.Duration;
import java.util.Optional;

/**
 * How long nobody has spoken to a job, and when that is to be looked at. A timer that is set anew for each message, as
 * Akka's receive timeout is, costs more than most messages do; this one is set once, and when it fires it is seen what
 * has come meanwhile. Times are those of {@link System#nanoTime}.
 */
final class Idleness {
    private long heardAt;
    private boolean set;
    private long firesAt;

    /** Somebody has spoken to the job. */
    void heard(long now) {
        heardAt = now;
    }

    /**
     * The job has nothing to do, and stays so long unless somebody speaks to it.
     *
     * @return after what time to look at it, where a timer has to be set for that; it takes the place of an earlier one
     */
    Optional<Duration> begins(Duration stay, long now) {
        long leavesAt = now + stay.toNanos();
        if (set && firesAt - leavesAt <= 0) return Optional.empty();
        return Optional.of(set(leavesAt, now));
    }

    /**
     * The timer has fired, and the job has nothing to do.
     *
     * @return after what time to look again; empty: it has been idle for long enough
     */
    Optional<Duration> fired(Duration stay, long now) {
        unset();
        long leavesAt = heardAt + stay.toNanos();
        if (leavesAt - now <= 0) return Optional.empty();
        return Optional.of(set(leavesAt, now));
    }

    /** There is no timer any more: it has fired while the job is busy, which says when it is not; or it was cancelled. */
    void unset() {
        set = false;
    }

    private Duration set(long at, long now) {
        set = true;
        firesAt = at;
        return Duration.ofNanos(at - now);
    }
}
