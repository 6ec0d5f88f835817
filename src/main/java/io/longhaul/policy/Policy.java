package io.longhaul.policy;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is said in one place, by the names of BITS's policies. What is null is left to whoever speaks for more jobs.
 *
 * @param jobInactivityTimeout after so long without a change or progress a job is cancelled
 * @param maxDownloadTime of a job that does not say its own
 * @param maxJobsPerMachine unfinished jobs of the queue, which is BITS's machine; {@link #UNLIMITED}: any number
 * @param maxJobsPerUser unfinished jobs of the owner, in all queues; {@link #UNLIMITED}: any number
 */
public record Policy(
        @Nullable Duration jobInactivityTimeout,
        @Nullable Duration maxDownloadTime,
        @Nullable Long maxJobsPerMachine,
        @Nullable Long maxJobsPerUser,
        @Nullable Integer maxFilesPerJob,
        @Nullable Integer maxRangesPerFile,
        @Nullable BandwidthPolicy bandwidth) {
    /** What no number limits. */
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** Says nothing. */
    public static final Policy NONE = new Policy(null, null, null, null, null, null, null);
}
