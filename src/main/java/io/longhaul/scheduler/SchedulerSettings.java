package io.longhaul.scheduler;

import java.time.Duration;

/**
 * How slices are granted.
 *
 * @param timeSlice how long a job runs before others of its priority get their turn; at least a second
 * @param backgroundSlots how many background jobs of one queue run at once, where the queue has no figure of its own
 */
public record SchedulerSettings(Duration timeSlice, int backgroundSlots) {
    public SchedulerSettings {
        if (timeSlice.compareTo(Duration.ofSeconds(1)) < 0)
            throw new IllegalArgumentException("A time slice has at least one second");
        if (backgroundSlots < 1) throw new IllegalArgumentException("A queue has at least one background slot");
    }
}
