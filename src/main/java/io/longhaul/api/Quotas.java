package io.longhaul.api;

import io.longhaul.api.json.Refusal;
import io.longhaul.entity.CurrentPolicies;
import io.longhaul.entity.JobCounts;
import io.longhaul.entity.JobCounts.Of;
import io.longhaul.job.BitsError;
import io.longhaul.job.JobId;
import io.longhaul.job.JobSpec;
import io.longhaul.job.Owner;
import io.longhaul.policy.InForce;
import io.longhaul.policy.PoliciesInForce;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * MaxJobsPerMachine and MaxJobsPerUser. How many jobs there are is what the index says, and those that this node has
 * created since; so no job costs a query of its own, except where the limit seems to be reached. What other nodes created
 * in the last second or two is not known yet. Where there is no limit nothing is counted.
 */
final class Quotas {
    /** What was read is good for so long while the limit is not reached. */
    private static final long READ_AGAIN_AFTER = TimeUnit.SECONDS.toNanos(1);

    /** And then it is not good for anything. */
    private static final long STALE_AFTER = TimeUnit.SECONDS.toNanos(3);

    /** Where the limit is reached it is read again, but not for each of those who are refused. */
    private static final long REFUSED_WITHOUT_READING = TimeUnit.MILLISECONDS.toNanos(200);

    /** A job that the index does not have by then does not exist. */
    private static final long NOT_THERE_AFTER = TimeUnit.SECONDS.toNanos(60);

    private static final int MOST_KEPT = 10_000;

    private final CurrentPolicies policies;
    private final JobCounts counts;
    private final Map<Key, Tally> tallies = new ConcurrentHashMap<>();

    /** Whose jobs are counted. */
    private record Key(Of whose, String name) {}

    Quotas(CurrentPolicies policies, JobCounts counts) {
        this.policies = policies;
        this.counts = counts;
    }

    /** Whether the job may be created; it is counted then. Empty: it may. */
    CompletionStage<Optional<Refusal>> admit(JobId id, JobSpec spec) {
        return admit(Of.QUEUE, id, spec.queue(), spec.owner())
                .thenCompose(refusal -> refusal.isPresent()
                        ? CompletableFuture.completedStage(refusal)
                        : admit(Of.OWNER, id, spec.queue(), spec.owner()).whenComplete((refused, failure) -> {
                            if (refused == null || refused.isPresent()) notCounted(Of.QUEUE, id, spec.queue());
                        }));
    }

    /** A job that was admitted was not created. */
    void notCreated(JobId id, JobSpec spec) {
        notCounted(Of.QUEUE, id, spec.queue());
        notCounted(Of.OWNER, id, spec.owner().name());
    }

    /** Whether one more job may be in the queue, or be the owner's; it is counted then. Empty: it may. */
    CompletionStage<Optional<Refusal>> admit(Of whose, JobId id, String queue, Owner owner) {
        PoliciesInForce inForce = policies.of(queue, owner);
        return switch (whose) {
            case QUEUE ->
                admit(id, new Key(whose, queue), inForce.maxJobsPerMachine(), BitsError.BG_E_TOO_MANY_JOBS_PER_MACHINE);
            case OWNER ->
                admit(
                        id,
                        new Key(whose, owner.name()),
                        inForce.maxJobsPerUser(),
                        BitsError.BG_E_TOO_MANY_JOBS_PER_USER);
        };
    }

    /** A job that was admitted did not come to that queue or owner. */
    void notCounted(Of whose, JobId id, String name) {
        Tally tally = tallies.get(new Key(whose, name));
        if (tally != null) tally.forget(id);
    }

    private CompletionStage<Optional<Refusal>> admit(JobId id, Key key, Optional<InForce<Long>> limit, BitsError code) {
        if (limit.isEmpty()) return CompletableFuture.completedStage(Optional.empty());
        if (tallies.size() > MOST_KEPT) tallies.values().removeIf(tally -> tally.isIdle(System.nanoTime()));
        Tally tally = tallies.computeIfAbsent(key, Tally::new);
        long most = limit.get().value();
        return switch (tally.tryToAdd(id, most, System.nanoTime())) {
            case YES -> CompletableFuture.completedStage(Optional.empty());
            case NO -> CompletableFuture.completedStage(Optional.of(refusal(code, most)));
            case UNKNOWN ->
                tally.read()
                        .thenApply(read -> tally.tryToAdd(id, most, System.nanoTime()) == Room.YES
                                ? Optional.empty()
                                : Optional.of(refusal(code, most)));
        };
    }

    private static Refusal refusal(BitsError code, long most) {
        return new Refusal(
                code,
                code == BitsError.BG_E_TOO_MANY_JOBS_PER_USER
                        ? "The owner has " + most + " unfinished jobs, as many as the policy allows."
                        : "The queue has " + most + " unfinished jobs, as many as the policy allows.");
    }

    private enum Room {
        YES,
        NO,
        UNKNOWN
    }

    /** The jobs of one queue or owner. */
    private final class Tally {
        private final Key key;
        private final ReentrantLock lock = new ReentrantLock();

        /** Created here, and when; the index did not have them when it was read last. */
        private final Map<JobId, Long> recent = new HashMap<>();

        private long indexed;
        private boolean known;
        private long readAt;
        private @Nullable CompletableFuture<Boolean> reading;

        Tally(Key key) {
            this.key = key;
        }

        Room tryToAdd(JobId id, long most, long now) {
            Room room;
            boolean old;
            lock.lock();
            try {
                long age = now - readAt;
                if (!known || age > STALE_AFTER) return Room.UNKNOWN;
                old = age > READ_AGAIN_AFTER;
                if (recent.containsKey(id)) room = Room.YES;
                else if (indexed + recent.size() < most) room = Room.YES;
                else room = age > REFUSED_WITHOUT_READING ? Room.UNKNOWN : Room.NO;
                if (room == Room.YES) recent.putIfAbsent(id, now);
            } finally {
                lock.unlock();
            }
            if (room == Room.YES && old) {
                var unusedHere = read();
            }
            return room;
        }

        void forget(JobId id) {
            lock.lock();
            try {
                recent.remove(id);
            } finally {
                lock.unlock();
            }
        }

        boolean isIdle(long now) {
            lock.lock();
            try {
                return reading == null && now - readAt > STALE_AFTER && recent.isEmpty();
            } finally {
                lock.unlock();
            }
        }

        /** One read at a time, for all who wait for it. */
        CompletionStage<Boolean> read() {
            CompletableFuture<Boolean> mine = new CompletableFuture<>();
            Map<JobId, Long> asked;
            long began = System.nanoTime();
            lock.lock();
            try {
                if (reading != null) return reading;
                reading = mine;
                recent.values().removeIf(at -> began - at > NOT_THERE_AFTER);
                asked = Map.copyOf(recent);
            } finally {
                lock.unlock();
            }
            counts.unfinished(key.whose(), key.name(), asked.keySet()).whenComplete((count, failure) -> {
                lock.lock();
                try {
                    reading = null;
                    if (count != null) {
                        known = true;
                        readAt = System.nanoTime();
                        indexed = count.jobs();
                        recent.keySet().removeAll(count.indexed());
                    }
                } finally {
                    lock.unlock();
                }
                if (failure == null) mine.complete(true);
                else mine.completeExceptionally(failure);
            });
            return mine;
        }
    }
}
