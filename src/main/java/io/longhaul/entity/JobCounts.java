package io.longhaul.entity;

import io.longhaul.job.JobId;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** How many jobs are unfinished, by the index. Stages fail where the database does not answer. */
public interface JobCounts {
    /**
     * Counts the jobs that are neither acknowledged nor cancelled.
     *
     * @param recent jobs that the index may not have yet
     */
    CompletionStage<Count> unfinished(Of whose, String name, Collection<JobId> recent);

    /** Whose jobs. */
    enum Of {
        QUEUE,
        OWNER
    }

    /**
     * The number, and which of the recent ones are in it, or are finished. One that came from another queue or owner is in
     * neither for a while.
     */
    record Count(long jobs, Set<JobId> indexed) {
        public Count {
            indexed = Set.copyOf(indexed);
        }
    }
}
