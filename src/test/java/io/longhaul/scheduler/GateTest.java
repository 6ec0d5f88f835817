package io.longhaul.scheduler;

import static io.longhaul.testkit.JobFixtures.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.HostClosure;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
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
        Gate freed = closed.freed(32, START).freed(32, START);
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
        Gate opened = closed.opened(32, later);
        assertTrue(opened.lets(47));
        assertFalse(opened.lets(48));
        assertEquals(later.plusSeconds(2), opened.opensAt());
    }

    @Test
    void opens_by_one_at_least() {
        assertTrue(Gate.closed(LIMIT, 0, START).opened(0, START).lets(0));
    }

    @Test
    void is_needless_where_far_fewer_come_than_it_lets_in() {
        assertFalse(closed.isNeedless(32));
        assertFalse(closed.isNeedless(15));
        assertTrue(closed.isNeedless(14));
        assertFalse(Gate.closed(LIMIT, 0, START).isNeedless(0));
    }

    @Test
    void of_a_closed_host_lets_nobody_in_until_then() {
        Instant until = START.plusSeconds(20);
        Gate shut = Gate.shut(LIMIT, closure(until), START);
        assertFalse(shut.lets(0));
        assertFalse(shut.letIn().lets(0));
        assertEquals(until, shut.opensAt());
        assertFalse(shut.isNeedless(0));
        Gate open = shut.opened(3, until);
        assertTrue(open.lets(3), "one more than are there");
        assertFalse(open.lets(4));
    }

    @Test
    void of_a_host_that_is_closed_for_long_looks_now_and_then() {
        assertEquals(
                START.plusSeconds(30), Gate.shut(LIMIT, closure(null), START).opensAt());
        assertTrue(Gate.shut(LIMIT, closure(null), START).freed(0, START).lets(0), "at once where it is told");
    }

    private static HostClosure closure(@Nullable Instant until) {
        return new HostClosure(HostClosure.Cause.RETRY_AFTER, START, until, "asks to wait");
    }
}
