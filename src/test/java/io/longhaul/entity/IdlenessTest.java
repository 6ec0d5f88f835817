package io.longhaul.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A job to which nobody speaks")
class IdlenessTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(100);

    private final Idleness idleness = new Idleness();

    private static long seconds(long time) {
        return Long.MAX_VALUE - 10_000_000_000L + Duration.ofSeconds(time).toNanos(); // it overflows on the way
    }

    @Test
    void is_looked_at_when_its_time_is_over_and_leaves() {
        idleness.heard(seconds(0));
        assertEquals(Optional.of(LONG), idleness.begins(LONG, seconds(0)));
        assertEquals(Optional.empty(), idleness.fired(LONG, seconds(30)));
    }

    @Test
    void stays_for_what_is_left_since_somebody_spoke_to_it_last() {
        idleness.begins(LONG, seconds(0));
        idleness.heard(seconds(20));
        assertEquals(Optional.of(Duration.ofSeconds(20)), idleness.fired(LONG, seconds(30)));
        assertEquals(Optional.empty(), idleness.fired(LONG, seconds(50)));
    }

    @Test
    void has_one_timer_however_often_it_is_idle_again() {
        idleness.begins(LONG, seconds(0));
        assertEquals(Optional.empty(), idleness.begins(LONG, seconds(1)));
        assertEquals(Optional.empty(), idleness.begins(LONG, seconds(2)));
    }

    @Test
    void has_another_timer_where_it_is_to_leave_sooner() {
        idleness.begins(LONG, seconds(0));
        assertEquals(Optional.of(SHORT), idleness.begins(SHORT, seconds(1)));
    }

    @Test
    void has_another_timer_when_it_has_been_busy_for_so_long_that_its_timer_fired() {
        idleness.begins(LONG, seconds(0));
        idleness.unset();
        idleness.heard(seconds(40));
        assertEquals(Optional.of(LONG), idleness.begins(LONG, seconds(40)));
    }
}
