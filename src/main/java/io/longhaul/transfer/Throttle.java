package io.longhaul.transfer;

import io.longhaul.entity.BandwidthParts;
import io.longhaul.policy.BandwidthLimit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the runs of this node have together of a limit of bandwidth: a token bucket that they all take from, each in its
 * turn. Both the limit and the node's part of it may change at any time, also for those who wait. Instants are those of a
 * monotonic clock, in nanoseconds.
 */
final class Throttle {
    private static final double NANOS = 1e9;

    /** How much of a second may come at once, and how much all runs together ask for at once. */
    private static final int PARTS = 10;

    /** What a run takes at once when it could have more, even where the rate is lower. */
    private static final int SMALLEST_READ = 512;

    /** By so little more than was used, and by this, a run that becomes faster is known as one that could use more. */
    private static final double ROOM = 1.02;

    private static final long LEAST = BandwidthParts.WHOLE / 500;

    private final BandwidthLimit first;
    private final Passed passed;
    private final ReentrantLock lock = new ReentrantLock();
    private long bytesPerSecond;
    private long part;
    private int runs;

    /** Bytes that the rate has let through so far, as if all had been used; and those that were taken. */
    private double allowed;

    private double taken;
    private long at;

    // Since it was asked what is needed
    private long askedAt;
    private double takenThen;
    private boolean wasShort = true;

    /**
     * @param limit by what it is known; it lets nothing through before {@link #limit}
     * @param passed counts what it lets through
     */
    Throttle(BandwidthLimit limit, long part, long now, Passed passed) {
        this.first = limit;
        this.passed = passed;
        this.part = part;
        this.at = now;
        this.askedAt = now;
    }

    String budget() {
        return first.budget();
    }

    LimitInUse inUse() {
        lock.lock();
        try {
            return new LimitInUse(first, bytesPerSecond, runs);
        } finally {
            lock.unlock();
        }
    }

    /** From now on all nodes together have so much. */
    void limit(long bytes, long now) {
        lock.lock();
        try {
            advance(now);
            bytesPerSecond = bytes;
        } finally {
            lock.unlock();
        }
    }

    /** From now on so many millionths of it are this node's. */
    void allow(long millionths, long now) {
        lock.lock();
        try {
            advance(now);
            part = millionths;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the node has anything of it yet. */
    boolean hasPart() {
        lock.lock();
        try {
            return part > 0;
        } finally {
            lock.unlock();
        }
    }

    void join() {
        lock.lock();
        try {
            runs++;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        lock.lock();
        try {
            runs--;
        } finally {
            lock.unlock();
        }
    }

    boolean isUsed() {
        lock.lock();
        try {
            return runs > 0;
        } finally {
            lock.unlock();
        }
    }

    /** The most bytes that a run should read at once, so that all have their turn several times a second. */
    int atOnce(int most) {
        lock.lock();
        try {
            double share = rate() / PARTS / Math.max(1, runs);
            return (int) Math.min(most, Math.max(SMALLEST_READ, share));
        } finally {
            lock.unlock();
        }
    }

    /** Bytes have come: the ticket for {@link #waitFor}. */
    double take(int bytes, long now) {
        lock.lock();
        try {
            advance(now);
            taken += bytes;
            passed.bytes().add(bytes);
            if (taken > allowed) wasShort = true;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** How many nanoseconds to wait, as it looks now; 0: no more. */
    long waitFor(double ticket, long now) {
        lock.lock();
        try {
            advance(now);
            if (allowed >= ticket) return 0;
            double rate = rate();
            return rate == 0 ? Long.MAX_VALUE : 1 + (long) ((ticket - allowed) / rate * NANOS);
        } finally {
            lock.unlock();
        }
    }

    /** A run has waited for its turn. */
    void waited(long nanos) {
        passed.waitedNanos().add(nanos);
    }

    /** What the runs have needed since they were asked last. */
    BandwidthParts.Need need(long now) {
        lock.lock();
        try {
            advance(now);
            double seconds = (now - askedAt) / NANOS;
            double used = seconds <= 0 || bytesPerSecond == 0 ? 1 : (taken - takenThen) / seconds / bytesPerSecond;
            long needed = wasShort
                    ? BandwidthParts.WHOLE
                    : Math.min(BandwidthParts.WHOLE, LEAST + (long) (used * ROOM * BandwidthParts.WHOLE));
            askedAt = now;
            takenThen = taken;
            wasShort = taken > allowed;
            return new BandwidthParts.Need(runs, needed);
        } finally {
            lock.unlock();
        }
    }

    private double rate() {
        return (double) bytesPerSecond * part / BandwidthParts.WHOLE;
    }

    private void advance(long now) {
        if (now <= at) return;
        double rate = rate();
        allowed = Math.min(
                allowed + rate * (now - at) / NANOS,
                Math.max(allowed, taken + rate / PARTS)); // what was not used in time is lost
        at = now;
    }
}
