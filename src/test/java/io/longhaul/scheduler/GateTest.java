package io.longhaul.scheduler;

import static io.longhaul.testkit.JobFixtures.START;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A gate before what is full")
class GateTest {
    private final Gate closed = Gate.closed(4, START);

    @Test
    void lets_nobody_through_when_it_closes() {
        assertEquals(0, closed.allowance());
        assertEquals(4, closed.limit());
    }

    @Test
    void lets_one_through_for_each_place_that_is_freed() {
        Gate freed = closed.freed().freed();
        assertEquals(2, freed.allowance());
        assertEquals(1, freed.passed().allowance());
        assertEquals(0, freed.passed().passed().allowance());
    }

    @Test
    void owes_nothing_for_who_passed_without_a_place() {
        assertEquals(1, closed.passed().freed().allowance());
    }

    @Test
    void opens_by_itself_two_seconds_after_it_closed_whatever_was_freed() {
        assertEquals(START.plusSeconds(2), closed.opensAt());
        assertEquals(START.plusSeconds(2), closed.freed().passed().opensAt());
    }
}
