package io.longhaul.entity;

import static io.longhaul.testkit.JobFixtures.ANNA;
import static io.longhaul.testkit.JobFixtures.ID;
import static io.longhaul.testkit.JobFixtures.createJob;
import static io.longhaul.testkit.JobFixtures.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.longhaul.entity.Queues.Standing;
import io.longhaul.job.BitsError;
import io.longhaul.job.JobEvent;
import io.longhaul.job.JobId;
import io.longhaul.job.Priority;
import io.longhaul.job.Recorded;
import io.longhaul.job.StateName;
import io.longhaul.testkit.FakeQueues;
import io.longhaul.testkit.TestClock;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Creating a job without its actor")
class JobCreationTest {
    private final Map<JobId, List<Recorded>> journal = new HashMap<>();
    private final FakeQueues queues = new FakeQueues();
    private final JobFeed feed = new JobFeed();
    private final List<JobFeed.Notice> seen = new ArrayList<>();
    private final HeardJournal written = new HeardJournal();
    private final JobCreation creation = new JobCreation(this::begin, queues, feed, written, new TestClock());

    private CompletionStage<Boolean> begin(JobId id, List<Recorded> events) {
        return CompletableFuture.completedStage(journal.putIfAbsent(id, events) == null);
    }

    private Optional<JobReply> create(int files, boolean resume) {
        return creation.create(ID, createJob(spec(), files, resume), "anna", "a request")
                .toCompletableFuture()
                .join();
    }

    @Test
    void answers_with_the_job_once_its_beginning_is_in_the_journal() {
        JobReply.Done done =
                assertInstanceOf(JobReply.Done.class, create(2, true).orElseThrow());
        assertEquals(StateName.QUEUED, done.job().job().state().name());
        assertEquals(List.of(0, 2), List.of(done.filesFrom(), done.filesTo()));
        assertEquals(
                List.of(JobEvent.JobCreated.class, JobEvent.JobQueued.class),
                journal.get(ID).stream().map(line -> line.event().getClass()).toList());
        assertEquals("a request", journal.get(ID).getFirst().request());
    }

    @Test
    void tells_the_scheduler_of_a_job_that_wants_a_slice_and_of_no_other() {
        create(1, false);
        assertEquals(List.of(), queues.told());
        journal.clear();
        create(1, true);
        assertEquals(
                List.of(new Standing.Ready(ID, ANNA, Priority.NORMAL, 1, "files.example:80", TestClock.START)),
                queues.told());
    }

    @Test
    void tells_those_who_watch() {
        feed.subscribe(seen::add);
        create(1, true);
        assertEquals(
                List.of(StateName.SUSPENDED, StateName.QUEUED),
                seen.stream().map(notice -> notice.job().state().name()).toList());
    }

    @Test
    void tells_whoever_follows_the_journal() {
        create(1, true);
        assertEquals(List.of(new HeardJournal.Written(0, List.of(1L, 2L))), List.copyOf(written.written()));
    }

    @Test
    void tells_whoever_follows_the_journal_that_it_does_not_take_jobs() {
        JobCreation full = new JobCreation(
                (id, events) -> CompletableFuture.failedStage(new SQLException("No space left on device", "53100")),
                queues,
                feed,
                written,
                new TestClock());
        CompletionException failed = assertThrows(
                CompletionException.class,
                () -> full.create(ID, createJob(spec(), 1, true), "anna", null)
                        .toCompletableFuture()
                        .join());
        assertInstanceOf(SQLException.class, failed.getCause());
        assertEquals(1, written.refusals());
    }

    @Test
    void says_nothing_of_the_journal_where_too_many_jobs_wait_for_it() {
        JobCreation busy = new JobCreation(
                (id, events) -> CompletableFuture.failedStage(new RejectedExecutionException("Too many new jobs wait")),
                queues,
                feed,
                written,
                new TestClock());
        assertThrows(
                CompletionException.class,
                () -> busy.create(ID, createJob(spec(), 1, true), "anna", null)
                        .toCompletableFuture()
                        .join());
        assertEquals(0, written.refusals());
    }

    @Test
    void refuses_what_makes_no_sense_and_writes_nothing() {
        JobReply.Refused no =
                assertInstanceOf(JobReply.Refused.class, create(0, true).orElseThrow());
        assertEquals(BitsError.BG_E_EMPTY, no.code());
        assertEquals(Map.of(), journal);
    }

    @Test
    void leaves_it_to_the_actor_where_the_job_exists_and_tells_nobody() {
        journal.put(ID, List.of());
        feed.subscribe(seen::add);
        assertEquals(Optional.empty(), create(1, true));
        assertEquals(List.of(), queues.told());
        assertEquals(List.of(), seen);
        assertEquals(List.of(), List.copyOf(written.written()));
    }
}
