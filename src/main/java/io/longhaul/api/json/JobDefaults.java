package io.longhaul.api.json;

import io.longhaul.job.JobLimits;
import io.longhaul.job.Owner;
import io.longhaul.policy.InForce;
import io.longhaul.policy.PoliciesInForce;
import java.time.Duration;
import java.util.Set;

/**
 * What a new job has where its owner says nothing, and how much it may hold.
 *
 * @param commands the names of those that the operator lets jobs run
 */
public record JobDefaults(
        Duration minimumRetryDelay,
        Duration noProgressTimeout,
        Duration maximumDownloadTime,
        Duration inactivityTimeout,
        JobLimits limits,
        Set<String> commands) {
    static final String QUEUE = "default";

    public JobDefaults {
        commands = Set.copyOf(commands);
    }

    /** What they are where these policies hold. */
    public JobDefaults under(PoliciesInForce policies) {
        return new JobDefaults(
                minimumRetryDelay,
                noProgressTimeout,
                policies.maxDownloadTime().map(InForce::value).orElse(maximumDownloadTime),
                policies.jobInactivityTimeout().map(InForce::value).orElse(inactivityTimeout),
                policies.jobLimits(),
                commands);
    }

    /** They may differ from queue to queue, and from owner to owner. */
    @FunctionalInterface
    public interface By {
        JobDefaults of(String queue, Owner owner);
    }
}
