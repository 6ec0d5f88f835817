package io.longhaul.ops.nodes;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;

/** How fast this node is, between two looks that are not too close. */
final class Rates {
    /** Rates over less time say little. */
    private static final Duration SHORTEST = Duration.ofSeconds(2);

    private final LongSupplier bytes;
    private final LongSupplier jobs;
    private final Clock clock;
    private Sample last;
    private Lately lately = new Lately(0, 0);

    private record Sample(Instant at, long bytes, long jobs) {}

    /** In a second. */
    record Lately(double bytes, double jobs) {}

    /**
     * @param bytes that have arrived so far
     * @param jobs that have become TRANSFERRED so far
     */
    Rates(LongSupplier bytes, LongSupplier jobs, Clock clock) {
        this.bytes = bytes;
        this.jobs = jobs;
        this.clock = clock;
        this.last = sample();
    }

    Lately lately() {
        Sample now = sample();
        Duration passed = Duration.between(last.at(), now.at());
        if (passed.compareTo(SHORTEST) < 0) return lately;
        double seconds = passed.toNanos() / 1e9;
        lately = new Lately((now.bytes() - last.bytes()) / seconds, (now.jobs() - last.jobs()) / seconds);
        last = now;
        return lately;
    }

    private Sample sample() {
        return new Sample(clock.instant(), bytes.getAsLong(), jobs.getAsLong());
    }
}
