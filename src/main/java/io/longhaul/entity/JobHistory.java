package io.longhaul.entity;

import io.longhaul.job.Job;
import io.longhaul.job.JobId;
import io.longhaul.job.Recorded;
import io.longhaul.job.StateName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The journal, read. */
public interface JobHistory {
    /**
     * The events of a job, oldest first; empty where there is no such job, or nothing after.
     *
     * @param after only events of a higher sequence number; 0: from the first
     * @param limit at most so many
     */
    CompletionStage<List<Entry>> events(JobId id, long after, int limit);

    /** The job as it was then; empty where it did not exist yet. */
    CompletionStage<Optional<Job>> at(JobId id, Instant then);

    /**
     * Events of all jobs in the order in which they were written, after the given one.
     *
     * @return empty too where there is no such event
     */
    CompletionStage<List<Entry>> eventsOfAll(JobId id, long sequence, int limit);

    /**
     * One event.
     *
     * @param state the state after it
     */
    record Entry(JobId id, long sequence, Recorded recorded, StateName state) {}
}
