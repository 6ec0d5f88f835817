package io.longhaul.scheduler;

import static io.longhaul.testkit.JobFixtures.ANNA;
import static io.longhaul.testkit.JobFixtures.START;
import static io.longhaul.testkit.JobFixtures.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.job.Priority;
import io.longhaul.scheduler.Entry.Phase;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Jobs that hold a slice")
class HoldersTest {
    private final Holders holders = new Holders();

    @Test
    void are_counted_by_what_they_hold() {
        Entry ending = add(1, Priority.LOW, "a", Phase.ENDING, 0);
        add(2, Priority.NORMAL, "a", Phase.RUNNING, 0);
        add(3, Priority.FOREGROUND, "b", Phase.ENDING, 0);
        assertEquals(3, holders.size());
        assertEquals(2, holders.background());
        assertEquals(2, holders.ending());
        assertEquals(1, holders.endingInBackground());
        assertTrue(holders.isEndingAt("a"));
        holders.remove(ending);
        holders.remove(ending);
        assertEquals(1, holders.background());
        assertEquals(1, holders.ending());
        assertEquals(0, holders.endingInBackground());
        assertFalse(holders.isEndingAt("a"));
    }

    @Test
    void are_due_when_a_slice_ends_or_an_answer_is_overdue() {
        assertEquals(Instant.MAX, holders.nextDueAt());
        Entry runs = add(1, Priority.LOW, "a", Phase.RUNNING, 10);
        Entry offered = add(2, Priority.LOW, "a", Phase.OFFERED, 1);
        assertEquals(START.plusSeconds(4), holders.nextDueAt());
        assertEquals(List.of(), holders.due(START.plusSeconds(4).minusNanos(1)));
        assertEquals(List.of(offered), holders.due(START.plusSeconds(4)));
        assertEquals(List.of(offered, runs), holders.due(START.plusSeconds(10)));
    }

    @Test
    void of_the_lowest_priority_and_of_these_the_last_give_way() {
        add(1, Priority.LOW, "a", Phase.RUNNING, 10);
        Entry last = add(2, Priority.LOW, "a", Phase.RUNNING, 20);
        add(3, Priority.LOW, "a", Phase.ENDING, 30);
        Entry normal = add(4, Priority.NORMAL, "b", Phase.RUNNING, 40);
        assertEquals(Optional.of(last), holders.victim(Priority.HIGH));
        assertEquals(Optional.of(normal), holders.victimAt(Priority.HIGH, "b"));
        assertEquals(Optional.empty(), holders.victimAt(Priority.NORMAL, "b"));
        assertEquals(Optional.empty(), holders.victim(Priority.LOW));
    }

    private Entry add(long job, Priority priority, String host, Phase phase, int changedAt) {
        Entry entry = new Entry(id(job), ANNA, priority, 1, host, START, phase, START.plusSeconds(changedAt));
        holders.add(entry);
        return entry;
    }
}
