package io.longhaul.job;

import static io.longhaul.testkit.JobFixtures.COMPLETE;
import static io.longhaul.testkit.JobFixtures.NODE;
import static io.longhaul.testkit.JobFixtures.RESTARTED;
import static io.longhaul.testkit.JobFixtures.RESUME;
import static io.longhaul.testkit.JobFixtures.RETRY_DELAY;
import static io.longhaul.testkit.JobFixtures.SLICE;
import static io.longhaul.testkit.JobFixtures.START;
import static io.longhaul.testkit.JobFixtures.SUSPEND;
import static io.longhaul.testkit.JobFixtures.WAKE;
import static io.longhaul.testkit.JobFixtures.arrived;
import static io.longhaul.testkit.JobFixtures.change;
import static io.longhaul.testkit.JobFixtures.error;
import static io.longhaul.testkit.JobFixtures.finished;
import static io.longhaul.testkit.JobFixtures.held;
import static io.longhaul.testkit.JobFixtures.in;
import static io.longhaul.testkit.JobFixtures.job;
import static io.longhaul.testkit.JobFixtures.noProgressTimeout;
import static io.longhaul.testkit.JobFixtures.opened;
import static io.longhaul.testkit.JobFixtures.timed;
import static io.longhaul.testkit.JobFixtures.unpublished;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.testkit.JobFixtures;
import io.longhaul.testkit.JobFixtures.Story;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A job in BG_JOB_STATE_TRANSIENT_ERROR")
class TransientErrorTest {
    private final Story story = in(StateName.TRANSIENT_ERROR);
    private final Instant retryAt = story.state(TransientError.class).retryAt();

    @Test
    void goes_back_to_the_queue_once_the_retry_delay_has_passed() {
        assertEquals(Optional.of(retryAt), story.job().wakeAt());
        assertEquals(
                List.of(new JobEvent.JobQueued(QueuedReason.RETRY_DUE)),
                story.at(retryAt).events(WAKE));
    }

    @Test
    void does_nothing_when_it_is_woken_early() {
        assertEquals(List.of(), story.at(retryAt.minusMillis(1)).events(WAKE));
        assertEquals(List.of(), story.events(RESTARTED));
    }

    @Test
    void waits_at_least_the_minimum_retry_delay_and_at_most_a_tenth_more() {
        Duration delay = Duration.between(START, retryAt);
        assertTrue(delay.compareTo(RETRY_DELAY) >= 0);
        assertTrue(delay.compareTo(RETRY_DELAY.plusSeconds(60)) <= 0);
    }

    @Test
    void waits_as_long_as_the_server_asked() {
        Story busy = in(StateName.TRANSFERRING)
                .after(new TransferReport.RunFailed(1, error(new HttpError(503), START), false, Duration.ofHours(2)));
        assertEquals(
                START.plus(Duration.ofHours(2)),
                busy.state(TransientError.class).retryAt());
    }

    @Test
    void is_tried_again_immediately_by_resume() {
        assertEquals(List.of(new JobEvent.JobQueued(QueuedReason.RESUMED)), story.events(RESUME));
    }

    @Test
    void is_suspended() {
        assertEquals(StateName.SUSPENDED, story.after(SUSPEND).state());
    }

    @Test
    void stays_whatever_the_scheduler_says_of_the_slice_that_failed() {
        assertEquals(List.of(), story.events(new SchedulerCommand.EndSlice(1, QueuedReason.SLICE_ENDED)));
        assertEquals(List.of(), story.events(new SchedulerCommand.RenewSlice(2, START.plus(SLICE))));
        assertEquals(
                List.of(), story.events(new SchedulerCommand.GrantSlice(2, START.plus(SLICE), Duration.ZERO, NODE)));
    }

    @Test
    void keeps_the_last_bytes_of_the_run_that_failed() {
        story.later(Duration.ofSeconds(1)).after(held(1, 0, 300));
        assertEquals(300, story.job().progress().bytesTransferred());
        assertEquals(story.now(), story.job().stalledSince());
        assertEquals(Optional.of(retryAt), story.job().wakeAt());
    }

