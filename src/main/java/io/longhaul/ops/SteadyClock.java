package io.longhaul.ops;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;

/**
 * A node's clock: the wall clock's time at the start, and the time that has passed since. Setting the machine's clock
 * moves no timer of a running node. It counts microseconds, as the database does.
 */
public final class SteadyClock extends Clock {
    private final Instant start;
    private final long startNanos;
    private final LongSupplier nanos;
    private final ZoneId zone;

    /** Reads the wall clock this once. */
    public static SteadyClock startNow() {
        return new SteadyClock(Instant.now(), System::nanoTime);
    }

    /** The clock on the wall, which may be set at any time: for what goes by the calendar, and nothing else. */
    static Clock onTheWall() {
        return Clock.systemUTC();
    }

    SteadyClock(Instant start, LongSupplier nanos) {
        this(start, nanos.getAsLong(), nanos, ZoneOffset.UTC);
    }

    private SteadyClock(Instant start, long startNanos, LongSupplier nanos, ZoneId zone) {
        this.start = start;
        this.startNanos = startNanos;
        this.nanos = nanos;
        this.zone = zone;
    }

    @Override
    public Instant instant() {
        return start.plusNanos(nanos.getAsLong() - startNanos).truncatedTo(ChronoUnit.MICROS);
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public SteadyClock withZone(ZoneId other) {
        return new SteadyClock(start, startNanos, nanos, other);
    }
}
