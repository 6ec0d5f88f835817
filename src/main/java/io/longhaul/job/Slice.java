package io.longhaul.job;

import java.time.Duration;
import java.time.Instant;

/**
 * A time slice: a lease with a number.
 *
 * @param number of the slice; one more than that of the slice before
 * @param run the number of the slice that started the run that is under way: a renewed slice goes on with it
 * @param endsAt when the scheduler ends or renews it
 */
public record Slice(long number, long run, Instant endsAt) {
    /** A job whose scheduler is not heard of so long after the end of its slice goes back to the queue by itself. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    Slice renewed(long nextNumber, Instant nextEnd) {
        return new Slice(nextNumber, run, nextEnd);
    }

    Instant overdueAt() {
        return endsAt.plus(GRACE);
    }
}
