package io.longhaul.scheduler;

import static io.longhaul.testkit.JobFixtures.ANNA;
import static io.longhaul.testkit.JobFixtures.START;
import static io.longhaul.testkit.JobFixtures.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.job.Priority;
import io.longhaul.scheduler.Entry.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Jobs in line")
class WaitingLineTest {
    private static final int MANY = 10 * WaitingLine.BLOCK + 1;
    private final WaitingLine line = new WaitingLine();

    @Test
    void are_none_at_first() {
        assertTrue(line.isEmpty());
        assertEquals(0, line.size());
        assertThrows(NoSuchElementException.class, line::first);
        assertFalse(line.remove(entry(1, 1)));
    }

    @Test
    void leave_in_the_order_in_which_they_came() {
        for (int job = 0; job < MANY; job++) assertTrue(line.add(entry(job, job)));
        assertEquals(MANY, line.size());
        for (int job = 0; job < MANY; job++) assertEquals(entry(job, job), takeFirst());
        assertTrue(line.isEmpty());
    }

    @Test
    void that_come_in_before_the_others_are_the_first() {
        for (int job = MANY; job > 0; job--) {
            line.add(entry(job, job));
            assertEquals(entry(job, job), line.first());
        }
        for (int job = 1; job <= MANY; job++) assertEquals(entry(job, job), takeFirst());
    }

    @Test
    void that_have_waited_equally_long_stand_by_id() {
        for (int job = MANY; job > 0; job--) line.add(entry(job, 0));
        for (int job = 1; job <= MANY; job++) assertEquals(entry(job, 0), takeFirst());
    }

    @Test
    void stand_there_once() {
        assertTrue(line.add(entry(1, 1)));
        assertFalse(line.add(entry(1, 1)));
        assertEquals(1, line.size());
        assertTrue(line.remove(entry(1, 1)));
        assertFalse(line.remove(entry(1, 1)));
    }

    /** What a tree does is what it does, wherever jobs come and go. */
    @Property(tries = 100)
    void are_as_in_a_tree(@ForAll long seed) {
        Random random = new Random(seed);
        TreeSet<Entry> tree = new TreeSet<>(Entry.TURN);
        int jobs = 1 + random.nextInt(MANY);
        // Mostly come, then mostly leave, and so on: it grows, and shrinks to few small blocks
        for (int step = 0; step < 4 * MANY; step++) {
            boolean comes = random.nextInt(4) > 0 == (step / MANY % 2 == 0);
            Entry entry = entry(random.nextInt(jobs), random.nextInt(3));
            if (comes) assertEquals(tree.add(entry), line.add(entry));
            else assertEquals(tree.remove(entry), line.remove(entry));
            assertEquals(tree.size(), line.size());
            if (!tree.isEmpty()) assertEquals(tree.first(), line.first());
        }
        List<Entry> rest = new ArrayList<>();
        while (!line.isEmpty()) rest.add(takeFirst());
        assertEquals(List.copyOf(tree), rest);
    }

    private Entry takeFirst() {
        Entry first = line.first();
        assertTrue(line.remove(first));
        return first;
    }

    private static Entry entry(long job, long since) {
        Instant queued = START.plusSeconds(since);
        return new Entry(id(job), ANNA, Priority.NORMAL, 1, "a", queued, Phase.WAITING, queued);
    }
}
