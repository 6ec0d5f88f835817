package io.longhaul.entity;

import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import io.longhaul.job.Priority;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The schedulers, as jobs and the API see them. */
public interface Queues {
    /** Where a job stands now. Told after every change that matters to its scheduler; may be told twice. */
    void tell(String queue, Standing standing);

    /** Where a job stands, as its scheduler must know. */
    sealed interface Standing {
        JobId id();

        /**
         * It waits for a slice of this number.
         *
         * @param retry whether its last attempt failed, and it is tried again by itself
         */
        record Ready(
                JobId id, Owner owner, Priority priority, long nextSlice, String host, Instant queuedAt, boolean retry)
                implements Standing {
            public Ready(JobId id, Owner owner, Priority priority, long nextSlice, String host, Instant queuedAt) {
                this(id, owner, priority, nextSlice, host, queuedAt, false);
            }
        }

        /**
         * It has the slice of this number.
         *
         * @param node {@code host:port} of the node where it runs; null: that is not known
         */
        record Running(
                JobId id,
                Owner owner,
                Priority priority,
                long slice,
                String host,
                Instant endsAt,
                @Nullable String node)
                implements Standing {}

        /** It wants no slice. */
        record Gone(JobId id) implements Standing {}

        /**
         * The slice of this number was offered, but there was no place on the node.
         *
         * @param node {@code host:port} of the node; null where it is of an older version
         */
        record NodeFull(
                JobId id, long slice, int limit, @Nullable String node) implements Standing {}

        /**
         * The slice of this number was offered, but the remote host has no connection free.
         *
         * @param own how many connections jobs of this queue had at that moment, on the node that declined
         * @param closure why the host may have none now, where it is closed
         */
        record HostFull(
                JobId id,
                long slice,
                String host,
                int limit,
                int own,
                @Nullable HostClosure closure) implements Standing {
            public HostFull(JobId id, long slice, String host, int limit, int own) {
                this(id, slice, host, limit, own, null);
            }
        }
    }

    /**
     * A place has become free that this queue was refused.
     *
     * @param host the remote host; null: a place on the node
     */
    void freed(String queue, @Nullable String host);

    /** Other queues wait for what jobs of this one hold. Said again and again while they do. */
    void othersWait(String queue, Rivals rivals);

    /**
     * Other queues that were refused what jobs of a queue hold on one node, and get a place each.
     *
     * @param host the remote host, {@code name:port}; null: places on the node
     * @param limit how many places there are for everybody
     * @param atOnce those that have a foreground job for it, for which a background job gives its place back at once
     * @param foreground those for which a foreground job gives its place back at the end of its slice
     * @param background those for which a background job does
     */
    record Rivals(@Nullable String host, int limit, int atOnce, int foreground, int background) {
        public static final Rivals NONE = new Rivals(null, 0, 0, 0, 0);
    }

    /** Wakes the scheduler of a queue that has work, wherever it lives. */
    void wake(String queue);

    /** Why a queued job does not run, most important first; empty where it runs or is not queued. */
    CompletionStage<List<Reason>> explain(String queue, JobId id);

    /** One reason, with the code by which a program knows it. */
    record Reason(
            String code,
            String detail,
            @Nullable Instant since,
            @Nullable Instant until) {
        /** The owner is logged off. */
        public static Reason loggedOff(Owner owner, @Nullable Instant since) {
            return new Reason("OWNER_LOGGED_OFF", "The owner " + owner + " is logged off.", since, null);
        }

        /** A remote host, {@code name:port}, that is closed. */
        public static Reason of(String host, HostClosure closure) {
            return new Reason(
                    "HOST_" + closure.cause().name(),
                    host + " " + closure.detail() + ".",
                    closure.since(),
                    closure.until());
        }
    }

    /** Background slots: the queue's own figure, or the configured one. */
    CompletionStage<Slots> slots(String queue);

    /**
     * The slots of a queue.
     *
     * @param background how many background jobs may run at once
     * @param own whether the queue has a figure of its own
     * @param running jobs that run now, foreground ones too
     */
    record Slots(int background, boolean own, int running) {}

    /** Sets or, where it is empty, forgets the queue's own figure; complete once it is on disk. */
    CompletionStage<Void> setBackgroundSlots(String queue, OptionalInt slots);

    /**
     * BITS's log off: the owner's running jobs go to QUEUED and stay there. Complete once it is on disk, and no scheduler
     * of this node gives the owner's jobs another slice; those of other nodes may for a few seconds.
     */
    CompletionStage<Void> logOff(Owner owner);

    CompletionStage<Void> logOn(Owner owner);

    /** Since when the owner is logged off; empty: he is not. */
    CompletionStage<Optional<Instant>> loggedOffSince(Owner owner);
}