    @Test
    void is_transferred_when_its_last_file_is_there_after_all() {
        Story lucky = in(StateName.TRANSFERRING).after(finished(1, 0)).stalled();
        assertEquals(StateName.TRANSFERRED, lucky.after(finished(1, 1)).state());
    }

    @Test
    void becomes_a_fatal_error_when_no_progress_was_made_in_time() {
        Story failing =
                job(timed(null, Duration.ofSeconds(1000), null, null), 2).to(StateName.TRANSIENT_ERROR);
        failing.retried().stalled();
        assertEquals(Optional.of(START.plusSeconds(1000)), failing.job().wakeAt());
        assertEquals(List.of(), failing.at(START.plusMillis(999_999)).events(WAKE));

        JobError last = failing.job().error();
        failing.at(START.plusSeconds(1000)).after(WAKE);
        JobError error = failing.state(FatalError.class).error();
        assertEquals(BitsError.BG_E_NO_PROGRESS, error.code());
        assertEquals(last, error.cause());
        assertEquals(2, failing.job().errorCount());
    }

    @Test
    void becomes_a_fatal_error_by_an_attempt_that_fails_after_the_no_progress_timeout() {
        Story failing =
                job(timed(null, Duration.ofSeconds(1000), null, null), 2).to(StateName.TRANSIENT_ERROR);
        failing.retried().at(START.plusSeconds(1000)).stalled();
        JobError error = failing.state(FatalError.class).error();
        assertEquals(BitsError.BG_E_NO_PROGRESS, error.code());
        assertEquals(BitsError.ERROR_WINHTTP_CONNECTION_ERROR, error.cause().code());
        assertEquals(2, failing.job().errorCount());
    }

    @Test
    void is_tried_once_more_when_it_is_woken_after_both_its_retry_and_its_no_progress_timeout() {
        Story late = job(timed(null, Duration.ofSeconds(1000), null, null), 2).to(StateName.TRANSIENT_ERROR);
        assertTrue(late.state(TransientError.class).retryAt().isBefore(START.plusSeconds(1000)));
        assertEquals(
                List.of(new JobEvent.JobQueued(QueuedReason.RETRY_DUE)),
                late.at(START.plus(Duration.ofDays(1))).events(WAKE));
        late.after(WAKE).granted().stalled();
        assertEquals(
                BitsError.BG_E_NO_PROGRESS, late.state(FatalError.class).error().code());
    }

    @Test
    void is_not_tried_again_when_it_is_woken_late_and_its_no_progress_timeout_was_first() {
        Story late = job(timed(null, Duration.ofSeconds(1000), null, null), 2).to(StateName.TRANSIENT_ERROR);
        late.retried().stalled();
        assertTrue(late.state(TransientError.class).retryAt().isAfter(START.plusSeconds(1000)));
        assertEquals(
                StateName.ERROR,
                late.at(START.plus(Duration.ofDays(1))).after(WAKE).state());
    }

    @Test
    void counts_the_no_progress_timeout_from_the_first_error_after_the_last_byte() {
        story.retried();
        Instant first = story.job().stalledSince();
        assertEquals(START, first);
        story.stalled();
        assertEquals(first, story.job().stalledSince());
        story.retried()
                .after(opened(3, 0), arrived(3, 0, 1))
                .later(Duration.ofSeconds(5))
                .stalled();
        assertEquals(story.now(), story.job().stalledSince());
    }

    @Test
    void has_longer_to_make_progress_by_as_long_as_its_owner_was_logged_off() {
        Story failing =
                job(timed(null, Duration.ofSeconds(1000), null, null), 2).to(StateName.TRANSIENT_ERROR);
        failing.at(retryAt)
                .after(WAKE)
                .later(Duration.ofDays(1))
                .granted(Duration.ofDays(1))
                .stalled();
        assertEquals(
                Optional.of(START.plus(Duration.ofDays(1)).plusSeconds(1000)),
                failing.job().wakeAt());
    }

