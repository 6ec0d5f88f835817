package io.longhaul.scheduler;

import java.time.Duration;
import java.time.Instant;

/**
 * What stands before a full node or a full remote host: each place that becomes free lets one offer through. A word
 * that gets lost must not close it for ever, so it opens by itself after a while.
 *
 * @param limit how many places there are
 * @param allowance offers that may go through
 */
record Gate(int limit, int allowance, Instant closedAt) {
    private static final Duration OPENS_AFTER = Duration.ofSeconds(2);

    static Gate closed(int limit, Instant now) {
        return new Gate(limit, 0, now);
    }

    Gate freed() {
        return new Gate(limit, allowance + 1, closedAt);
    }

    Gate passed() {
        return new Gate(limit, Math.max(0, allowance - 1), closedAt);
    }

    Instant opensAt() {
        return closedAt.plus(OPENS_AFTER);
    }
}
