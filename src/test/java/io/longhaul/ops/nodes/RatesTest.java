package io.longhaul.ops.nodes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longhaul.testkit.TestClock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The rates of a node")
class RatesTest {
    private final TestClock clock = new TestClock();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong jobs = new AtomicLong();
    private final Rates rates = new Rates(bytes::get, jobs::get, clock);

    @Test
    void are_those_between_two_looks() {
        bytes.set(4000);
        jobs.set(2);
        clock.advance(Duration.ofSeconds(4));
        assertEquals(new Rates.Lately(1000, 0.5), rates.lately());
        clock.advance(Duration.ofSeconds(2));
        assertEquals(new Rates.Lately(0, 0), rates.lately());
    }

    @Test
    void are_what_they_were_where_the_looks_are_too_close() {
        bytes.set(4000);
        clock.advance(Duration.ofSeconds(4));
        rates.lately();
        bytes.set(1_000_000);
        clock.advance(Duration.ofMillis(100));
        assertEquals(new Rates.Lately(1000, 0), rates.lately());
    }
}
