package io.longhaul.job;

import static io.longhaul.testkit.JobFixtures.INACTIVITY;
import static io.longhaul.testkit.JobFixtures.NODE;
import static io.longhaul.testkit.JobFixtures.RESTARTED;
import static io.longhaul.testkit.JobFixtures.RESUME;
import static io.longhaul.testkit.JobFixtures.SLICE;
import static io.longhaul.testkit.JobFixtures.START;
import static io.longhaul.testkit.JobFixtures.SUSPEND;
import static io.longhaul.testkit.JobFixtures.WAKE;
import static io.longhaul.testkit.JobFixtures.due;
import static io.longhaul.testkit.JobFixtures.finished;
import static io.longhaul.testkit.JobFixtures.held;
import static io.longhaul.testkit.JobFixtures.in;
import static io.longhaul.testkit.JobFixtures.opened;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.longhaul.testkit.JobFixtures.Story;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A job in BG_JOB_STATE_QUEUED")
class QueuedTest {
    private final Story story = in(StateName.QUEUED);

    private static SchedulerCommand grant(long slice) {
        return new SchedulerCommand.GrantSlice(slice, START.plus(SLICE), Duration.ZERO, NODE);
    }

    @Test
    void connects_when_it_is_granted_a_slice() {
        assertEquals(
                List.of(new JobEvent.SliceGranted(1, START.plus(SLICE), Duration.ZERO, NODE)), story.events(grant(1)));
        assertEquals(StateName.CONNECTING, story.after(grant(1)).state());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 2, 7})
    void takes_no_slice_but_the_next(long slice) {
        assertEquals(List.of(), story.events(grant(slice)));
    }

    @Test
    void takes_no_slice_twice() {
        Story back = story.granted().ended(QueuedReason.SLICE_ENDED);
        assertEquals(List.of(), back.events(grant(1)));
        assertEquals(StateName.CONNECTING, back.after(grant(2)).state());
    }

    @Test
    void stays_when_resumed() {
        assertEquals(List.of(), story.events(RESUME));
    }

    @Test
    void is_suspended() {
        assertEquals(StateName.SUSPENDED, story.after(SUSPEND).state());
    }

    @Test
    void ignores_words_about_slices_that_are_over() {
        Story back = story.granted().ended(QueuedReason.PREEMPTED);
        assertEquals(List.of(), back.events(new SchedulerCommand.EndSlice(1, QueuedReason.SLICE_ENDED)));
        assertEquals(List.of(), back.events(new SchedulerCommand.RenewSlice(2, START.plus(SLICE))));
    }

    @Test
    void keeps_the_last_bytes_of_the_slice_that_ended() {
        Story back = in(StateName.TRANSFERRING).ended(QueuedReason.SLICE_ENDED).after(held(1, 0, 400));
        assertEquals(400, back.job().files().getFirst().bytesHeld());
    }

    @Test
    void is_transferred_when_its_last_file_was_finished_as_the_slice_ended() {
        Story back = in(StateName.TRANSFERRING).after(finished(1, 0)).ended(QueuedReason.SLICE_ENDED);
        assertEquals(StateName.TRANSFERRED, back.after(finished(1, 1)).state());
    }

    @Test
    void hears_nothing_of_a_run_once_a_newer_one_has_begun() {
        Story newer = in(StateName.TRANSFERRING)
                .ended(QueuedReason.SLICE_ENDED)
                .granted()
                .ended(QueuedReason.SLICE_ENDED);
        assertEquals(List.of(), newer.events(held(1, 0, 400)));
        assertEquals(List.of(), newer.events(finished(1, 0)));
    }

    @Test
    void stays_over_a_restart() {
        assertEquals(List.of(), story.events(RESTARTED));
    }

    @Test
    void shows_the_error_of_the_last_attempt_until_it_transfers() {
        Story retried = in(StateName.TRANSIENT_ERROR);
        JobError error = retried.job().error();
        retried.at(retried.job().wakeAt().orElseThrow()).after(WAKE);
        assertEquals(error, retried.job().error());
        assertEquals(error, retried.granted().job().error());
        assertNull(retried.after(opened(2, 0)).job().error());
    }

    @Test
    void is_cancelled_by_the_inactivity_timeout() {
        assertEquals(Optional.of(START.plus(INACTIVITY)), story.job().wakeAt());
        assertEquals(
                List.of(new JobEvent.JobCancelled(true)),
                story.at(START.plus(INACTIVITY)).events(WAKE));
    }

    @Test
    void keeps_the_no_progress_clock_running_unless_its_owner_was_away() {
        Story waits = in(StateName.TRANSIENT_ERROR);
        Instant stalled = waits.now();
        waits.at(waits.job().wakeAt().orElseThrow()).after(WAKE).later(Duration.ofDays(3));
        assertEquals(stalled, waits.job().stalledSince());
        waits.granted(Duration.ofDays(2));
        assertEquals(stalled.plus(Duration.ofDays(2)), waits.job().stalledSince());
    }

    @Test
    void begins_nothing_after_its_deadline_whoever_comes_first() {
        Story late = story.after(due(START));
        assertEquals(StateName.ERROR, late.granted().state());
        assertEquals(BitsError.WAIT_TIMEOUT, late.job().error().code());
        assertEquals(0, late.job().lastSlice());
    }
}
