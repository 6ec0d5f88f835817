package io.longhaul.entity;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * One line for many failures that have one cause: when the database is gone, thousands of jobs say so. The first is
 * logged, and then at most one in each interval, with the number of those between.
 */
public final class FailureLog {
    private final Consumer<String> log;
    private final long interval;
    private long lastAt;
    private long suppressed;
    private boolean any;

    public FailureLog(Consumer<String> log, Duration interval) {
        this.log = log;
        this.interval = interval.toNanos();
    }

    /**
     * Logs it, or counts it.
     *
     * @param now of {@link System#nanoTime}
     */
    public synchronized void failed(String what, long now) {
        if (any && now - lastAt < interval) {
            suppressed++;
            return;
        }
        log.accept("%s (%d others since the last line)".formatted(what, suppressed));
        any = true;
        lastAt = now;
        suppressed = 0;
    }
}
