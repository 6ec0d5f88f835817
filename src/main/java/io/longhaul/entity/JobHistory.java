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

    /** The number of the last event of all; 0: there is none. */
    CompletionStage<Long> last();

    /** The number of that event; empty: there is none, or no more. */
    CompletionStage<Optional<Long>> number(JobId id, long sequence);

    /**
     * Events of all jobs in the order in which they were written. Nothing that comes later has a number in between; so the
     * last ones may not be there yet, for about as long as the index is behind.
     *
     * @param after only those of a higher number; 0: from the first
     * @param limit at most so many
     */
    CompletionStage<List<Numbered>> order(long after, int limit);

    /** These events, in any order; without those of a history that cannot be used so far. */
    CompletionStage<List<Told>> read(List<Numbered> events);

    /** Where an event stands among those of all jobs. */
    record Numbered(long number, JobId id, long sequence) {}

    /** One event, and the job after it. */
    record Told(Job job, Entry entry) {}

    /**
     * One event.
     *
     * @param state the state after it
     */
    record Entry(JobId id, long sequence, Recorded recorded, StateName state) {}
}
