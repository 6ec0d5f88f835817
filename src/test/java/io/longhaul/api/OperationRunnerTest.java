package io.longhaul.api;

import static io.longhaul.testkit.JobFixtures.createJob;
import static io.longhaul.testkit.JobFixtures.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.stream.Materializer;
import io.longhaul.entity.JobFeed;
import io.longhaul.entity.JobFilter;
import io.longhaul.entity.Operations.Operation;
import io.longhaul.entity.Operations.Refusal;
import io.longhaul.entity.Operations.Verb;
import io.longhaul.job.Cancelled;
import io.longhaul.job.JobId;
import io.longhaul.testkit.FakeCatalogue;
import io.longhaul.testkit.FakeJobs;
import io.longhaul.testkit.FakeOperations;
import io.longhaul.testkit.TestClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Whoever carries out a verb on many jobs")
class OperationRunnerTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final int PAGE = 500;

    private final TestClock clock = new TestClock();
    private final FakeJobs jobs = new FakeJobs(clock, new JobFeed());
    private final FakeCatalogue catalogue =
            new FakeCatalogue(jobs, (filter, job) -> !(job.state() instanceof Cancelled));
    private final FakeOperations operations = new FakeOperations();
    private final OperationRunner runner = new OperationRunner(
            jobs,
            catalogue,
            operations,
            ApiSettings.of("127.0.0.1", 0, Duration.ofSeconds(10), 1000, 1000, ApiFixture.DEFAULTS),
            Duration.ofMillis(1));

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private void create(int number) {
        for (int i = 0; i < number; i++)
            jobs.ask(Idempotency.newId(), createJob(spec(), 1, false), "anna", null)
                    .toCompletableFuture()
                    .join();
        clock.advance(Duration.ofSeconds(1));
    }

    private Operation carryOutCancel() throws Exception {
        return carryOut(begin());
    }

    private Operation begin() {
        Operation cancel =
                Operation.begun(Idempotency.newId().value(), Verb.CANCEL, JobFilter.ALL, "anna", clock.instant());
        runner.begin(cancel).toCompletableFuture().join();
        return cancel;
    }

    private Operation carryOut(Operation cancel) throws Exception {
        runner.carryOut(cancel.id(), Materializer.createMaterializer(KIT.system()))
                .toCompletableFuture()
                .get(1, TimeUnit.MINUTES);
        return operations.find(cancel.id()).toCompletableFuture().join().orElseThrow();
    }

    @Test
    void is_done_where_nothing_matches() throws Exception {
        Operation done = carryOutCancel();
        assertEquals(List.of(0L, true), List.of(done.matched(), done.done()));
    }

    @Test
    void is_done_after_the_last_page_though_that_is_a_full_one() throws Exception {
        create(2 * PAGE);
        Operation done = carryOutCancel();
        assertEquals(List.of(2L * PAGE, 2L * PAGE, true), List.of(done.matched(), done.applied(), done.done()));
    }

    @Test
    void asks_the_next_page_while_one_of_the_last_page_has_not_answered() throws Exception {
        create(2 * PAGE + 1);
        int before = jobs.asked();
        jobs.holdUntilTheNext(before + PAGE);
        assertEquals(2L * PAGE + 1, carryOutCancel().applied());
        assertEquals(2 * PAGE + 1, jobs.asked() - before);
    }

    private JobId one() {
        return jobs.all().stream()
                .skip(jobs.all().size() / 2)
                .findFirst()
                .orElseThrow()
                .id();
    }

    private static void assertCounts(long applied, List<Refusal> refusals, Operation done) {
        assertEquals(
                List.of(applied + refusals.size(), applied, (long) refusals.size(), refusals),
                List.of(done.matched(), done.applied(), done.refused(), done.refusals()));
        assertEquals(List.of(), done.asking());
    }

    @Test
    void holds_no_job_up_because_another_one_never_answers() throws Exception {
        create(3 * PAGE);
        JobId silent = one();
        jobs.silence(silent, Integer.MAX_VALUE);
        assertCounts(3 * PAGE - 1, List.of(new Refusal(silent, "ERROR_SERVICE_UNAVAILABLE")), carryOutCancel());
    }

    @Test
    void asks_a_job_again_that_did_not_answer_in_time() throws Exception {
        create(PAGE);
        jobs.silence(one(), 2);
        assertCounts(PAGE, List.of(), carryOutCancel());
    }

    @Test
    void puts_nobody_down_as_silent_while_nothing_can_be_stored() throws Exception {
        create(1);
        jobs.silence(one(), 2);
        operations.failAfter(1); // as it is asked for the second time
        assertCounts(1, List.of(), carryOutCancel());
    }

    /** Each node has a clock of its own, and a job has the time of another one than the call. */
    @Test
    void means_the_jobs_that_were_there_whatever_their_clocks_said() throws Exception {
        create(2 * PAGE + 1);
        clock.advance(Duration.ofHours(-2));
        assertCounts(2 * PAGE + 1, List.of(), carryOutCancel());
    }

    @Test
    void leaves_alone_what_began_after_the_call_whatever_its_clock_says() throws Exception {
        create(PAGE);
        Operation cancel = begin();
        clock.advance(Duration.ofHours(-2));
        create(2 * PAGE);
        assertCounts(PAGE, List.of(), carryOut(cancel));
    }

    /** Those that it has changed match no longer. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void counts_every_job_once_though_it_broke_off(int saves) throws Exception {
        create(2 * PAGE + 1);
        operations.failAfter(saves);
        assertCounts(2 * PAGE + 1, List.of(), carryOutCancel());
    }
}
