package io.longhaul.entity;

import io.longhaul.job.JobId;
import io.longhaul.job.Recorded;
import io.longhaul.job.StateName;
import java.util.List;
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
