package io.longhaul.entity;

import io.longhaul.job.JobSpec;
import io.longhaul.job.Owner;
import io.longhaul.job.Priority;
import io.longhaul.policy.BandwidthLimit;
import io.longhaul.policy.InForce;
import io.longhaul.policy.PoliciesInForce;
import io.longhaul.policy.Policy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/** The policies as this node knows them. It looks for new ones again and again; where it cannot, the last ones hold. */
public final class CurrentPolicies {
    private final PolicyStore store;
    private final Policy configured;
    private final Clock wallClock;
    private final AtomicReference<PolicyStore.Stored> known = new AtomicReference<>(PolicyStore.Stored.NOTHING);

    /**
     * Knows of no policies until it has looked.
     *
     * @param configured what holds where nobody has said anything
     * @param wallClock by which hours begin and end
     */
    public CurrentPolicies(PolicyStore store, Policy configured, Clock wallClock) {
        this.store = store;
        this.configured = configured;
        this.wallClock = wallClock;
    }

    /** Looks for a newer version; complete once it is in force here. */
    public CompletionStage<Void> refresh() {
        return store.newerThan(known.get().version()).thenAccept(found -> found.ifPresent(this::learn));
    }

    /** Takes one that it need not look for. */
    public void learn(PolicyStore.Stored stored) {
        known.accumulateAndGet(stored, (older, newer) -> newer.version() > older.version() ? newer : older);
    }

    /** The version that is in force here. */
    public PolicyStore.Stored stored() {
        return known.get();
    }

    /** What holds for the jobs of that owner in that queue. */
    public PoliciesInForce of(String queue, Owner owner) {
        return known.get().policies().of(queue, owner, configured);
    }

    /** The limit of bandwidth that a job shares with others now; empty: there is none. */
    public Optional<BandwidthLimit> bandwidth(JobSpec job) {
        return bandwidth(job.queue(), job.owner(), job.priority());
    }

    /** The same for any job of that owner and priority in that queue. */
    public Optional<BandwidthLimit> bandwidth(String queue, Owner owner, Priority priority) {
        if (known.get().version() == 0) return Optional.empty();
        return of(queue, owner).bandwidth(priority, now());
    }

    /** How long the job may be left alone; what it was created with, where nobody says anything. */
    public Duration inactivityTimeout(JobSpec job) {
        return inactivityTimeout(job.queue(), job.owner()).orElse(job.inactivityTimeout());
    }

    /** The same for any job of that owner in that queue; empty where nobody says anything. */
    public Optional<Duration> inactivityTimeout(String queue, Owner owner) {
        return of(queue, owner).jobInactivityTimeout().map(InForce::value);
    }

    /** The shortest of all; empty where nobody says anything. Looks at every policy. */
    public Optional<Duration> shortestInactivityTimeout() {
        return known.get().policies().shortestInactivityTimeout(configured);
    }

    /** By the clock on the wall. */
    public Instant now() {
        return wallClock.instant();
    }
}
