package io.longhaul.entity;

import io.longhaul.job.JobId;
import io.longhaul.job.Recorded;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Where the histories of jobs begin. */
public interface NewJobs {
    /**
     * Writes the first events of a job, all or none. The stage fails with {@link java.sql.SQLException} where the
     * journal does not answer: then nothing is known; and with
     * {@link java.util.concurrent.RejectedExecutionException} where too many wait: then nothing was written.
     *
     * @return whether it did: a job that has a history keeps it
     */
    CompletionStage<Boolean> begin(JobId id, List<Recorded> events);
}