    @Test
    void becomes_a_fatal_error_when_its_no_progress_timeout_is_shortened() {
        story.later(Duration.ofSeconds(10)).after(change(noProgressTimeout(Duration.ZERO)));
        assertEquals(StateName.ERROR, story.after(WAKE).state());
    }

    @Test
    void is_cancelled_by_the_inactivity_timeout_where_that_is_first() {
        Story idle = job(timed(null, null, null, Duration.ofSeconds(30)), 2).to(StateName.TRANSIENT_ERROR);
        assertEquals(Optional.of(START.plusSeconds(30)), idle.job().wakeAt());
        assertEquals(
                List.of(new JobEvent.JobCancelled(true)),
                idle.at(START.plusSeconds(30)).events(WAKE));
    }

    @Test
    void counts_every_failed_retry() {
        for (int i = 2; i < 6; i++)
            assertEquals(i, story.retried().stalled().job().errorCount());
    }

    @Test
    void leaves_the_no_progress_clock_behind_when_it_is_completed() {
        story.after(COMPLETE, unpublished());
        assertNull(story.job().stalledSince());
        assertEquals(StateName.SUSPENDED, story.state());
    }

    private static Story blocked(Duration until) {
        return in(StateName.TRANSFERRING).after(JobFixtures.blocked(1, until, START));
    }

    @Test
    void waits_for_the_policy_that_holds_it_back_and_not_for_a_retry_delay() {
        Story held = blocked(null);
        assertEquals(StateName.TRANSIENT_ERROR, held.state());
        assertEquals(BitsError.BG_E_BLOCKED_BY_POLICY, held.job().error().code());
        assertEquals(Optional.of(START.plus(Duration.ofDays(1))), held.job().wakeAt());
        assertNull(held.state(TransientError.class).nextRetryAt());
        assertEquals(0, held.job().errorCount(), "it is no failure of its own");
        assertEquals(
                List.of(new JobEvent.JobQueued(QueuedReason.POLICY_CHANGED)), held.events(JobFixtures.POLICY_CHANGED));
        assertEquals(List.of(), story.events(JobFixtures.POLICY_CHANGED), "other errors are not the policy's");
    }

    @Test
    void tries_again_under_the_policy_of_its_new_priority_or_owner() {
        assertEquals(
                StateName.QUEUED,
                blocked(null)
                        .after(change(JobFixtures.prioritized(Priority.HIGH)))
                        .state());
        assertEquals(
                StateName.QUEUED,
                blocked(null).after(JobFixtures.take(JobFixtures.BEN)).state());
        assertEquals(
                StateName.TRANSIENT_ERROR,
                blocked(null).after(change(noProgressTimeout(Duration.ZERO))).state());
        assertEquals(
                StateName.TRANSIENT_ERROR,
                story.after(change(JobFixtures.prioritized(Priority.HIGH))).state());
    }

    @Test
    void waits_for_the_network_and_not_for_a_retry_delay() {
        Story held = in(StateName.TRANSFERRING).after(JobFixtures.cutOff(1, START));
        assertEquals(StateName.TRANSIENT_ERROR, held.state());
        assertEquals(Optional.of(START.plus(Duration.ofDays(1))), held.job().wakeAt());
        assertNull(held.state(TransientError.class).nextRetryAt());
        assertEquals(0, held.job().errorCount(), "it is no failure of its own");
        assertNull(held.job().stalledSince());
        assertEquals(List.of(), held.events(JobFixtures.POLICY_CHANGED));
        Alarm back = new Alarm.NetworkBack();
        assertEquals(List.of(new JobEvent.JobQueued(QueuedReason.NETWORK_BACK)), held.events(back));
        assertEquals(List.of(), blocked(null).events(back));
        assertEquals(List.of(), story.events(back), "other errors have their delay");
    }

    @Test
    void comes_back_when_hours_change_the_policy_however_long_the_retry_delay_is() {
        Story held = blocked(Duration.ofSeconds(3));
        assertEquals(Optional.of(START.plusSeconds(3)), held.job().wakeAt());
        assertEquals(START.plusSeconds(3), held.state(TransientError.class).nextRetryAt());
        assertEquals(
                List.of(new JobEvent.JobQueued(QueuedReason.RETRY_DUE)),
                held.at(START.plusSeconds(3)).events(WAKE));
    }

