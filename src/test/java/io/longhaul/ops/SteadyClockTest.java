package io.longhaul.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A node's clock")
class SteadyClockTest {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    /** As near to the end of its range as it may begin. */
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10);

    private final SteadyClock clock = new SteadyClock(START, nanos::get);

    @Test
    void begins_with_the_wall_clock() {
        assertEquals(START, clock.instant());
    }

    @Test
    void goes_on_with_the_time_that_has_passed_also_where_the_counter_wraps() {
        nanos.addAndGet(Duration.ofDays(400).toNanos());
        assertEquals(START.plus(Duration.ofDays(400)), clock.instant());
    }

    @Test
    void tells_the_same_instant_in_every_zone() {
        var elsewhere = clock.withZone(ZoneId.of("Asia/Tokyo"));
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        assertEquals(ZoneId.of("Asia/Tokyo"), elsewhere.getZone());
        assertEquals(clock.instant(), elsewhere.instant());
    }
}
