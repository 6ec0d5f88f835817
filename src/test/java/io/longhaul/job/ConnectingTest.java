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
import static org.junit.jupiter.api.Assertions.assertNull;

import io.longhaul.testkit.JobFixtures.Story;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A job in BG_JOB_STATE_CONNECTING")
class ConnectingTest {
    private static final StateName STATE = StateName.CONNECTING;

    private final Story story = in(STATE);

    @Test
    void transfers_once_a_server_has_answered() {
        assertEquals(
                List.of(new JobEvent.JobConnected(), new JobEvent.FileOpened(0, VERSION, 1000L, true, null, null)),
                story.events(opened(1, 0)));
        assertEquals(StateName.TRANSFERRING, story.after(opened(1, 0)).state());
    }

    @Test
    void transfers_when_a_small_file_is_finished_before_anything_else_is_heard() {
        assertEquals(StateName.TRANSFERRING, story.after(finished(1, 0)).state());
    }

    @Test
    void is_transferred_when_its_only_file_is_finished_at_once() {
        Story small = job(1).to(STATE);
        assertEquals(
                List.of(
                        new JobEvent.JobConnected(),
                        new JobEvent.FileTransferred(0, VERSION, 1000, true, 1, null),
                        new JobEvent.JobTransferred(false)),
                small.events(finished(1, 0)));
        assertEquals(StateName.TRANSFERRED, small.after(finished(1, 0)).state());
    }

    @Test
    void transfers_though_it_learns_nothing_new_of_the_file() {
        Story again = in(StateName.TRANSFERRING).ended(QueuedReason.SLICE_ENDED).granted();
        assertEquals(List.of(new JobEvent.JobConnected()), again.events(opened(2, 0)));
    }

    @Test
    void does_not_count_bytes_before_the_file_is_opened() {
        assertEquals(List.of(), story.events(arrived(1, 0, 10)));
    }

    @Test
    void keeps_the_error_readable_when_its_slice_ends_before_it_transfers() {
        Story retry = in(StateName.TRANSIENT_ERROR).retried();
        JobError error = retry.job().error();
        assertEquals(error, retry.ended(QueuedReason.PREEMPTED).job().error());
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

    @Test
    void counts_no_time_where_its_run_is_lost_before_anything_was_heard_of_it() {
        story.later(Duration.ofDays(1)).after(RESTARTED);
        assertEquals(Duration.ZERO, story.job().activeTime());
        story.granted().later(Duration.ofSeconds(7)).after(BROKEN_OFF);
        assertEquals(Duration.ofSeconds(7), story.job().activeTime());
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
        Story second = story.ended(QueuedReason.SLICE_ENDED).granted();
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
    void leaves_its_slice_when_completed_and_is_acknowledged_once_the_files_have_their_names() {
        story.after(finished(1, 0), COMPLETE);
        assertEquals(StateName.SUSPENDED, story.state());
        story.after(published(0));
        assertEquals(
                BitsError.BG_S_PARTIAL_COMPLETE, story.state(Acknowledged.class).result());
    }
}
