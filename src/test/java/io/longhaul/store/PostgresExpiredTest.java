package io.longhaul.store;

import static io.longhaul.store.Stages.await;
import static io.longhaul.testkit.Histories.BEGIN;
import static io.longhaul.testkit.Histories.at;
import static io.longhaul.testkit.Histories.created;
import static io.longhaul.testkit.Histories.fold;
import static io.longhaul.testkit.Histories.id;
import static io.longhaul.testkit.Histories.life;
import static io.longhaul.testkit.Histories.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.Expired;
import io.longhaul.entity.JobFilter;
import io.longhaul.entity.Operations.Operation;
import io.longhaul.entity.Operations.Verb;
import io.longhaul.job.Job;
import io.longhaul.job.JobEvent;
import io.longhaul.job.JobId;
import io.longhaul.job.JobSpec;
import io.longhaul.job.Priority;
import io.longhaul.job.Recorded;
import io.longhaul.testkit.JobDatabase;
import io.longhaul.testkit.TestJournal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What is over")
class PostgresExpiredTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** When a {@link io.longhaul.testkit.Histories#life} that begins at BEGIN is final. */
    private static final Instant FINAL = BEGIN.plusSeconds(5);

    private static final Instant FAR = BEGIN.plus(Duration.ofDays(10_000));

    private final JobDatabase database = JobDatabase.create();
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final TestJournal journal = new TestJournal(database.dataSource(), new JobSerializer());
    private final PostgresExpired expired = new PostgresExpired(database.dataSource(), executor, TIMEOUT);
    private final PostgresRequests requests = new PostgresRequests(database.dataSource(), executor, TIMEOUT);
    private final PostgresOperations operations = new PostgresOperations(database.dataSource(), executor, TIMEOUT);
    private final JobProjection projection = new JobProjection(database.dataSource(), Clock.systemUTC(), () -> {}, 100);

    @AfterEach
    void close() {
        projection.close();
        executor.close();
        database.close();
    }

    private static JobSpec labelled() {
        return spec("alice", "default", Priority.NORMAL, "maps", Map.of("fleet", "eu-1"));
    }

    private void lives(long job, Instant begin) {
        journal.write(id(job), life(labelled(), begin));
    }

    private void awaitIndex() throws InterruptedException {
        long last = Long.parseLong(database.query("SELECT coalesce(max(ordering), 0) FROM event_journal"));
        assertTrue(projection.awaitOffset(last, Duration.ofSeconds(20)));
    }

    private int count(String table) {
        return Integer.parseInt(database.query("SELECT count(*) FROM " + table));
    }

    private Expired.Jobs removeJobs(Instant finalUntil, int most) {
        return await(expired.removeJobs(null, finalUntil, most));
    }

    /** The index says the same as one that is made anew from the journal. */
    private void assertIndexIsRight() throws Exception {
        projection.close();
        String live = fingerprint();
        new IndexRebuild(database.dataSource()).run(line -> {});
        assertEquals(live, fingerprint());
    }

    private String fingerprint() {
        return database.query("SELECT string_agg(job::text, '|' ORDER BY id) FROM job")
                + database.query("SELECT string_agg(t::text, '|' ORDER BY term, id) FROM job_term AS t")
                + database.query("SELECT string_agg(c::text, '|' ORDER BY c) FROM job_count AS c");
    }

    @Test
    void goes_from_every_table() throws Exception {
        projection.start();
        lives(1, BEGIN);
        await(requests.claim("alice", "create", "p", id(1)));
        await(requests.claim("alice", "complete", "p", id(1)));
        database.execute("INSERT INTO snapshot (persistence_id, sequence_number, created, snapshot_ser_id,"
                + " snapshot_ser_manifest, snapshot_payload) VALUES ('Job|" + id(1) + "', 8, 0, 1, '', '')");
        database.execute("INSERT INTO unreadable_job (id, sequence, problem) VALUES ('" + id(1) + "', 9, '')");
        awaitIndex();
        assertEquals(new Expired.Jobs(1, null), removeJobs(FINAL, 10));
        for (String table :
                List.of("event_journal", "snapshot", "job", "job_term", "job_count", "unreadable_job", "request"))
            assertEquals(0, count(table), table);
        lives(2, BEGIN);
        awaitIndex();
        assertEquals(1, count("job"));
        assertIndexIsRight();
    }

