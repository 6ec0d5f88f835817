package io.longhaul.scheduler;

import static io.longhaul.testkit.JobFixtures.id;
import static io.longhaul.testkit.TestClock.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.DueJobs.Due;
import io.longhaul.job.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The round of the jobs that are due")
class DueRoundTest {
    private static final Duration LOOKS_EVERY = Duration.ofMillis(500);

    private final DueRound round = new DueRound();
    private final NavigableSet<Due> index = new TreeSet<>(
            Comparator.comparing(Due::at).thenComparing(due -> due.id().value()));
    private Instant now = START;

    @Test
    void begins_with_the_most_overdue_and_wakes_each_once() {
        dueSince(START, 1, 3);
        assertEquals(List.of(id(1), id(2), id(3)), look());
        dueSince(START, 4, 4);
        assertEquals(List.of(id(4)), look());
    }

    @Test
    void wakes_a_job_again_that_is_still_due_after_a_while() {
        dueSince(START, 1, 1);
        look();
        now = START.plusMillis(4999);
        assertEquals(List.of(), look());
        now = START.plusSeconds(5);
        assertEquals(List.of(id(1)), look());
    }

    @Test
    void comes_to_every_job_however_many_stay_due_before_it() {
        dueSince(START.minusSeconds(60), 1, 4000);
        dueSince(START.minusSeconds(50), 4001, 4001);
        for (int looks = 1; looks <= 4; looks++) assertFalse(look().contains(id(4001)));
        assertTrue(look().contains(id(4001)));
        assertNull(round.next(now).after(), "and begins again");
    }

    @Test
    void comes_to_those_who_got_behind_it_though_more_and_more_become_due() {
        dueSince(START.minusSeconds(60), 2, 3000);
        look();
        index.add(new Due(START.minusSeconds(61), id(1)));
        long next = 3001;
        Set<JobId> woken = new HashSet<>();
        for (int looks = 1; looks <= 8 && !woken.contains(id(1)); looks++) {
            dueSince(now, next, next + 1499); // faster than it reads
            next += 1500;
            woken.addAll(look());
        }
        assertTrue(woken.contains(id(1)));
    }

    @Test
    void begins_again_after_a_last_page_that_is_full() {
        dueSince(START, 1, 1000);
        assertEquals(1000, look().size());
        assertEquals(List.of(), look());
        assertNull(round.next(now).after());
    }

    @Test
    void leaves_out_nobody_where_it_can_remember_no_more() {
        dueSince(START, 1, 25_000);
        Set<JobId> woken = new HashSet<>();
        Instant stands = now;
        for (int looks = 1; looks <= 25; looks++) {
            woken.addAll(look());
            now = stands;
        }
        assertEquals(20_000, woken.size());
        now = stands.plusSeconds(5);
        for (int looks = 1; looks <= 5; looks++) woken.addAll(look());
        assertEquals(25_000, woken.size());
    }

    private void dueSince(Instant at, long from, long to) {
        LongStream.rangeClosed(from, to).forEach(job -> index.add(new Due(at, id(job))));
    }

    /** Reads a page of the index, in which every job stays due. */
    private List<JobId> look() {
        DueRound.Look look = round.next(now);
        List<Due> found = (look.after() == null ? index : index.tailSet(look.after(), false))
                .stream()
                        .takeWhile(due -> !due.at().isAfter(look.by()))
                        .limit(DueRound.PAGE)
                        .toList();
        List<JobId> woken = round.wake(found, now);
        now = now.plus(LOOKS_EVERY);
        return woken;
    }
}
