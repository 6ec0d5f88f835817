package io.longhaul.scheduler;

import io.longhaul.entity.HeldJobs.By;
import io.longhaul.entity.HeldJobs.Held;
import io.longhaul.job.JobId;
import io.longhaul.policy.BandwidthLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The round of the jobs that a policy holds back, or a lost network, page after page: when it is to be made, and who is free. Knows no Akka and
 * no clock.
 */
final class HeldRound {
    static final int PAGE = 1000;

    /** After a change, for as long as a job may still be held by what was in force before, and the index not have it. */
    private static final Duration REPEATS_FOR = Duration.ofSeconds(4);

    /** Without a change: for a word to a job that got lost. */
    private static final Duration EVERY = Duration.ofSeconds(10);

    private long version = -1;
    private boolean connected = true;
    private Instant changedAt = Instant.MIN;
    private Instant nextAt = Instant.MIN;
    private @Nullable JobId last;

    /** When hours change what holds some of them, by the clock on the wall. */
    private Instant hoursChangeAt = Instant.MAX;

    /** What the clock on the wall showed when it was last looked at: less than that, and it was set back. */
    private Instant shown = Instant.MIN;

    /**
     * Whether a round is to begin now.
     *
     * @param inForce the version of the policies
     * @param hasWayOut whether there is a network
     * @param now by the node's clock, which nobody sets
     * @param wall by the clock on the wall, which hours go by
     */
    boolean isDue(long inForce, boolean hasWayOut, Instant now, Instant wall) {
        boolean back = hasWayOut && !connected;
        connected = hasWayOut;
        if (back || inForce != version || !wall.isBefore(hoursChangeAt) || wall.isBefore(shown)) {
            version = inForce;
            changedAt = now;
            hoursChangeAt = Instant.MAX;
        }
        shown = wall;
        boolean justChanged = changedAt.equals(now) || now.isBefore(changedAt.plus(REPEATS_FOR));
        if (!justChanged && now.isBefore(nextAt)) return false;
        nextAt = now.plus(EVERY);
        last = null;
        return true;
    }

    /** After which job the next page begins; null: at the beginning. */
    @Nullable
    JobId after() {
        return last;
    }

    /** Whom of a page nothing holds any more. There is another page where {@link #after} names a job then. */
    List<Held> free(List<Held> page, Function<Held, Optional<BandwidthLimit>> limits) {
        List<Held> free = new ArrayList<>();
        for (Held job : page) {
            if (job.by() == By.NETWORK) {
                if (connected) free.add(job);
                continue;
            }
            Optional<BandwidthLimit> limit = limits.apply(job).filter(BandwidthLimit::blocks);
            if (limit.isEmpty()) free.add(job);
            Instant until = limit.map(BandwidthLimit::until).orElse(Instant.MAX);
            if (until.isBefore(hoursChangeAt)) hoursChangeAt = until;
        }
        last = page.size() < PAGE ? null : page.getLast().id();
        return free;
    }
}
