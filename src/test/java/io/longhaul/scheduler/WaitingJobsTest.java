package io.longhaul.scheduler;

import static io.longhaul.testkit.JobFixtures.ANNA;
import static io.longhaul.testkit.JobFixtures.BEN;
import static io.longhaul.testkit.JobFixtures.START;
import static io.longhaul.testkit.JobFixtures.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import io.longhaul.job.Priority;
import io.longhaul.scheduler.Entry.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Jobs of one priority that wait")
class WaitingJobsTest {
    private static final Owner CARA = new Owner("cara");
    private final WaitingJobs jobs = new WaitingJobs();

    @Test
    void have_no_next_one_where_there_is_none() {
        assertEquals(Optional.empty(), jobs.next(owner -> true, host -> true));
        assertEquals(0, jobs.size());
    }

    @Test
    void of_one_owner_take_turns_by_how_long_they_have_waited() {
        add(2, ANNA, "a", 20);
        add(1, ANNA, "b", 30);
        add(3, ANNA, "a", 10);
        assertEquals(ids(3, 2, 1), turns());
    }

    @Test
    void that_have_waited_equally_long_take_turns_by_id() {
        add(2, ANNA, "a", 10);
        add(1, ANNA, "a", 10);
        assertEquals(ids(1, 2), turns());
    }

    @Test
    void of_several_owners_take_turns_owner_by_owner() {
        for (long job = 1; job <= 4; job++) add(job, ANNA, "a", job);
        add(5, BEN, "a", 50);
        add(6, BEN, "a", 60);
        add(7, CARA, "a", 70);
        assertEquals(ids(1, 5, 7, 2, 6, 3, 4), turns());
    }

    @Test
    void of_an_owner_who_may_not_run_or_for_a_full_host_are_passed_over() {
        add(1, ANNA, "a", 1);
        add(2, BEN, "full", 2);
        add(3, BEN, "b", 3);
        Predicate<Owner> present = owner -> !owner.equals(ANNA);
        Predicate<String> open = host -> !host.equals("full");
        assertEquals(id(3), jobs.next(present, open).orElseThrow().id());
        assertEquals(1, jobs.count(present, open, 10));
        assertEquals(3, jobs.count(owner -> true, host -> true, 10));
        assertEquals(2, jobs.count(owner -> true, host -> true, 2));
    }

    @Test
    void know_who_waits_for_a_host() {
        Entry first = add(1, ANNA, "a", 1);
        Entry second = add(2, ANNA, "a", 2);
        assertTrue(jobs.waitFor("a", owner -> true));
        assertFalse(jobs.waitFor("a", owner -> owner.equals(BEN)));
        assertFalse(jobs.waitFor("b", owner -> true));
        jobs.remove(first);
        assertTrue(jobs.waitFor("a", owner -> true));
        jobs.remove(second);
        assertFalse(jobs.waitFor("a", owner -> true));
    }

    @Test
    void are_counted_once_however_often_they_come_and_go() {
        Entry entry = add(1, ANNA, "a", 1);
        jobs.add(entry);
        assertEquals(1, jobs.size());
        jobs.remove(entry);
        jobs.remove(entry);
        assertEquals(0, jobs.size());
    }

    @Test
    void of_an_owner_who_comes_back_wait_behind_the_others() {
        Entry first = add(1, ANNA, "a", 1);
        add(2, BEN, "a", 2);
        jobs.remove(first);
        jobs.served(ANNA); // who has none now
        jobs.add(first);
        assertEquals(ids(2, 1), turns());
    }

    private Entry add(long job, Owner owner, String host, long since) {
        Instant queued = START.plusSeconds(since);
        Entry entry = new Entry(id(job), owner, Priority.NORMAL, 1, host, queued, Phase.WAITING, queued);
        jobs.add(entry);
        return entry;
    }

    /** As the schedule takes them. */
    private List<JobId> turns() {
        List<JobId> turns = new ArrayList<>();
        while (true) {
            Optional<Entry> next = jobs.next(owner -> true, host -> true);
            if (next.isEmpty()) return turns;
            jobs.served(next.get().owner());
            jobs.remove(next.get());
            turns.add(next.get().id());
        }
    }

    private static List<JobId> ids(long... numbers) {
        List<JobId> ids = new ArrayList<>();
        for (long number : numbers) ids.add(id(number));
        return ids;
    }
}
