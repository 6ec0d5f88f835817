package io.longhaul.transfer;

/**
 * Whether bytes still flow: a body stalls when fewer than {@value #SLOWEST_BYTES} bytes of it come within the stall
 * timeout, so that a server that sends a byte now and then does not hold a place for ever. The time in which our own
 * bandwidth limit makes it wait does not count. Pure; instants are those of a monotonic clock, in nanoseconds.
 */
final class StallWindow {
    static final int SLOWEST_BYTES = 1024;

    private final long timeout;
    private long begin;
    private long bytes;
    private long pausedAt = NOT_PAUSED;

    private static final long NOT_PAUSED = Long.MIN_VALUE;

    StallWindow(long timeoutNanos, long now) {
        timeout = timeoutNanos;
        begin = now;
    }

    void received(int count, long now) {
        bytes += count;
        if (bytes < SLOWEST_BYTES) return;
        bytes = 0;
        begin = now;
    }

    void paused(long now) {
        pausedAt = now;
    }

    void resumed(long now) {
        if (pausedAt == NOT_PAUSED) return;
        begin += now - pausedAt;
        pausedAt = NOT_PAUSED;
    }

    boolean stalled(long now) {
        return waited(now) >= timeout;
    }

    /** How long the server has sent as good as nothing; 0 while it is not its turn. */
    long waited(long now) {
        return pausedAt == NOT_PAUSED ? now - begin : 0;
    }
}
