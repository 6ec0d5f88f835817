package io.longhaul.entity;

import static io.longhaul.testkit.JobFixtures.ANNA;
import static io.longhaul.testkit.JobFixtures.BROKEN_OFF;
import static io.longhaul.testkit.JobFixtures.CANCEL;
import static io.longhaul.testkit.JobFixtures.COMPLETE;
import static io.longhaul.testkit.JobFixtures.ID;
import static io.longhaul.testkit.JobFixtures.INACTIVITY;
import static io.longhaul.testkit.JobFixtures.NODE;
import static io.longhaul.testkit.JobFixtures.RESTARTED;
import static io.longhaul.testkit.JobFixtures.RESUME;
import static io.longhaul.testkit.JobFixtures.SLICE;
import static io.longhaul.testkit.JobFixtures.START;
import static io.longhaul.testkit.JobFixtures.SUSPEND;
import static io.longhaul.testkit.JobFixtures.WAKE;
import static io.longhaul.testkit.JobFixtures.addFile;
import static io.longhaul.testkit.JobFixtures.createJob;
import static io.longhaul.testkit.JobFixtures.due;
import static io.longhaul.testkit.JobFixtures.failed;
import static io.longhaul.testkit.JobFixtures.finished;
import static io.longhaul.testkit.JobFixtures.in;
import static io.longhaul.testkit.JobFixtures.job;
import static io.longhaul.testkit.JobFixtures.published;
import static io.longhaul.testkit.JobFixtures.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.JobDecisions.Outcome;
import io.longhaul.job.AnsweredRequest;
import io.longhaul.job.BitsError;
import io.longhaul.job.FileCommand;
import io.longhaul.job.Job;
import io.longhaul.job.JobCommand;
import io.longhaul.job.JobEvent;
import io.longhaul.job.OwnerCommand;
import io.longhaul.job.QueuedReason;
import io.longhaul.job.Recorded;
import io.longhaul.job.Recorded.Cause;
import io.longhaul.job.SchedulerCommand;
import io.longhaul.job.StateName;
import io.longhaul.job.StoreReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a command leads to")
class JobDecisionsTest {
    private static List<Step> asked(Job job, OwnerCommand command, String request) {
        return assertInstanceOf(
                        Outcome.Steps.class, JobDecisions.decide(job, ID, command, "carl", request, START, false))
                .steps();
    }

    private static Recorded only(List<Step> steps) {
        assertEquals(1, steps.size());
        return steps.getFirst().recorded();
    }

    private static Recorded told(Job job, JobCommand command, Instant at) {
        return only(JobDecisions.tell(job, List.of(command), at, false));
    }

    @Test
    void of_an_owner_says_who_called_and_with_which_request() {
        assertEquals(
                new Recorded(new JobEvent.JobQueued(QueuedReason.RESUMED), START, Cause.OWNER, "carl", "r-1"),
                only(asked(job(1).job(), RESUME, "r-1")));
    }

    @Test
    void of_create_is_a_job_that_remembers_the_request_and_its_files() {
        List<Step> steps = asked(null, createJob(spec(), 3, true), "r-1");
        assertEquals(2, steps.size());
        Job born = steps.getLast().after();
        assertEquals(StateName.QUEUED, born.state().name());
        assertEquals(List.of(new AnsweredRequest("r-1", 0, 3)), born.requests());
        assertEquals(2, born.sequence());
    }

    @Test
    void of_add_files_is_remembered_with_the_files_it_added() {
        Job job = asked(job(2).job(), addFile(), "r-2").getLast().after();
        assertEquals(new AnsweredRequest("r-2", 2, 3), job.answered("r-2").orElseThrow());
        assertEquals(List.of(), asked(in(StateName.QUEUED).job(), RESUME, "r-3"));
    }

    @Test
    void is_remembered_for_the_last_sixteen_requests() {
        Job job = job(0).job();
        for (int i = 0; i < 20; i++)
            job = asked(job, addFile(), "r-" + i).getLast().after();
        assertEquals(16, job.requests().size());
        assertEquals("r-4", job.requests().getFirst().key());
    }

