package io.longhaul.job;

import static io.longhaul.testkit.JobFixtures.BROKEN_OFF;
import static io.longhaul.testkit.JobFixtures.COMPLETE;
import static io.longhaul.testkit.JobFixtures.NODE;
import static io.longhaul.testkit.JobFixtures.RESTARTED;
import static io.longhaul.testkit.JobFixtures.RESUME;
import static io.longhaul.testkit.JobFixtures.SLICE;
import static io.longhaul.testkit.JobFixtures.START;
import static io.longhaul.testkit.JobFixtures.SUSPEND;
import static io.longhaul.testkit.JobFixtures.VERSION;
import static io.longhaul.testkit.JobFixtures.WAKE;
import static io.longhaul.testkit.JobFixtures.arrived;
import static io.longhaul.testkit.JobFixtures.error;
import static io.longhaul.testkit.JobFixtures.failed;
import static io.longhaul.testkit.JobFixtures.finished;
import static io.longhaul.testkit.JobFixtures.held;
import static io.longhaul.testkit.JobFixtures.in;
import static io.longhaul.testkit.JobFixtures.job;
import static io.longhaul.testkit.JobFixtures.opened;
import static io.longhaul.testkit.JobFixtures.published;
import static io.longhaul.testkit.JobFixtures.restarted;
import static io.longhaul.testkit.JobFixtures.timed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.job.file.JobFile;
import io.longhaul.job.file.RemoteVersion;
import io.longhaul.testkit.JobFixtures.Story;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A job in BG_JOB_STATE_TRANSFERRING")
class TransferringTest {
    private static final StateName STATE = StateName.TRANSFERRING;

    private final Story story = in(STATE);

    @Test
    void goes_on_with_the_next_file() {
        story.after(finished(1, 0));
        assertEquals(STATE, story.state());
        assertEquals(1, story.job().nextFile().orElseThrow().index());
    }

    @Test
    void is_transferred_when_all_files_are_finished() {
        story.after(finished(1, 0)).later(Duration.ofSeconds(9));
        assertEquals(
                List.of(
                        new JobEvent.FileTransferred(1, VERSION, 1000, true, 1, null),
                        new JobEvent.JobTransferred(false)),
                story.events(finished(1, 1)));
        story.after(finished(1, 1));
        assertEquals(StateName.TRANSFERRED, story.state());
        assertEquals(story.now(), story.job().times().transferCompletion());
    }

    @Test
    void calls_a_file_by_where_a_redirect_led() {
        String target = "https://mirror.example/0.bin";
        JobFile before = story.job().files().getFirst();
        story.after(new TransferReport.Redirected(1, 0, target));
        assertEquals(before.renamed(target), story.job().files().getFirst());
        assertEquals(STATE, story.state());
        story.after(finished(1, 0));
        assertEquals(List.of(), story.events(new TransferReport.Redirected(1, 0, "https://late.example/0.bin")));
    }

    @Test
    void finishes_no_file_twice() {
        story.after(finished(1, 0));
        assertEquals(List.of(), story.events(finished(1, 0)));
    }

    @Test
    void ignores_old_words_about_a_finished_file() {
        story.after(finished(1, 0));
        for (TransferReport old : List.of(opened(1, 0), held(1, 0, 500), restarted(1, 0)))
            assertEquals(List.of(), story.events(old));
    }

    @Test
    void holds_what_is_on_disk() {
        story.after(held(1, 0, 300), held(1, 0, 700));
        assertEquals(700, story.job().progress().bytesTransferred());
        assertEquals(1, story.job().files().getFirst().heldBy());
    }

    @Test
    void loses_nothing_by_a_checkpoint_that_is_doubled_or_late() {
        story.after(held(1, 0, 700));
        assertEquals(List.of(), story.events(held(1, 0, 700)));
        assertEquals(List.of(), story.events(held(1, 0, 300)));
    }

    @Test
    void believes_a_new_run_that_finds_less_on_disk() {
        story.after(held(1, 0, 700)).ended(QueuedReason.SLICE_ENDED).granted().after(opened(2, 0), held(2, 0, 650));
        assertEquals(650, story.job().files().getFirst().bytesHeld());
        assertEquals(2, story.job().files().getFirst().heldBy());
    }

    @Test
    void starts_a_file_at_0_when_the_remote_file_has_changed() {
        RemoteVersion newer = new RemoteVersion("\"v2\"", null, 2000L);
        story.after(
                held(1, 0, 700),
                restarted(1, 0),
                new TransferReport.FileOpened(1, 0, newer, 2000L, true),
                held(1, 0, 5));
        JobFile file = story.job().files().getFirst();
        assertEquals(STATE, story.state());
        assertEquals(newer, file.version());
        assertEquals(5, file.bytesHeld());
        assertEquals(2000L, file.bytesTotal());
    }

