package io.longhaul.entity;

import io.longhaul.job.JobId;
import io.longhaul.job.Priority;
import io.longhaul.job.StateName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The index of all jobs: at most a second behind. Stages fail where the database does not answer. */
public interface JobCatalogue {
    /**
     * Newest first.
     *
     * @param before only jobs older than this one; null: from the newest
     * @param limit at most so many, 1 to 1000
     */
    CompletionStage<List<JobSummary>> list(JobFilter filter, @Nullable JobId before, int limit);

    CompletionStage<Counts> count(JobFilter filter);

    /** Every state and every priority has a number. */
    record Counts(long total, Map<StateName, Long> byState, Map<Priority, Long> byPriority) {
        public Counts {
            byState = Map.copyOf(byState);
            byPriority = Map.copyOf(byPriority);
        }
    }

    /** The depth of every queue that has a job or a figure of its own, by name, at most {@code limit}. */
    CompletionStage<List<QueueDepth>> queues(@Nullable String after, int limit);

    /** One queue, which may be empty. */
    CompletionStage<QueueDepth> queue(String name);

    /** The job that has been QUEUED longest; empty where none is. */
    CompletionStage<Optional<Waiting>> oldestQueued();

    record Waiting(JobId id, Instant since) {}

    /** Those of these jobs whose first event has that number or a smaller one: see {@link Progress}. */
    CompletionStage<Set<JobId>> begunBy(long event, List<JobId> jobs);

    /** How far the index is by now. */
    CompletionStage<Progress> progress();

    /**
     * Events by their numbers, which grow.
     *
     * @param journal of the last one that is in the journal
     * @param index all up to this one are in the index
     */
    record Progress(long journal, long index) {}

    record QueueDepth(String name, Map<StateName, Long> byState, Map<Priority, Long> byPriority) {
        public QueueDepth {
            byState = Map.copyOf(byState);
            byPriority = Map.copyOf(byPriority);
        }
    }
}
