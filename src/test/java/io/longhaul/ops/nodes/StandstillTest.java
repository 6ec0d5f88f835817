package io.longhaul.ops.nodes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A process")
class StandstillTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final AtomicInteger noticed = new AtomicInteger();

    @Test
    void that_goes_on_all_the_time_has_not_stood_still() {
        look(Duration.ofSeconds(7), Duration.ofSeconds(7), Duration.ZERO, Duration.ofMillis(7999));
        assertEquals(0, noticed.get());
    }

    @Test
    void that_stood_still_notices_it_once() {
        look(Duration.ofMillis(200), Duration.ofSeconds(8), Duration.ofMillis(200), Duration.ofMillis(200));
        assertEquals(1, noticed.get());
    }

    private void look(Duration... passed) {
        try (var watch = new Standstill(Duration.ofSeconds(8), nanos::get, noticed::incrementAndGet)) {
            for (Duration some : passed) {
                nanos.addAndGet(some.toNanos());
                watch.look();
            }
        }
    }
}
