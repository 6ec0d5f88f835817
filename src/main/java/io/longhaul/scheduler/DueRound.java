package io.longhaul.scheduler;

import io.longhaul.entity.DueJobs.Due;
import io.longhaul.job.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The round of the jobs that are due: page after page, the most overdue first, and then from the beginning again. So
 * jobs that stay due, because their history cannot be read, say, hold up nobody. Knows no Akka and no clock.
 */
final class DueRound {
    static final int PAGE = 1000;

    /** The index is behind the journal, so a job that was just woken still looks due for a while. */
    private static final Duration WAKES_AGAIN_AFTER = Duration.ofSeconds(5);

    private static final int MOST_REMEMBERED = 20_000;

    private final Map<JobId, Instant> woken = new HashMap<>();
    private Instant by = Instant.MIN;
    private @Nullable Due last;

    /** What is to be read: jobs that are due by then, after that one. */
    record Look(Instant by, @Nullable Due after) {}

    Look next(Instant now) {
        // What becomes due meanwhile is for the next round: else one that always finds more would never begin again
        if (last == null) by = now;
        return new Look(by, last);
    }

    /** Whom to wake of those that were read. */
    List<JobId> wake(List<Due> found, Instant now) {
        woken.values().removeIf(at -> !now.isBefore(at.plus(WAKES_AGAIN_AFTER)));
        List<JobId> wake = new ArrayList<>();
        for (Due job : found) {
            if (woken.size() >= MOST_REMEMBERED) return wake; // the next look begins with this one
            last = job;
            if (woken.putIfAbsent(job.id(), now) == null) wake.add(job.id());
        }
        if (found.size() < PAGE) last = null;
        return wake;
    }
}