    @Test
    void learns_nothing_from_the_same_answer_twice() {
        assertEquals(List.of(), story.events(opened(1, 0)));
    }

    @Test
    void stops_the_no_progress_clock_with_the_first_byte() {
        Story retry = in(StateName.TRANSIENT_ERROR).retried().after(opened(2, 0));
        assertEquals(List.of(), retry.events(arrived(2, 0, 0)));
        assertEquals(List.of(new JobEvent.ProgressMade()), retry.events(arrived(2, 0, 1)));
        assertNull(retry.after(arrived(2, 0, 1)).job().stalledSince());
        assertEquals(List.of(), retry.events(arrived(2, 0, 2)));
    }

    @Test
    void takes_no_byte_for_progress_that_it_had_before() {
        Story retry = story.after(held(1, 0, 500)).stalled().retried().after(opened(2, 0));
        assertEquals(List.of(), retry.events(arrived(2, 0, 500)));
        assertEquals(List.of(new JobEvent.ProgressMade()), retry.events(arrived(2, 0, 501)));
    }

    @Test
    void stops_the_no_progress_clock_with_a_checkpoint_too() {
        Story retry = in(StateName.TRANSIENT_ERROR).retried().after(opened(2, 0), held(2, 0, 1));
        assertNull(retry.job().stalledSince());
    }

    @Test
    void starts_the_inactivity_timeout_afresh_with_progress() {
        story.later(Duration.ofSeconds(100)).after(held(1, 0, 300));
        assertEquals(story.now(), story.job().times().activity());
        assertEquals(story.now(), story.job().times().modification());
    }

    @Test
    void has_no_error() {
        assertNull(story.job().error());
    }

    @Test
    void counts_only_time_in_connecting_and_transferring_against_its_maximum() {
        Story hurried = job(timed(null, null, Duration.ofSeconds(60), null), 2).to(STATE);
        hurried.later(Duration.ofSeconds(40)).ended(QueuedReason.SLICE_ENDED).later(Duration.ofDays(1));
        hurried.granted().after(opened(2, 0));
        assertEquals(Optional.of(hurried.now().plusSeconds(20)), hurried.job().wakeAt());
    }

    @Test
    void counts_time_over_a_renewal() {
        Story hurried = job(timed(null, null, Duration.ofSeconds(310), null), 2).to(STATE);
        hurried.later(SLICE).renewed();
        assertEquals(Optional.of(START.plusSeconds(310)), hurried.job().wakeAt());
    }

    @Test
    void has_its_whole_maximum_again_after_resume() {
        Story hurried = job(timed(null, null, Duration.ofSeconds(60), null), 2).to(STATE);
        hurried.at(START.plusSeconds(60)).after(WAKE, RESUME).granted();
        assertEquals(Optional.of(START.plusSeconds(120)), hurried.job().wakeAt());
    }

    @Test
    void stays_when_resumed() {
        assertEquals(List.of(), story.events(RESUME));
    }

    @Test
    void is_suspended() {
        assertEquals(StateName.SUSPENDED, story.after(SUSPEND).state());
    }

