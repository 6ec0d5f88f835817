package io.longhaul.entity;

import io.longhaul.job.JobId;
import io.longhaul.job.file.ByteRange;
import io.longhaul.job.file.JobFile;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What owners are to be told of their jobs, on disk from the moment at which the event behind it comes to the index
 * until the job is removed. Of one job everything is told in order: the next one once the one before is settled.
 */
public interface Notifications {
    /**
     * Takes some that are due, the first of each job, for whoever calls to tell. Nobody else takes them until they are
     * settled, or until that time has come.
     *
     * @param after the owner with whom the last round ended; null: begin with the first one
     * @param until when they are due again if nobody settles them
     * @param perOwner so many of one owner may be under way at once, those of earlier rounds included
     * @param most of all owners
     */
    CompletionStage<Round> take(@Nullable String after, Instant now, Instant until, int perOwner, int most);

    /**
     * What was taken.
     *
     * @param last with whom the next round goes on; null: it went through to the last owner
     */
    record Round(List<Delivery> deliveries, @Nullable String last) {
        public Round {
            deliveries = List.copyOf(deliveries);
        }
    }

    /** What came of telling it. One whose job is gone meanwhile is passed over. */
    CompletionStage<Void> settle(NotificationKey key, Outcome outcome);

    /** Those of a job, in their order, beginning after that one. */
    CompletionStage<List<Entry>> ofJob(JobId job, @Nullable NotificationKey after, int limit);

    /** Makes it due at once, also where it was given up; empty: there is none. One that was delivered stays so. */
    CompletionStage<Optional<Entry>> again(NotificationKey key, Instant now);

    /**
     * What is told: the job as it was then.
     *
     * @param file that it is about; null: about the job as a whole
     */
    record News(JobSummary job, @Nullable JobFile file) {}

    /**
     * One to be told now.
     *
     * @param at when it happened
     * @param parts of the remote file that have come: what FILE_RANGES_TRANSFERRED tells
     * @param job as it is now: who is to be told stands there
     * @param attempts this one included
     * @param failure what the last attempt came to, which this one repeats; null: it repeats none, or somebody asked for it
     */
    record Delivery(
            NotificationKey key,
            Instant at,
            News news,
            List<ByteRange> parts,
            JobSummary job,
            int attempts,
            @Nullable String failure) {}

    /** How far it is. */
    enum State {
        PENDING,
        DELIVERED,
        /** Nobody tries any more, unless asked to. */
        GIVEN_UP
    }

    /**
     * What came of an attempt.
     *
     * @param status of HTTP; null: there was none
     * @param answer a sentence
     * @param due when it is tried again; null: never
     */
    record Outcome(
            State state,
            @Nullable Integer status,
            String answer,
            @Nullable Instant due) {
        public static Outcome delivered(@Nullable Integer status, String answer) {
            return new Outcome(State.DELIVERED, status, answer, null);
        }

        public static Outcome again(@Nullable Integer status, String answer, Instant due) {
            return new Outcome(State.PENDING, status, answer, due);
        }

        public static Outcome givenUp(@Nullable Integer status, String answer) {
            return new Outcome(State.GIVEN_UP, status, answer, null);
        }
    }

    /**
     * One as the log shows it.
     *
     * @param fileIndex null: it is about the job as a whole
     * @param attemptedAt the last time; null: never yet
     * @param due null: nothing is to be done; else when it, or what has to be told before it, is told
     */
    record Entry(
            NotificationKey key,
            @Nullable Integer fileIndex,
            Instant at,
            State state,
            int attempts,
            @Nullable Instant attemptedAt,
            @Nullable Integer status,
            @Nullable String answer,
            @Nullable Instant due) {}
}
