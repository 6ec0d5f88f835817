package io.longhaul.job;

import static io.longhaul.testkit.Histories.BEGIN;
import static io.longhaul.testkit.Histories.at;
import static io.longhaul.testkit.Histories.fold;
import static io.longhaul.testkit.Histories.id;
import static io.longhaul.testkit.Histories.life;
import static io.longhaul.testkit.Histories.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The retention")
class RetentionTest {
    private static final Duration KEPT = Duration.ofDays(7);
    private static final Instant FAR = BEGIN.plus(Duration.ofDays(10_000));

    private final Retention retention = new Retention(KEPT);
    private final List<Recorded> life = life(spec("alice", "default", Priority.NORMAL, "maps", Map.of()), BEGIN);

    @Test
    void begins_when_the_job_is_acknowledged() {
        Job job = fold(id(1), life);
        Instant since = life.getLast().at();
        assertEquals(Optional.of(since), job.finalSince());
        assertFalse(retention.isOver(job, since));
        assertFalse(retention.isOver(job, since.plus(KEPT).minusNanos(1)));
        assertTrue(retention.isOver(job, since.plus(KEPT)));
    }

    @Test
    void begins_when_a_cancelled_job_is_cleaned_up() {
        List<Recorded> cancelled = new ArrayList<>(life.subList(0, 2));
        cancelled.add(at(BEGIN.plusSeconds(1), new JobEvent.JobCancelled(false)));
        assertEquals(Optional.empty(), fold(id(1), cancelled).finalSince());
        assertFalse(retention.isOver(fold(id(1), cancelled), FAR));
        Instant since = BEGIN.plusSeconds(2);
        cancelled.add(at(since, new JobEvent.JobCleanedUp(true)));
        assertEquals(Optional.of(since), fold(id(1), cancelled).finalSince());
        assertTrue(retention.isOver(fold(id(1), cancelled), since.plus(KEPT)));
    }

    @Test
    void is_never_over_for_a_job_that_lives() {
        for (int events = 1; events < life.size(); events++)
            assertFalse(retention.isOver(fold(id(1), life.subList(0, events)), FAR));
    }

    @Test
    void is_more_than_zero() {
        assertThrows(IllegalArgumentException.class, () -> new Retention(Duration.ZERO));
    }
}
