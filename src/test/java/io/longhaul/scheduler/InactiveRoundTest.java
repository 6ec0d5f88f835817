package io.longhaul.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.LiveJobs.Live;
import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import io.longhaul.testkit.JobFixtures;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The round of the jobs that may have been left alone for too long")
class InactiveRoundTest {
    private static final Instant START = Instant.parse("2026-11-20T09:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);

    private final InactiveRound round = new InactiveRound();

    private static Live job(long number, Duration age, Duration leftAlone) {
        return new Live(
                JobFixtures.id(number), "default", new Owner("alice"), START.minus(age), START.minus(leftAlone), false);
    }

    private List<JobId> inactive(List<Live> page, Duration shortest) {
        return round.inactive(page, shortest, job -> Optional.of(DAY), START);
    }

    private static List<Live> fullPage(Duration age) {
        List<Live> page = new ArrayList<>();
        for (int i = 0; i < InactiveRound.PAGE; i++) page.add(job(i, age, Duration.ZERO));
        return page;
    }

    @Test
    void tells_those_to_whom_nothing_has_happened_for_as_long_as_their_timeout() {
        Live over =
                new Live(JobFixtures.id(4), "default", new Owner("alice"), START.minus(DAY), START.minus(DAY), true);
        assertTrue(round.isDue(1, START));
        assertEquals(
                List.of(JobFixtures.id(1)),
                inactive(
                        List.of(
                                job(1, DAY.multipliedBy(9), DAY),
                                job(2, DAY.multipliedBy(9), DAY.minusNanos(1)),
                                job(3, DAY.minusNanos(1), Duration.ZERO),
                                over),
                        Duration.ofHours(1)));
    }

    @Test
    void goes_on_page_after_page_until_a_job_is_younger_than_any_timeout() {
        round.isDue(1, START);
        assertNull(round.after());
        inactive(fullPage(DAY), DAY);
        assertEquals(JobFixtures.id(InactiveRound.PAGE - 1), round.after());
        assertTrue(round.isDue(1, START));
        inactive(fullPage(DAY.minusNanos(1)), DAY);
        assertNull(round.after());
        assertFalse(round.isDue(1, START));
    }

    @Test
    void is_due_still_where_its_first_page_could_not_be_read() {
        round.isDue(1, START);
        inactive(List.of(), DAY);
        assertTrue(round.isDue(2, START)); // other policies
        round.unread();
        assertTrue(round.isDue(2, START));
        inactive(List.of(), DAY);
        assertFalse(round.isDue(2, START));
    }

    @Test
    void is_made_again_after_an_hour_or_after_the_shortest_timeout() {
        round.isDue(1, START);
        inactive(List.of(), DAY);
        assertFalse(round.isDue(1, START.plus(Duration.ofHours(1)).minusNanos(1)));
        assertTrue(round.isDue(1, START.plus(Duration.ofHours(1))));
        inactive(List.of(), Duration.ofSeconds(3));
        assertTrue(round.isDue(1, START.plusSeconds(3)));
    }

    @Test
    void takes_a_tenth_of_the_time_at_most() {
        round.isDue(1, START.minusSeconds(60)); // a minute ago
        inactive(List.of(), Duration.ofSeconds(3));
        assertFalse(round.isDue(1, START.plusSeconds(599)));
        assertTrue(round.isDue(1, START.plusSeconds(600)));
    }

    @Test
    void is_made_at_once_when_an_operator_changes_the_policies_and_after_one_that_is_under_way() {
        round.isDue(1, START);
        inactive(List.of(), DAY);
        assertTrue(round.isDue(2, START));
        inactive(fullPage(DAY), DAY);
        assertTrue(round.isDue(3, START));
        assertEquals(JobFixtures.id(InactiveRound.PAGE - 1), round.after());
        inactive(List.of(), DAY);
        assertTrue(round.isDue(3, START), "what was changed meanwhile is for all");
    }
}
