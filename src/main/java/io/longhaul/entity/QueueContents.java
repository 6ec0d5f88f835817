package io.longhaul.entity;

import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import io.longhaul.job.Priority;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What a scheduler rebuilds itself from, and what it remembers beyond its life. */
public interface QueueContents {
    /** Names of queues that have a job which is QUEUED, CONNECTING or TRANSFERRING; after that name, in order. */
    CompletionStage<List<String>> queuesWithWork(@Nullable String after, int limit);

    /** The jobs of a queue that are QUEUED, CONNECTING or TRANSFERRING, by id, after that id. */
    CompletionStage<List<Candidate>> candidates(String queue, @Nullable JobId after, int limit);

    /**
     * A job that has a place in the scheduler.
     *
     * @param nextSlice the number that a grant must have
     * @param host {@code name:port} of the next file
     * @param queuedAt since when it waits; while it runs: since when it runs
     * @param running whether it is CONNECTING or TRANSFERRING
     * @param sliceEndsAt while it runs
     */
    record Candidate(
            JobId id,
            Owner owner,
            Priority priority,
            long nextSlice,
            String host,
            Instant queuedAt,
            boolean running,
            @Nullable Instant sliceEndsAt) {}

    /** The queue's own figure of background slots; empty where the configured one holds. */
    CompletionStage<OptionalInt> backgroundSlots(String queue);

    CompletionStage<Void> setBackgroundSlots(String queue, OptionalInt slots);

    /** The owners who are logged off, and since when; all of them. */
    CompletionStage<Set<LoggedOff>> loggedOff();

    record LoggedOff(Owner owner, Instant since) {}

    CompletionStage<Void> setLoggedOff(Owner owner, Instant at);

    CompletionStage<Void> setLoggedOn(Owner owner);
}
