package io.longhaul.store;

import io.longhaul.job.Job;
import io.longhaul.job.JobId;
import org.jspecify.annotations.Nullable;

/**
 * Jobs that actors of this node have just read back from the journal, for the index: what happens to them next need not be
 * preceded by reading their histories once more. From any thread.
 */
final class RecoveredJobs {
    /** Some 2,000 jobs of one file or two: more than recover until the index has seen what happened to them next. */
    private static final long MOST_WEIGHT = 12_000;

    private final JobCache jobs = new JobCache(MOST_WEIGHT);

    synchronized void put(Job job) {
        jobs.put(job);
    }

    /** The job as it was before that event, if it was read back like that; it is given once. */
    synchronized @Nullable Job takeBefore(JobId id, long sequence) {
        Job job = jobs.get(id);
        if (job == null || job.sequence() >= sequence) return null; // the index is behind, and comes to it later
        jobs.remove(id);
        return job.sequence() == sequence - 1 ? job : null;
    }

    synchronized void clear() {
        jobs.clear();
    }
}
