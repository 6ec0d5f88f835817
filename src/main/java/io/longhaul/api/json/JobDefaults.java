package io.longhaul.api.json;

import io.longhaul.job.JobLimits;
import io.longhaul.job.Owner;
import io.longhaul.policy.InForce;
import io.longhaul.policy.PoliciesInForce;
import java.time.Duration;

/** What a new job has where its owner says nothing, and how much it may hold. */
public record JobDefaults(
        Duration minimumRetryDelay,
        Duration noProgressTimeout,
        Duration maximumDownloadTime,
        Duration inactivityTimeout,
        JobLimits limits) {
    static final String QUEUE = "default";

    /** What they are where these policies hold. */
    public JobDefaults under(PoliciesInForce policies) {
        return new JobDefaults(
                minimumRetryDelay,
                noProgressTimeout,
                policies.maxDownloadTime().map(InForce::value).orElse(maximumDownloadTime),
                policies.jobInactivityTimeout().map(InForce::value).orElse(inactivityTimeout),
                policies.jobLimits());
    }

    /** They may differ from queue to queue, and from owner to owner. */
    @FunctionalInterface
    public interface By {
        JobDefaults of(String queue, Owner owner);
    }
}
