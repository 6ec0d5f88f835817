package io.longhaul.entity;

import io.longhaul.job.JobId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Calls on all jobs that match a filter: on disk, so that they go on after a crash. */
public interface Operations {
    /** Stores a new operation; the same id again changes nothing. */
    CompletionStage<Void> begin(Operation operation);

    CompletionStage<Optional<Operation>> find(UUID id);

    /** Those that are not done, at most {@code limit}. */
    CompletionStage<List<Operation>> unfinished(int limit);

    /**
     * Stores how far it is.
     *
     * @param before as it was read
     * @return whether it still stood there; where not, somebody else has carried it on, and nothing is changed
     */
    CompletionStage<Boolean> save(Operation before, Operation after);

    /**
     * One operation.
     *
     * @param by the caller's name
     * @param startedAt when it was called
     * @param journal the number of the last event in the journal then: only jobs that had begun by it. Their own times do not
     *     tell, for clocks differ. null: an older version stored the operation, and only jobs created before
     *     {@code startedAt} are meant
     * @param cursor the last job that it was applied to, newest first; null: none yet
     * @param asking jobs after that one which have been asked, or are about to be, and have not been counted: the verb
     *     changes which jobs match, so they would not be found again
     * @param refusals the first 100
     */
    record Operation(
            UUID id,
            Verb verb,
            JobFilter filter,
            String by,
            Instant startedAt,
            @Nullable Long journal,
            @Nullable JobId cursor,
            List<JobId> asking,
            boolean done,
            long matched,
            long applied,
            long refused,
            List<Refusal> refusals) {
        public static final int MOST_REFUSALS = 100;

        public Operation {
            asking = List.copyOf(asking);
            refusals = List.copyOf(refusals);
        }

        /** One that nobody has begun to carry out. */
        public static Operation begun(UUID id, Verb verb, JobFilter filter, String by, Instant at) {
            return new Operation(id, verb, filter, by, at, null, null, List.of(), false, 0, 0, 0, List.of());
        }

        /** The same, for the jobs that had begun by that event. */
        public Operation upTo(long event) {
            return new Operation(
                    id, verb, filter, by, startedAt, event, cursor, asking, done, matched, applied, refused, refusals);
        }
    }

    enum Verb {
        RESUME,
        SUSPEND,
        COMPLETE,
        CANCEL
    }

    record Refusal(JobId jobId, String code) {}
}
