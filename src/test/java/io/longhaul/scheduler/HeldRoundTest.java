package io.longhaul.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.HeldJobs.By;
import io.longhaul.entity.HeldJobs.Held;
import io.longhaul.job.Owner;
import io.longhaul.job.Priority;
import io.longhaul.policy.BandwidthLimit;
import io.longhaul.policy.BandwidthPolicy.Time;
import io.longhaul.policy.Source;
import io.longhaul.testkit.JobFixtures;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The round of the jobs that a policy holds back")
class HeldRoundTest {
    private static final Instant START = Instant.parse("2026-11-20T09:00:00Z");

    private final HeldRound round = new HeldRound();

    private static Held job(long number, Priority priority) {
        return new Held(JobFixtures.id(number), "default", new Owner("alice"), priority, By.POLICY);
    }

    private static Optional<BandwidthLimit> limit(long bytes, @Nullable Instant until) {
        return Optional.of(new BandwidthLimit(bytes, Source.FLEET, "", Priority.LOW, Time.ALWAYS, until));
    }

    /** Where both clocks show the same. */
    private boolean isDue(long inForce, Instant now) {
        return round.isDue(inForce, true, now, now);
    }

    /** A first round, and no change since for a long time. */
    private Instant settled(@Nullable Instant until) {
        assertTrue(isDue(1, START));
        assertEquals(List.of(), round.free(List.of(job(1, Priority.LOW)), job -> limit(0, until)));
        assertTrue(isDue(1, START.plusMillis(3999)), "what was held meanwhile is looked for too");
        assertEquals(List.of(), round.free(List.of(job(1, Priority.LOW)), job -> limit(0, until)));
        Instant later = START.plusSeconds(5);
        assertFalse(isDue(1, later));
        return later;
    }

    @Test
    void is_made_at_once_and_for_a_while_when_an_operator_changes_the_policy() {
        Instant later = settled(null);
        assertTrue(isDue(2, later));
        assertTrue(isDue(2, later.plusSeconds(1)));
        assertFalse(isDue(2, later.plusSeconds(4)));
    }

    @Test
    void is_made_when_the_hours_change_that_hold_some_job() {
        Instant change = START.plusSeconds(7);
        settled(change);
        assertFalse(isDue(1, change.minusNanos(1)));
        assertTrue(isDue(1, change));
    }

    @Test
    void is_made_every_now_and_then_for_a_word_that_got_lost() {
        settled(null);
        assertFalse(isDue(1, START.plusSeconds(13)));
        assertTrue(isDue(1, START.plusSeconds(14)));
    }

    @Test
    void is_made_as_often_as_ever_when_the_clock_on_the_wall_is_set_forward() {
        settled(null);
        Duration ahead = Duration.ofHours(1);
        assertFalse(round.isDue(
                1, true, START.plusSeconds(13), START.plusSeconds(13).plus(ahead)));
        assertTrue(round.isDue(
                1, true, START.plusSeconds(14), START.plusSeconds(14).plus(ahead)));
    }

    @Test
    void is_made_at_once_and_then_as_often_as_ever_when_the_clock_on_the_wall_is_set_back() {
        Instant later = settled(START.plusSeconds(1800));
        Instant wall = later.minus(Duration.ofHours(1));
        assertTrue(round.isDue(1, true, later, wall));
        assertTrue(round.isDue(1, true, later.plusSeconds(1), wall.plusSeconds(1)));
        assertFalse(round.isDue(1, true, later.plusSeconds(10), wall.plusSeconds(10)));
        assertTrue(round.isDue(1, true, later.plusSeconds(11), wall.plusSeconds(11)));
    }

    @Test
    void tells_those_whom_nothing_holds_any_more() {
        isDue(1, START);
        assertEquals(
                List.of(job(2, Priority.NORMAL), job(3, Priority.HIGH)),
                round.free(
                        List.of(job(1, Priority.LOW), job(2, Priority.NORMAL), job(3, Priority.HIGH)),
                        job -> switch (job.priority()) {
                            case LOW -> limit(0, null);
                            case NORMAL -> limit(1000, null);
                            default -> Optional.empty();
                        }));
    }

    @Test
    void goes_on_after_a_full_page_and_then_begins_again() {
        isDue(1, START);
        assertNull(round.after());
        List<Held> page = LongStream.range(0, HeldRound.PAGE)
                .mapToObj(number -> job(number, Priority.LOW))
                .toList();
        assertEquals(HeldRound.PAGE, round.free(page, job -> Optional.empty()).size());
        assertEquals(JobFixtures.id(HeldRound.PAGE - 1), round.after());
        round.free(List.of(job(5000, Priority.LOW)), job -> Optional.empty());
        assertNull(round.after());
    }

    @Test
    void is_made_at_once_when_the_network_is_back_and_tells_those_that_wait_for_it() {
        Held cutOff = new Held(JobFixtures.id(9), "default", new Owner("alice"), Priority.LOW, By.NETWORK);
        Instant later = settled(null);
        assertFalse(round.isDue(1, false, later, later));
        assertTrue(round.isDue(1, false, later.plusSeconds(9), later.plusSeconds(9)), "for what a policy holds");
        assertEquals(List.of(), round.free(List.of(cutOff), job -> Optional.empty()));
        assertTrue(round.isDue(1, true, later.plusSeconds(10), later.plusSeconds(10)));
        assertEquals(List.of(cutOff), round.free(List.of(job(1, Priority.LOW), cutOff), job -> limit(0, null)));
        assertTrue(
                round.isDue(1, true, later.plusSeconds(13), later.plusSeconds(13)),
                "what was cut off meanwhile is looked for too");
    }
}
