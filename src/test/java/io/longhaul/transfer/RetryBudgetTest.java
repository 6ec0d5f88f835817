package io.longhaul.transfer;

import static io.longhaul.testkit.JobFixtures.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The retries that a remote host may have")
class RetryBudgetTest {
    private final RetryBudget budget = new RetryBudget(1, START);

    private static int take(RetryBudget from, Instant now) {
        int taken = 0;
        while (from.take(now)) taken++;
        return taken;
    }

    @Test
    void are_ten_a_second_and_no_more_than_ten_seconds_of_them() {
        assertTrue(budget.isFull(START));
        assertEquals(100, take(budget, START));
        assertFalse(budget.isFull(START));
        assertEquals(START.plusSeconds(1), budget.nextAt(START));
        assertEquals(20, take(budget, START.plusSeconds(2)));
        assertTrue(budget.isFull(START.plusSeconds(60)));
        assertEquals(100, take(budget, START.plusSeconds(60)));
    }

    @Test
    void are_a_fifth_of_the_first_attempts_besides() {
        take(budget, START);
        for (int i = 0; i < 50; i++) budget.earn();
        assertEquals(10, take(budget, START));
    }

    @Test
    void cost_nothing_where_they_are_answered_well() {
        take(budget, START);
        for (int i = 0; i < 1000; i++) {
            budget.giveBack();
            assertTrue(budget.take(START));
        }
        budget.giveBack();
        assertEquals(100, take(budget, START), "and a recovered host soon has all of them");
    }

    @Test
    void are_shared_by_the_nodes_that_use_the_host() {
        RetryBudget third = new RetryBudget(3, START);
        assertEquals(33, take(third, START));
        assertEquals(10, take(third, START.plusSeconds(3)));
    }
}
