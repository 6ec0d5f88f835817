package io.longhaul.entity;

import io.longhaul.job.Job;
import io.longhaul.job.JobError;
import io.longhaul.job.JobId;
import io.longhaul.job.JobProgress;
import io.longhaul.job.JobSpec;
import io.longhaul.job.JobTimes;
import io.longhaul.job.StateName;
import io.longhaul.job.TransientError;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A job without its files, as lists show it.
 *
 * @param sequence of the last event behind it
 * @param nextRetryAt null: nobody knows, or it does not wait for that
 */
public record JobSummary(
        JobId id,
        long sequence,
        JobSpec spec,
        StateName state,
        JobProgress progress,
        JobTimes times,
        int errorCount,
        @Nullable JobError error,
        @Nullable Instant nextRetryAt) {

    public static JobSummary of(Job job) {
        return new JobSummary(
                job.id(),
                job.sequence(),
                job.spec(),
                job.state().name(),
                job.progress(),
                job.times(),
                job.errorCount(),
                job.error(),
                job.state() instanceof TransientError waiting ? waiting.nextRetryAt() : null);
    }
}
