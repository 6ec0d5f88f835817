package io.longhaul.transfer;

/**
 * A token bucket: how long to wait after so many bytes, so that in the long run no more than the rate flows. Pure;
 * instants are those of a monotonic clock, in nanoseconds. Not safe for more than one thread.
 */
final class Bandwidth {
    private static final long NANOS = 1_000_000_000L;

    /** How much of a second may come at once, and how much is asked for at once. */
    private static final int PARTS = 10;

    private static final int SMALLEST_READ = 512;

    private final long bytesPerSecond;

    /** Up to this instant the bytes so far have used up the rate. */
    private long paidUntil;

    Bandwidth(long bytesPerSecond, long now) {
        if (bytesPerSecond < 1) throw new IllegalArgumentException("At least one byte a second");
        this.bytesPerSecond = bytesPerSecond;
        this.paidUntil = now;
    }

    /** The most bytes that should be read at once, so that a slow rate is a steady one. */
    int atOnce(int most) {
        long part = Math.max(SMALLEST_READ, bytesPerSecond / PARTS);
        return (int) Math.min(most, part);
    }

    /** Bytes have come: how many nanoseconds to wait before more may; 0: none. */
    long took(int bytes, long now) {
        long burst = NANOS / PARTS;
        if (now - paidUntil > burst) paidUntil = now - burst; // what was not used in time is lost
        paidUntil += cost(bytes);
        return Math.max(0, paidUntil - now);
    }

    private long cost(int bytes) {
        return (long) ((double) bytes * NANOS / bytesPerSecond);
    }
}
