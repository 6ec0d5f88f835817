package io.longhaul.scheduler;

import static io.longhaul.testkit.JobFixtures.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A gate before what is full")
class GateTest {
    private static final int LIMIT = 40;
    private final Gate closed = Gate.closed(LIMIT, 32, START);

    @Test
    void lets_in_whoever_takes_the_room_of_one_who_left() {
        assertFalse(closed.lets(32));
        assertTrue(closed.lets(31));
        assertEquals(LIMIT, closed.limit());
    }

    @Test
    void lets_nobody_in_where_nobody_is_and_one_was_refused() {
        assertFalse(Gate.closed(LIMIT, 0, START).lets(0));
    }

    @Test
    void lets_one_more_in_for_each_place_that_is_freed() {
        Gate freed = closed.freed().freed();
        assertTrue(freed.lets(33));
        assertFalse(freed.lets(34));
    }

    @Test
    void tries_one_more_when_sixteen_were_let_in() {
        Gate gate = closed;
        for (int i = 0; i < 15; i++) gate = gate.letIn();
        assertFalse(gate.lets(32));
        assertTrue(gate.letIn().lets(32));
    }

    @Test
    void opens_by_half_two_seconds_after_a_refusal() {
        assertEquals(START, closed.closedAt());
        Instant later = START.plusSeconds(2);
        assertEquals(later, closed.opensAt());
        Gate opened = closed.opened(later);
        assertTrue(opened.lets(47));
        assertFalse(opened.lets(48));
        assertEquals(later.plusSeconds(2), opened.opensAt());
    }

    @Test
    void opens_by_one_at_least() {
        assertTrue(Gate.closed(LIMIT, 0, START).opened(START).lets(0));
    }

    @Test
    void is_needless_where_far_fewer_come_than_it_lets_in() {
        assertFalse(closed.isNeedless(32));
        assertFalse(closed.isNeedless(15));
        assertTrue(closed.isNeedless(14));
        assertFalse(Gate.closed(LIMIT, 0, START).isNeedless(0));
    }
}
