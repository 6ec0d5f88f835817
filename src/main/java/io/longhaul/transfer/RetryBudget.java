package io.longhaul.transfer;

import java.time.Duration;
import java.time.Instant;

/**
 * How many retries a remote host may have: a fifth of what it is asked for the first time, and a few a second besides, so
 * that a host that fails is not kept from recovering by all who come back. A retry that is answered well costs nothing.
 * A bucket of tokens; knows no clock.
 */
final class RetryBudget {
    /** In millionths, so that five fifths are a whole. */
    private static final long TOKEN = 1_000_000;

    private static final long SHARE = TOKEN / 5;
    private static final long A_SECOND = 10 * TOKEN;

    /** What is not used is kept for so long. */
    private static final int SECONDS = 10;

    private static final double NANOS = 1e9;

    private final long most;
    private final long aSecond;
    private long tokens;
    private Instant at;

    /**
     * @param nodes that share the host
     */
    RetryBudget(int nodes, Instant now) {
        this.aSecond = A_SECOND / Math.max(1, nodes);
        this.most = Math.max(TOKEN, aSecond * SECONDS);
        this.tokens = most;
        this.at = now;
    }

    /** Whether one more may begin. */
    boolean take(Instant now) {
        refill(now);
        if (tokens < TOKEN) return false;
        tokens -= TOKEN;
        return true;
    }

    /** A first attempt began. */
    void earn() {
        tokens = Math.min(most, tokens + SHARE);
    }

    /** One that began was answered well. */
    void giveBack() {
        tokens = Math.min(most, tokens + TOKEN + SHARE);
    }

    /** One that began was none. */
    void undo() {
        tokens = Math.min(most, tokens + TOKEN);
    }

    /** Whether it is as if there had never been one. */
    boolean isFull(Instant now) {
        refill(now);
        return tokens >= most;
    }

    /** When there is one again; not before a second is over. */
    Instant nextAt(Instant now) {
        refill(now);
        double seconds = Math.max(1, (TOKEN - tokens) / (double) aSecond);
        return now.plusMillis((long) Math.ceil(seconds * 1000));
    }

    private void refill(Instant now) {
        if (!now.isAfter(at)) return;
        long more = (long) (Duration.between(at, now).toNanos() / NANOS * aSecond);
        tokens = Math.min(most, tokens + more);
        at = now;
    }
}
