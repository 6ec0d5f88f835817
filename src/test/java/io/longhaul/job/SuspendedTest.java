package io.longhaul.job;

import static io.longhaul.testkit.JobFixtures.COMPLETE;
import static io.longhaul.testkit.JobFixtures.INACTIVITY;
import static io.longhaul.testkit.JobFixtures.NODE;
import static io.longhaul.testkit.JobFixtures.RESUME;
import static io.longhaul.testkit.JobFixtures.SLICE;
import static io.longhaul.testkit.JobFixtures.START;
import static io.longhaul.testkit.JobFixtures.SUSPEND;
import static io.longhaul.testkit.JobFixtures.WAKE;
import static io.longhaul.testkit.JobFixtures.change;
import static io.longhaul.testkit.JobFixtures.finished;
import static io.longhaul.testkit.JobFixtures.held;
import static io.longhaul.testkit.JobFixtures.in;
import static io.longhaul.testkit.JobFixtures.job;
import static io.longhaul.testkit.JobFixtures.renamed;
import static io.longhaul.testkit.JobFixtures.unpublished;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.testkit.JobFixtures.Story;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A job in BG_JOB_STATE_SUSPENDED")
class SuspendedTest {
    private final Story story = job(2);

    @Test
    void is_what_every_new_job_is() {
        assertEquals(StateName.SUSPENDED, story.state());
        assertFalse(story.job().resumedOnce());
    }

    @Test
    void knows_since_when_it_is_and_by_whose_word() {
        assertEquals(new Suspended(START), story.job().state());
        Story stopped = in(StateName.TRANSFERRING).later(Duration.ofMinutes(1)).after(SUSPEND);
        Instant then = stopped.now();
        assertEquals(new Suspended(then, "anna"), stopped.job().state());
        stopped.later(Duration.ofHours(1)).after(SUSPEND, change(renamed("other", null)));
        assertEquals(new Suspended(then, "anna"), stopped.job().state());
    }

    @Test
    void is_so_since_complete_was_called_where_that_failed() {
        Story story = in(StateName.TRANSFERRING).later(Duration.ofMinutes(1));
        Instant then = story.now();
        story.after(COMPLETE).later(Duration.ofHours(1)).after(unpublished(0));
        assertEquals(new Suspended(then), story.job().state());
    }

    @Test
    void is_queued_by_resume() {
        assertEquals(List.of(new JobEvent.JobQueued(QueuedReason.RESUMED)), story.events(RESUME));
        assertTrue(story.after(RESUME).job().resumedOnce());
    }

    @Test
    void does_not_resume_without_files() {
        assertEquals(BitsError.BG_E_EMPTY, job(0).refusal(RESUME));
    }

    @Test
    void stays_when_suspended_again() {
        assertEquals(List.of(), story.events(SUSPEND));
    }

    @Test
    void hears_no_grant_that_crossed_the_call() {
        Story suspended = in(StateName.QUEUED).after(SUSPEND);
        assertEquals(
                List.of(),
                suspended.events(new SchedulerCommand.GrantSlice(1, START.plus(SLICE), Duration.ZERO, NODE)));
    }

    @Test
    void keeps_the_last_bytes_of_the_run_that_was_stopped() {
        Story stopped = in(StateName.TRANSFERRING).after(SUSPEND, held(1, 0, 600));
        assertEquals(600, stopped.job().files().getFirst().bytesHeld());
        assertEquals(StateName.SUSPENDED, stopped.state());
    }

    @Test
    void stays_when_its_last_file_arrives_late_and_is_transferred_by_resume() {
        Story stopped = in(StateName.TRANSFERRING).after(finished(1, 0), SUSPEND, finished(1, 1));
        assertEquals(StateName.SUSPENDED, stopped.state());
        assertEquals(List.of(new JobEvent.JobTransferred(false)), stopped.events(RESUME)); // so its owner is told
    }

    @Test
    void is_transferred_again_by_resume_without_a_second_notice() {
        Story story = in(StateName.TRANSFERRED);
        Instant first = story.now();
        story.later(Duration.ofHours(1)).after(SUSPEND);
        assertEquals(List.of(new JobEvent.JobTransferred(true)), story.events(RESUME));
        assertEquals(first, story.after(RESUME).job().times().transferCompletion());
    }

    @Test
    void forgets_the_error_and_the_no_progress_clock() {
        Story story = in(StateName.TRANSIENT_ERROR).after(SUSPEND);
        assertNull(story.job().error());
        assertNull(story.job().stalledSince());
    }

    @Test
    void is_cancelled_by_the_inactivity_timeout_and_not_before() {
        assertEquals(Optional.of(START.plus(INACTIVITY)), story.job().wakeAt());
        assertEquals(List.of(), story.at(START.plus(INACTIVITY).minusMillis(1)).events(WAKE));
        assertEquals(
                List.of(new JobEvent.JobCancelled(true)),
                story.at(START.plus(INACTIVITY)).events(WAKE));
    }

    @Test
    void starts_the_inactivity_timeout_afresh_with_every_change() {
        story.later(Duration.ofDays(30)).after(change(renamed("other", null)));
        assertEquals(Optional.of(story.now().plus(INACTIVITY)), story.job().wakeAt());
    }
}
