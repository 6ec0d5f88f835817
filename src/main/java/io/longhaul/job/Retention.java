package io.longhaul.job;

import java.time.Duration;
import java.time.Instant;

/**
 * How long a final job can still be read. After that it is gone: nobody finds it, and sooner or later nothing of it is
 * kept.
 */
public record Retention(Duration time) {
    public Retention {
        if (!time.isPositive()) throw new IllegalArgumentException("A final job is kept for more than zero");
    }

    /** Jobs that have been final since then, or for longer, are gone. */
    public Instant finalUntil(Instant now) {
        return now.minus(time);
    }

    public boolean isOver(Job job, Instant now) {
        return job.finalSince().filter(since -> !since.isAfter(finalUntil(now))).isPresent();
    }
}