    @Test
    void is_a_refusal_where_the_job_refuses() {
        Outcome outcome = JobDecisions.decide(job(0).job(), ID, RESUME, "carl", null, START, false);
        assertEquals(new Outcome.Refused(BitsError.BG_E_EMPTY, BitsError.BG_E_EMPTY.text()), outcome);
    }

    /** It has come from a node whose clock is ahead of this one's. */
    @Test
    void has_no_time_before_that_of_the_last_event() {
        Job job = in(StateName.TRANSFERRING).job();
        Instant now = START.minusSeconds(1);
        List<Step> steps = JobDecisions.tell(
                job, List.of(failed(1, BitsError.ERROR_WINHTTP_CONNECTION_ERROR, false, now)), now, false);
        assertEquals(START, only(steps).at());
        assertEquals(START, steps.getLast().after().times().modification());
        JobEvent.JobStalled stalled =
                assertInstanceOf(JobEvent.JobStalled.class, only(steps).event());
        assertEquals(now, stalled.error().at());
        JobEvent.JobStalled later = assertInstanceOf(
                JobEvent.JobStalled.class,
                told(job, failed(1, BitsError.ERROR_WINHTTP_CONNECTION_ERROR, false, START), START)
                        .event());
        assertEquals(later.retryAt().minusSeconds(1), stalled.retryAt(), "by the clock that is here");
        List<Step> suspended = assertInstanceOf(
                        Outcome.Steps.class, JobDecisions.decide(job, ID, SUSPEND, "carl", null, now, false))
                .steps();
        assertEquals(START, only(suspended).at());
    }

    @Test
    void has_its_own_time_where_the_clock_of_the_last_event_was_wrong() {
        Instant now = START.minus(Duration.ofDays(365));
        assertEquals(
                now, told(in(StateName.TRANSFERRING).job(), finished(1, 0), now).at());
    }

    @Test
    void of_the_scheduler_a_run_and_the_time_is_the_systems_word() {
        assertEquals(
                new Recorded(
                        new JobEvent.SliceGranted(1, START.plus(SLICE), Duration.ZERO, NODE),
                        START,
                        Cause.SCHEDULER,
                        Recorded.SYSTEM,
                        null),
                told(
                        in(StateName.QUEUED).job(),
                        new SchedulerCommand.GrantSlice(1, START.plus(SLICE), Duration.ZERO, NODE),
                        START));
        assertEquals(
                Cause.TRANSFER,
                told(in(StateName.TRANSFERRING).job(), finished(1, 0), START).cause());
        Job stalled = in(StateName.TRANSIENT_ERROR).job();
        assertEquals(
                Cause.TIMER, told(stalled, WAKE, stalled.wakeAt().orElseThrow()).cause());
        assertEquals(
                Cause.TIMER,
                told(
                                in(StateName.QUEUED).after(due(START)).job(),
                                new SchedulerCommand.GrantSlice(1, START.plus(SLICE), Duration.ZERO, NODE),
                                START)
                        .cause());
        assertEquals(
                Cause.RESTART,
                told(in(StateName.CONNECTING).job(), RESTARTED, START).cause());
        assertEquals(
                Cause.RESTART,
                told(in(StateName.CONNECTING).job(), BROKEN_OFF, START).cause());
    }

    @Test
    void of_the_inactivity_timeout_is_the_policys() {
        Instant idle = START.plus(INACTIVITY);
        assertEquals(
                Cause.POLICY, told(in(StateName.SUSPENDED).job(), WAKE, idle).cause());
        assertEquals(
                Cause.POLICY, told(in(StateName.QUEUED).job(), RESTARTED, idle).cause());
    }