    @Test
    void is_held_back_by_a_policy_where_any_other_error_would_be_fatal() {
        Story impatient = job(timed(null, Duration.ZERO, null, null), 2)
                .to(StateName.TRANSFERRING)
                .after(JobFixtures.blocked(1, null, START));
        assertEquals(StateName.TRANSIENT_ERROR, impatient.state());
        assertNull(impatient.job().stalledSince());
    }

    @Test
    void has_longer_to_make_progress_by_as_long_as_a_policy_held_it_back() {
        Story failing =
                job(timed(null, Duration.ofSeconds(1000), null, null), 2).to(StateName.TRANSIENT_ERROR);
        failing.retried();
        Instant since = failing.now();
        failing.after(JobFixtures.blocked(2, null, since));
        assertEquals(START, failing.job().stalledSince());
        failing.later(Duration.ofDays(7)).after(JobFixtures.POLICY_CHANGED);
        assertEquals(StateName.QUEUED, failing.state());
        assertEquals(START.plus(Duration.ofDays(7)), failing.job().stalledSince());
    }

    @Test
    void forgets_its_no_progress_clock_with_the_last_bytes_of_a_run_that_a_policy_ended() {
        Story held = in(StateName.TRANSIENT_ERROR).retried();
        held.after(JobFixtures.blocked(2, null, held.now())).after(held(2, 0, 300));
        assertNull(held.job().stalledSince());
    }

    @Test
    void becomes_a_fatal_error_when_three_runs_in_a_row_have_broken_off_in_the_program() {
        Story breaking = in(StateName.TRANSFERRING).brokenOff().retried().brokenOff();
        assertEquals(StateName.TRANSIENT_ERROR, breaking.state());
        assertEquals(BitsError.E_FAIL, breaking.job().error().code());

        JobError error = breaking.retried().brokenOff().state(FatalError.class).error();
        assertEquals(BitsError.BG_E_WATCHDOG_TIMEOUT, error.code());
        assertTrue(error.description().endsWith("The transfer broke off: IllegalStateException"), error.description());
        assertEquals(BitsError.E_FAIL, error.cause().code());
        assertEquals(3, breaking.job().errorCount());
    }

    @Test
    void counts_no_run_that_broke_off_before_there_were_more_bytes_on_disk_or_another_error() {
        Story moving = in(StateName.TRANSFERRING).brokenOff().retried().brokenOff();
        moving.retried().after(opened(3, 0), held(3, 0, 300)).brokenOff();
        assertEquals(StateName.TRANSIENT_ERROR, moving.state());
        moving.retried().brokenOff().retried().stalled().retried().brokenOff();
        assertEquals(StateName.TRANSIENT_ERROR, moving.state());
    }

    @Test
    void takes_bytes_that_are_not_on_disk_for_no_sign_that_its_runs_get_any_further() {
        Story breaking = in(StateName.TRANSFERRING).brokenOff().retried().brokenOff();
        breaking.retried().after(opened(3, 0), arrived(3, 0, 300)).brokenOff();
        assertEquals(StateName.ERROR, breaking.state());
    }

    @Test
    void counts_runs_that_broke_off_over_a_time_in_which_it_was_held_back() {
        Story breaking = in(StateName.TRANSFERRING).brokenOff().retried().brokenOff();
        breaking.retried()
                .after(JobFixtures.blocked(3, null, breaking.now()))
                .retried()
                .brokenOff();
        assertEquals(StateName.ERROR, breaking.state());
    }

    @Test
    void has_three_runs_that_may_break_off_again_after_resume() {
        Story breaking =
                in(StateName.TRANSFERRING).brokenOff().retried().brokenOff().after(RESUME);
        breaking.granted().brokenOff().retried().brokenOff();
        assertEquals(StateName.TRANSIENT_ERROR, breaking.state());
    }
}
