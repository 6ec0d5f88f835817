package io.longhaul.scheduler;

import io.longhaul.entity.LiveJobs.Live;
import io.longhaul.job.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The round of the jobs that may have been left alone for too long under a policy that is younger than they are: page after
 * page from the oldest job on, until one is younger than any timeout. When it is to be made, and who is told. Knows no Akka
 * and no clock.
 */
final class InactiveRound {
    static final int PAGE = 1000;

    /** A round takes a tenth of the time at most, however many jobs there are. */
    private static final int RESTS_FOR = 10;

    /** A job is cancelled at most so much too late, or by as much as its timeout, where that is shorter. */
    private static final Duration LONGEST_REST = Duration.ofHours(1);

    private long version = -1;
    private Instant began = Instant.MIN;
    private Instant nextAt = Instant.MIN;
    private @Nullable JobId last;

    /**
     * Whether a page is to be read now.
     *
     * @param inForce the version of the policies; a new one begins a round, after the one that is under way
     */
    boolean isDue(long inForce, Instant now) {
        if (last != null) return true;
        if (inForce == version && now.isBefore(nextAt)) return false;
        version = inForce;
        began = now;
        return true;
    }

    /** After which job the next page begins; null: at the beginning. */
    @Nullable
    JobId after() {
        return last;
    }

    /** A page could not be read: it is due again, also where it is the first one. */
    void unread() {
        version = -1;
    }

    /**
     * Who of a page is to look at the clock. There is another page where {@link #after} names a job then.
     *
     * @param shortest of all timeouts
     */
    List<JobId> inactive(List<Live> page, Duration shortest, Function<Live, Optional<Duration>> timeouts, Instant now) {
        List<JobId> inactive = new ArrayList<>();
        for (Live job : page) {
            if (job.over() || now.isBefore(job.modifiedAt().plus(shortest))) continue;
            Optional<Duration> timeout = timeouts.apply(job);
            if (timeout.isPresent() && !now.isBefore(job.modifiedAt().plus(timeout.get()))) inactive.add(job.id());
        }
        boolean more =
                page.size() == PAGE && !now.isBefore(page.getLast().createdAt().plus(shortest));
        last = more ? page.getLast().id() : null;
        if (!more) nextAt = now.plus(rest(shortest, now));
        return inactive;
    }

    private Duration rest(Duration shortest, Instant now) {
        Duration usual = shortest.compareTo(LONGEST_REST) < 0 ? shortest : LONGEST_REST;
        Duration atLeast = Duration.between(began, now).multipliedBy(RESTS_FOR);
        return atLeast.compareTo(usual) > 0 ? atLeast : usual;
    }
}