    @Test
    void is_what_has_been_final_for_long_enough_and_nothing_else() throws Exception {
        projection.start();
        lives(1, BEGIN);
        lives(2, BEGIN.plusNanos(1000));
        List<Recorded> alive = life(labelled(), BEGIN);
        for (int events = 1; events < alive.size(); events++) journal.write(id(10 + events), alive.subList(0, events));
        Recorded cancelled = at(BEGIN, new JobEvent.JobCancelled(false));
        journal.write(id(20), alive.getFirst(), cancelled);
        journal.write(id(21), alive.getFirst(), cancelled, at(BEGIN, new JobEvent.JobCleanedUp(true)));
        awaitIndex();
        int before = count("job");
        assertEquals(0, removeJobs(BEGIN.minusNanos(1000), 10).removed());
        assertEquals(1, removeJobs(FINAL.minusNanos(1000), 10).removed(), "21");
        assertEquals(1, removeJobs(FINAL, 10).removed(), "1");
        assertEquals(1, removeJobs(FAR, 10).removed(), "2");
        assertEquals(0, removeJobs(FAR, 10).removed());
        assertEquals(before - 3, count("job"));
        assertIndexIsRight();
    }

    @Test
    void is_known_to_the_database_as_it_is_to_the_job() throws Exception {
        projection.start();
        List<Recorded> history = new ArrayList<>(life(labelled(), BEGIN));
        for (int events = 1; events <= history.size(); events++) agrees(events, history.subList(0, events));
        history.subList(2, history.size()).clear();
        history.add(at(BEGIN.plusSeconds(7), new JobEvent.JobCancelled(true)));
        agrees(20, history);
        history.add(at(BEGIN.plusSeconds(8), new JobEvent.JobCleanedUp(false)));
        agrees(21, history);
    }

    private void agrees(long number, List<Recorded> history) throws InterruptedException {
        journal.write(id(number), history);
        awaitIndex();
        Job job = fold(id(number), history);
        assertEquals(
                job.finalSince().map(since -> since + " " + job.state().name()).orElse(null),
                database.query("SELECT to_char(final_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
                        + " || ' ' || state FROM job WHERE id = '" + id(number) + "'"));
    }

    @Test
    void goes_in_batches_the_longest_final_first() throws Exception {
        projection.start();
        for (int job = 0; job < 5; job++) lives(job, BEGIN.minusSeconds(job));
        awaitIndex();
        Instant second = FINAL.minusSeconds(3);
        assertEquals(new Expired.Jobs(2, second), removeJobs(FAR, 2));
        assertEquals(id(0).toString(), database.query("SELECT id FROM job ORDER BY final_at DESC LIMIT 1"));
        assertEquals(new Expired.Jobs(2, second.plusSeconds(2)), await(expired.removeJobs(second, FAR, 2)));
        assertEquals(new Expired.Jobs(0, null), await(expired.removeJobs(FINAL.plusSeconds(1), FAR, 2)));
        assertEquals(new Expired.Jobs(1, null), removeJobs(FAR, 2));
    }

    @Test
    void goes_in_smaller_batches_where_the_histories_are_long() throws Exception {
        projection.start();
        for (int job = 1; job <= 3; job++) {
            List<Recorded> history = new ArrayList<>();
            history.add(created(BEGIN, labelled(), "https://origin.example/a"));
            for (int i = 0; i < 30; i++) history.add(at(BEGIN, new JobEvent.JobChanged(labelled())));
            history.add(at(BEGIN, new JobEvent.JobCancelled(false)));
            history.add(at(BEGIN, new JobEvent.JobCleanedUp(true)));
            journal.write(id(job), history);
        }
        awaitIndex();
        assertEquals(new Expired.Jobs(1, BEGIN), removeJobs(FAR, 1));
        assertEquals(new Expired.Jobs(1, BEGIN), await(expired.removeJobs(BEGIN, FAR, 2)));
        assertEquals(new Expired.Jobs(1, null), removeJobs(FAR, 2));
    }

