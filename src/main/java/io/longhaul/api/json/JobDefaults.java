package io.longhaul.api.json;

import io.longhaul.job.JobLimits;
import java.time.Duration;

/** What a new job has where its owner says nothing, and how much it may hold. */
public record JobDefaults(
        Duration minimumRetryDelay,
        Duration noProgressTimeout,
        Duration maximumDownloadTime,
        Duration inactivityTimeout,
        JobLimits limits) {
    static final String QUEUE = "default";
}
