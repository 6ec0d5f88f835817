package io.longhaul.job;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** When a job that failed is tried again. */
public final class RetryPolicy {
    /** BITS raises a smaller minimum retry delay to this. */
    public static final Duration SHORTEST_DELAY = Duration.ofSeconds(5);

    private static final Duration LOOKS_AGAIN_AFTER = Duration.ofDays(1);

    private static final int JITTER_STEPS = 1000;

    private static final Set<ErrorCode> UNCOUNTED = Set.of(
            BitsError.BG_E_DESTINATION_LOCKED, BitsError.BG_E_NETWORK_DISCONNECTED, BitsError.BG_E_BLOCKED_BY_POLICY);

    /** They end when something else changes, and the retry delay has no say in it. */
    private static final Set<ErrorCode> HOLDING =
            Set.of(BitsError.BG_E_NETWORK_DISCONNECTED, BitsError.BG_E_BLOCKED_BY_POLICY);

    private RetryPolicy() {}

    /**
     * How long to wait: the minimum retry delay and up to a tenth more, so that a fleet does not come back in one
     * second; longer where the server asked for it. No back-off, as in BITS. The jitter follows from the job and its
     * error count, so it is the same on replay.
     */
    public static Duration delay(JobId job, int errorCount, Duration minimum, @Nullable Duration retryAfter) {
        int step = Math.floorMod(mix(job.value().getLeastSignificantBits() + errorCount), JITTER_STEPS);
        Duration jitter = minimum.multipliedBy(step).dividedBy(10L * JITTER_STEPS);
        Duration delay = minimum.plus(jitter.truncatedTo(ChronoUnit.MILLIS));
        if (retryAfter == null || retryAfter.compareTo(delay) <= 0) return delay;
        return retryAfter.compareTo(JobRules.LONGEST) < 0 ? retryAfter : JobRules.LONGEST;
    }

    /**
     * How long a job waits at most that a policy, or a lost network, holds back. A change brings it back sooner; this is for
     * one whose change was missed.
     *
     * @param untilHoursChange null: no hours change the policy
     */
    public static Duration held(@Nullable Duration untilHoursChange) {
        if (untilHoursChange == null) return LOOKS_AGAIN_AFTER;
        return untilHoursChange.isNegative() ? Duration.ZERO : untilHoursChange;
    }

    /** Whether it adds to the error count: not what is no failure of the job's own, as in BITS. */
    public static boolean counts(ErrorCode code) {
        return !UNCOUNTED.contains(code);
    }

    /** Whether a job with that error is held back, and was not given the chance to make progress. */
    static boolean holds(ErrorCode code) {
        return HOLDING.contains(code);
    }

    /** Whether an error that might heal is fatal all the same, because the job may not wait for it. */
    public static boolean everyErrorIsFatal(Duration minimumRetryDelay, Duration noProgressTimeout) {
        return noProgressTimeout.isZero() || minimumRetryDelay.compareTo(noProgressTimeout) > 0;
    }

    /** Spreads neighbouring numbers (the finalizer of SplitMix64). */
    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
        return b ^ (b >>> 31);
    }
}