    @Test
    void of_complete_is_in_the_name_of_its_caller_to_the_end() {
        Job completing = in(StateName.TRANSFERRED).after(COMPLETE).job();
        Recorded acknowledged = told(completing, published(0, 1), START);
        assertEquals(ANNA.name(), acknowledged.by());
        assertEquals(Cause.OWNER, acknowledged.cause());
    }

    @Test
    void of_cancel_ends_with_the_cleaning_up() {
        Job cancelled = in(StateName.TRANSFERRED).after(CANCEL).job();
        assertEquals(
                new JobEvent.JobCleanedUp(true),
                told(cancelled, new StoreReport.Discarded(true), START).event());
    }

    @Test
    void of_cancel_is_in_the_name_of_its_caller_to_the_end() {
        Recorded cleaned = told(in(StateName.TRANSFERRED).after(CANCEL).job(), new StoreReport.Discarded(true), START);
        assertEquals(ANNA.name(), cleaned.by());
        assertEquals(Cause.OWNER, cleaned.cause());
    }

    @Test
    void of_the_inactivity_timeout_is_the_policys_to_the_end() {
        Job idle = in(StateName.SUSPENDED).job();
        Job cancelled = JobDecisions.tell(idle, List.of(WAKE), START.plus(INACTIVITY), false)
                .getLast()
                .after();
        Recorded cleaned = told(cancelled, new StoreReport.Discarded(true), START.plus(INACTIVITY));
        assertEquals(new JobEvent.JobCleanedUp(true), cleaned.event());
        assertEquals(Cause.POLICY, cleaned.cause());
        assertEquals(Recorded.SYSTEM, cleaned.by());
    }

    @Test
    void of_an_owner_comes_after_the_restart_of_a_job_whose_run_is_lost() {
        Instant later = START.plusSeconds(60);
        Outcome outcome =
                JobDecisions.decide(in(StateName.TRANSFERRING).job(), ID, addFile(), "carl", "r-1", later, true);
        List<Step> steps = assertInstanceOf(Outcome.Steps.class, outcome).steps();
        assertEquals(2, steps.size());
        assertEquals(
                new Recorded(
                        new JobEvent.JobQueued(QueuedReason.RESTARTED, null, START),
                        later,
                        Cause.RESTART,
                        Recorded.SYSTEM,
                        null),
                steps.getFirst().recorded());
        assertEquals("carl", steps.getLast().recorded().by());
        assertEquals(Duration.ZERO, steps.getLast().after().activeTime());
        assertEquals(
                new AnsweredRequest("r-1", 2, 3),
                steps.getLast().after().answered("r-1").orElseThrow());
    }

    @Test
    void of_an_owner_changed_nothing_though_the_restart_did() {
        OwnerCommand none = new FileCommand.ReplaceRemotePrefix("http://nobody.example/", "http://else.example/");
        Outcome outcome = JobDecisions.decide(in(StateName.TRANSFERRING).job(), ID, none, "carl", null, START, true);
        List<Step> steps = assertInstanceOf(Outcome.Steps.class, outcome).steps();
        assertEquals(1, steps.size());
        assertTrue(JobDecisions.changedNothing(none, steps));
    }

    @Test
    void on_a_job_whose_run_is_lost_comes_after_its_restart() {
        List<Step> steps = JobDecisions.tell(in(StateName.TRANSFERRING).job(), List.of(WAKE), START, true);
        assertEquals(
                new JobEvent.JobQueued(QueuedReason.RESTARTED, null, START),
                only(steps).event());
        assertEquals(
                1,
                JobDecisions.tell(in(StateName.TRANSFERRING).job(), List.of(RESTARTED), START, true)
                        .size());
    }

    @Test
    void is_decided_by_the_job_as_the_command_before_left_it() {
        List<Step> steps = JobDecisions.tell(
                in(StateName.TRANSFERRING).job(),
                List.of(finished(1, 0), finished(1, 1), finished(1, 1)),
                START,
                false);
        assertEquals(3, steps.size());
        assertEquals(StateName.TRANSFERRED, steps.getLast().after().state().name());
    }
}