    @ParameterizedTest
    @EnumSource(
            value = QueuedReason.class,
            names = {"SLICE_ENDED", "PREEMPTED", "OWNER_LOGGED_OFF"})
    void is_queued_when_its_slice_is_ended(QueuedReason reason) {
        assertEquals(List.of(new JobEvent.JobQueued(reason)), story.events(new SchedulerCommand.EndSlice(1, reason)));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 2})
    void goes_on_when_another_slice_is_ended(long slice) {
        assertEquals(List.of(), story.events(new SchedulerCommand.EndSlice(slice, QueuedReason.SLICE_ENDED)));
    }

    @Test
    void never_runs_twice() {
        assertEquals(
                List.of(), story.events(new SchedulerCommand.GrantSlice(2, START.plus(SLICE), Duration.ZERO, NODE)));
    }

    @Test
    void goes_on_in_a_renewed_slice_with_the_same_run() {
        story.later(SLICE).renewed();
        assertEquals(2, story.job().lastSlice());
        assertEquals(1, story.job().lastRun());
        assertEquals(List.of(), story.events(new SchedulerCommand.EndSlice(1, QueuedReason.SLICE_ENDED)));
        assertEquals(StateName.QUEUED, story.ended(QueuedReason.SLICE_ENDED).state());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 3})
    void takes_no_renewal_but_the_next(long slice) {
        assertEquals(List.of(), story.events(new SchedulerCommand.RenewSlice(slice, START.plus(SLICE))));
    }

    /** Whether it was down for a minute or for a week makes no difference. */
    @Test
    void counts_no_time_in_which_its_node_was_down() {
        Story hurried = job(timed(null, null, Duration.ofSeconds(45), null), 2).to(STATE);
        hurried.later(Duration.ofSeconds(6)).after(held(1, 0, 250));
        hurried.later(Duration.ofSeconds(53)).after(RESTARTED).granted().after(opened(2, 0));
        assertEquals(Duration.ofSeconds(6), hurried.job().activeTime());
        assertEquals(Optional.of(hurried.now().plusSeconds(39)), hurried.job().wakeAt());
    }

    @Test
    void says_when_it_was_last_heard_of_where_its_run_is_lost() {
        Instant last = story.later(Duration.ofSeconds(6)).after(held(1, 0, 250)).now();
        assertEquals(
                List.of(new JobEvent.JobQueued(QueuedReason.RESTARTED, null, last)),
                story.later(Duration.ofDays(1)).events(RESTARTED));
    }

    @Test
    void counts_the_time_until_its_run_is_broken_off() {
        story.later(Duration.ofSeconds(6)).after(held(1, 0, 250));
        story.later(Duration.ofSeconds(4)).after(BROKEN_OFF);
        assertEquals(QueuedReason.RESTARTED, story.state(Queued.class).reason());
        assertEquals(Duration.ofSeconds(10), story.job().activeTime());
    }

    @Test
    void counts_the_whole_time_where_an_old_history_does_not_say_when_it_was_last_heard_of() {
        story.later(Duration.ofSeconds(60));
        Recorded old = new Recorded(
                new JobEvent.JobQueued(QueuedReason.RESTARTED),
                story.now(),
                Recorded.Cause.RESTART,
                Recorded.SYSTEM,
                null);
        assertEquals(Duration.ofSeconds(60), story.job().evolve(old).activeTime());
    }

    @Test
    void is_queued_by_a_restart_and_keeps_what_it_holds() {
        story.after(held(1, 0, 250), RESTARTED);
        assertEquals(QueuedReason.RESTARTED, story.state(Queued.class).reason());
        assertEquals(250, story.job().files().getFirst().bytesHeld());
    }

    @Test
    void returns_to_the_queue_when_its_scheduler_is_not_heard_of() {
        Instant overdue = START.plus(SLICE).plusSeconds(5);
        assertEquals(Optional.of(overdue), story.job().wakeAt());
        assertEquals(List.of(), story.at(overdue.minusMillis(1)).events(WAKE));
        assertEquals(
                List.of(new JobEvent.JobQueued(QueuedReason.SLICE_ENDED)),
                story.at(overdue).events(WAKE));
    }

    @Test
    void is_queued_when_its_run_has_done_what_it_could() {
        assertEquals(
                List.of(new JobEvent.JobQueued(QueuedReason.SLICE_ENDED)), story.events(new TransferReport.RunDone(1)));
    }

    @Test
    void waits_for_a_host_that_is_busy() {
        story.after(new TransferReport.HostBusy(1, "files.example:80"));
        assertEquals("files.example:80", story.state(Queued.class).busyHost());
        assertEquals(QueuedReason.HOST_BUSY, story.state(Queued.class).reason());
    }

    @Test
    void goes_to_transient_error_after_an_error_that_may_heal() {
        story.later(Duration.ofSeconds(7)).stalled();
        assertEquals(StateName.TRANSIENT_ERROR, story.state());
        assertEquals(1, story.job().errorCount());
        assertEquals(story.now(), story.job().stalledSince());
    }

    @Test
    void goes_to_error_after_a_fatal_one() {
        story.after(failed(1, new HttpError(404), true, START));
        assertEquals(
                error(new HttpError(404), START), story.state(FatalError.class).error());
        assertEquals(1, story.job().errorCount());
        assertNull(story.job().stalledSince());
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "0, 600", "601, 600"})
    void goes_to_error_at_once_where_no_retry_is_allowed(int retryDelay, int noProgress) {
        Story strict = job(timed(Duration.ofSeconds(retryDelay), Duration.ofSeconds(noProgress), null, null), 2);
        strict.to(STATE).stalled();
        boolean retries = retryDelay <= noProgress && noProgress > 0;
        assertEquals(retries ? StateName.TRANSIENT_ERROR : StateName.ERROR, strict.state());
        assertEquals(
                BitsError.ERROR_WINHTTP_CONNECTION_ERROR, strict.job().error().code()); // the original
    }

    @ParameterizedTest
    @EnumSource(
            value = BitsError.class,
            names = {"BG_E_DESTINATION_LOCKED", "BG_E_NETWORK_DISCONNECTED", "BG_E_BLOCKED_BY_POLICY"})
    void does_not_count_what_is_no_failure_of_its_own(BitsError code) {
        story.after(failed(1, code, false, START));
        assertEquals(StateName.TRANSIENT_ERROR, story.state());
        assertEquals(0, story.job().errorCount());
    }

    @Test
    void hears_nothing_of_an_older_run() {
        Story second = story.ended(QueuedReason.SLICE_ENDED).granted().after(opened(2, 0));
        for (TransferReport straggler : List.of(
                opened(1, 0),
                arrived(1, 0, 10),
                held(1, 0, 10),
                restarted(1, 0),
                finished(1, 0),
                failed(1, new HttpError(404), true, START),
                new TransferReport.HostBusy(1, "files.example:80"),
                new TransferReport.RunDone(1))) assertEquals(List.of(), second.events(straggler));
    }

    @Test
    void fails_when_its_maximum_download_time_is_used_up() {
        Story hurried = job(timed(null, null, Duration.ofSeconds(60), null), 2).to(STATE);
        assertEquals(Optional.of(START.plusSeconds(60)), hurried.job().wakeAt());
        assertEquals(List.of(), hurried.at(START.plusMillis(59_999)).events(WAKE));
        hurried.at(START.plusSeconds(60)).after(WAKE);
        assertEquals(
                BitsError.BG_E_MAXDOWNLOAD_TIMEOUT,
                hurried.state(FatalError.class).error().code());
        assertEquals(1, hurried.job().errorCount());
    }

    @Test
    void is_cancelled_by_the_inactivity_timeout() {
        Story idle = job(timed(null, null, null, Duration.ofSeconds(30)), 2).to(STATE);
        assertEquals(Optional.of(START.plusSeconds(30)), idle.job().wakeAt());
        assertEquals(
                StateName.CANCELLED, idle.at(START.plusSeconds(30)).after(WAKE).state());
    }

    @Test
    void is_not_inactive_while_its_bytes_come_though_none_is_on_disk() {
        Story story = job(timed(null, null, null, Duration.ofSeconds(3)), 2).to(STATE);
        Alarm came = new Alarm.BytesCame(START.plusSeconds(2));
        assertEquals(List.of(), story.at(START.plusSeconds(2)).events(came), "nothing would end it");
        assertEquals(
                List.of(new JobEvent.ProgressMade()),
                story.at(START.plusSeconds(3)).events(came));
        assertEquals(List.of(), story.at(START.plusSeconds(5)).events(came), "they came too long ago");
        story.at(START.plusSeconds(3)).after(came, WAKE);
        assertEquals(STATE, story.state());
        assertEquals(Optional.of(START.plusSeconds(6)), story.job().wakeAt());
        assertEquals(
                StateName.CANCELLED,
                story.at(START.plusSeconds(6)).after(came, WAKE).state());
    }

    @Test
    void leaves_its_slice_when_completed_and_is_acknowledged_once_the_files_have_their_names() {
        story.after(finished(1, 0), COMPLETE);
        assertEquals(StateName.SUSPENDED, story.state());
        story.after(published(0));
        assertEquals(
                BitsError.BG_S_PARTIAL_COMPLETE, story.state(Acknowledged.class).result());
    }

    /** What is told comes after all that the run leaves on disk; where nobody tells, there may be a file of it. */
    @Nested
    class Leaves_files_that_nobody_knows_of {
        private boolean after(Story ended) {
            return Boolean.TRUE.equals(ended.granted().allFinished().job().leftovers());
        }

        @Test
        void where_its_run_is_lost_or_broken_off() {
            assertTrue(after(story.after(RESTARTED)));
            assertTrue(after(in(StateName.CONNECTING).after(RESTARTED)));
            assertTrue(after(in(STATE).after(BROKEN_OFF)));
        }

        @Test
        void where_its_run_was_told_to_stop() {
            assertTrue(after(in(STATE).ended(QueuedReason.SLICE_ENDED)));
            assertTrue(after(in(STATE).after(SUSPEND, RESUME)));
            assertTrue(after(in(STATE).after(new FileCommand.SetRemoteNames(0, List.of("http://b.example/0.bin")))));
        }

        @Test
        void where_the_disk_refused_something_or_the_program_failed() {
            JobError disk = JobError.of(ErrorContext.LOCAL_FILE, BitsError.ERROR_DISK_FULL, 0, START);
            assertTrue(after(story.after(new TransferReport.RunFailed(1, disk, true, null), RESUME)));
            assertTrue(after(in(STATE).brokenOff().after(RESUME)));
        }

        @Test
        void but_not_where_it_has_said_its_last_word() {
            assertFalse(after(story.stalled().after(RESUME)));
            assertFalse(after(in(STATE).after(new TransferReport.HostBusy(1, "files.example:80"))));
            assertFalse(after(in(STATE).after(new TransferReport.RunDone(1))));
            assertNull(in(StateName.TRANSFERRED).job().leftovers());
        }
    }
}
