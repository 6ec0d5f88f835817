package io.longhaul.ops.nodes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A node's contact with the database")
class DatabaseContactTest {
    private static final Instant START = Instant.parse("2026-07-01T00:00:00Z");
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    private final DatabaseContact contact = new DatabaseContact(START);

    @Test
    void is_continuous_while_the_database_answers_now_and_then() {
        answered(1, 2, 7, 12);
        assertEquals(Duration.ofSeconds(12), contact.continuous(at(12)));
        assertEquals(Duration.ofSeconds(17), contact.continuous(at(17)));
    }

    @Test
    void is_not_continuous_over_a_gap() {
        answered(5);
        assertEquals(Duration.ZERO, contact.continuous(at(11)));
        answered(11, 12);
        assertEquals(Duration.ofSeconds(1), contact.continuous(at(12)));
    }

    @Test
    void is_lost_after_fifteen_seconds_of_silence() {
        answered(2);
        assertFalse(contact.isLost(at(16)));
        assertTrue(contact.isLost(at(17)));
        answered(18);
        assertFalse(contact.isLost(at(18)));
    }

    @Test
    void lets_the_node_leave_where_another_one_had_it_all_the_while() {
        assertTrue(contact.leaves(at(15), Duration.ofSeconds(15)));
        assertTrue(contact.leaves(at(20), A_MINUTE));
    }

    @Test
    void keeps_the_node_as_long_as_it_is_not_lost() {
        assertFalse(contact.leaves(at(14), A_MINUTE));
    }

    @Test
    void keeps_the_node_where_nobody_has_it() {
        assertFalse(contact.leaves(at(3600), Duration.ZERO));
    }

    /** They may have reached it a few seconds before this one will. */
    @Test
    void keeps_the_node_where_the_others_only_just_have_it_again() {
        assertFalse(contact.leaves(at(3600), Duration.ofSeconds(14)));
    }

    private void answered(int... seconds) {
        for (int second : seconds) contact.answered(at(second));
    }

    private static Instant at(int second) {
        return START.plusSeconds(second);
    }
}