    @Test
    void leaves_an_index_that_is_right_while_everything_else_goes_on() throws Exception {
        projection.start();
        for (int job = 0; job < 400; job++) {
            lives(job, BEGIN.plusSeconds(job));
            if (job % 3 == 0)
                journal.write(id(1000 + job), created(BEGIN, labelled(), "https://origin.example/" + job));
            if (job % 10 == 9) removeJobs(BEGIN.plusSeconds(job / 2), 100);
        }
        awaitIndex();
        assertEquals(
                count("job"), Integer.parseInt(database.query("SELECT sum(jobs) FROM job_count WHERE scope = 'all'")));
        assertIndexIsRight();
    }

    @Test
    void holds_nobody_up_who_reads_the_journal_past_a_gap() throws Exception {
        lives(1, BEGIN);
        try (Connection remover = database.dataSource().getConnection()) {
            remover.setAutoCommit(false);
            new Sql.Session(remover, 10).query(row -> true, "SELECT pg_advisory_xact_lock(?)", PostgresExpired.LOCK);
            new Sql.Session(remover, 10).update("DELETE FROM event_journal WHERE ordering = 3");
            database.execute("SELECT nextval('event_journal_ordering_seq')"); // a number that never comes
            lives(2, BEGIN);
            projection.start();
            awaitIndex();
            remover.rollback();
        }
        assertEquals(2, count("job"));
    }

    @Test
    void is_removed_by_one_at_a_time() throws SQLException {
        try (Connection other = database.dataSource().getConnection()) {
            other.setAutoCommit(false);
            new Sql.Session(other, 10).query(row -> true, "SELECT pg_advisory_xact_lock(?)", PostgresExpired.LOCK);
            assertEquals(new Expired.Jobs(0, null), removeJobs(FAR, 10));
            assertEquals(new Expired.Calls(0, null), await(expired.removeCalls(FAR, null, 10)));
            other.rollback();
        }
    }

    @Test
    void are_calls_about_nothing_that_there_is() throws Exception {
        projection.start();
        journal.write(id(1), created(BEGIN, labelled(), "https://origin.example/a"));
        awaitIndex();
        operation(id(2), false);
        for (int call = 1; call <= 4; call++) await(requests.claim("alice", "key" + call, "p", id(call)));
        assertEquals(new Expired.Calls(0, null), await(expired.removeCalls(BEGIN, null, 10)));
        assertEquals(4, count("request"));
        assertEquals(new Expired.Calls(0, id(2)), await(expired.removeCalls(FAR, null, 2)));
        assertEquals(new Expired.Calls(2, id(4)), await(expired.removeCalls(FAR, id(2), 2)));
        assertEquals(new Expired.Calls(0, null), await(expired.removeCalls(FAR, id(4), 2)));
        assertEquals("key1,key2", database.query("SELECT string_agg(key, ',' ORDER BY key) FROM request"));
    }

    @Test
    void are_operations_that_are_done_with_their_calls() {
        operation(id(1), true);
        operation(id(2), false);
        await(requests.claim("alice", "one", "p", id(1)));
        await(requests.claim("alice", "two", "p", id(2)));
        assertEquals(new Expired.Calls(0, null), await(expired.removeCalls(BEGIN, null, 10)));
        assertEquals(new Expired.Calls(2, null), await(expired.removeCalls(FAR, null, 10)));
        assertEquals(id(2).toString(), database.query("SELECT id FROM operation"));
        assertEquals("two", database.query("SELECT key FROM request"));
    }

    private void operation(JobId id, boolean done) {
        Operation operation = new Operation(
                id.value(),
                Verb.CANCEL,
                JobFilter.ALL,
                "alice",
                BEGIN,
                null,
                null,
                List.of(),
                done,
                0,
                0,
                0,
                List.of());
        await(operations.begin(operation));
        await(operations.save(operation, operation));
    }
}
