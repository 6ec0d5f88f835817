package io.longhaul.store;

import static io.longhaul.testkit.Histories.BEGIN;
import static io.longhaul.testkit.Histories.at;
import static io.longhaul.testkit.Histories.created;
import static io.longhaul.testkit.Histories.fold;
import static io.longhaul.testkit.Histories.granted;
import static io.longhaul.testkit.Histories.id;
import static io.longhaul.testkit.Histories.life;
import static io.longhaul.testkit.Histories.queued;
import static io.longhaul.testkit.Histories.spec;
import static io.longhaul.testkit.Histories.stalled;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.HeldJobs;
import io.longhaul.entity.JobFilter;
import io.longhaul.entity.JobSummary;
import io.longhaul.entity.LiveJobs;
import io.longhaul.entity.Step;
import io.longhaul.job.BitsError;
import io.longhaul.job.ErrorContext;
import io.longhaul.job.Job;
import io.longhaul.job.JobError;
import io.longhaul.job.JobEvent;
import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import io.longhaul.job.Priority;
import io.longhaul.job.QueuedReason;
import io.longhaul.job.Recorded;
import io.longhaul.testkit.JobDatabase;
import io.longhaul.testkit.TestJournal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The index")
class JobProjectionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final JobDatabase database = JobDatabase.create();
    private final TestJournal journal = new TestJournal(database.dataSource(), new JobSerializer());
    private final PostgresCatalogue catalogue =
            new PostgresCatalogue(database.dataSource(), Runnable::run, Duration.ofSeconds(10));
    private final AtomicInteger batches = new AtomicInteger();
    private JobProjection projection = projection(100);

    @AfterEach
    void close() {
        projection.close();
        database.close();
    }

    private JobProjection projection(int batch) {
        return new JobProjection(database.dataSource(), Clock.systemUTC(), batches::incrementAndGet, batch);
    }

    private void awaitAll() throws InterruptedException {
        awaitLine(Long.parseLong(database.query("SELECT coalesce(max(ordering), 0) FROM event_journal")));
    }

    private void awaitLine(long ordering) throws InterruptedException {
        assertTrue(projection.awaitOffset(ordering, PATIENCE), "line " + ordering + ", is at " + projection.offset());
    }

    private List<JobSummary> all() {
        return Stages.await(catalogue.list(JobFilter.ALL, null, 1000));
    }

    private static Recorded creation(long number) {
        return created(
                BEGIN.plusSeconds(number),
                spec("alice", "default", Priority.NORMAL, "job " + number, Map.of()),
                "https://origin.example/" + number);
    }

    @Test
    void shows_what_the_journal_says() throws Exception {
        projection.start();
        List<Recorded> life = life(spec("alice", "default", Priority.HIGH, "maps", Map.of("fleet", "eu-1")), BEGIN);
        for (int i = 0; i < life.size(); i++) {
            journal.write(id(1), life.get(i));
            awaitAll();
            assertEquals(List.of(JobSummary.of(fold(id(1), life.subList(0, i + 1)))), all());
        }
        assertTrue(batches.get() >= life.size());
        assertTrue(projection.lag().isPresent());
    }

    @Test
    void waits_at_a_gap_for_the_transaction_that_may_fill_it() throws Exception {
        projection.start();
        try (Connection slow = database.dataSource().getConnection()) {
            slow.setAutoCommit(false);
            journal.write(slow, id(1), List.of(creation(1)));
            journal.write(id(2), creation(2));
            assertFalse(projection.awaitOffset(1, Duration.ofMillis(300)), "went past line 1 before it was decided");
            slow.commit();
        }
        awaitLine(2);
        assertEquals(2, all().size());
    }

    @Test
    void passes_over_a_gap_that_nobody_will_fill() throws Exception {
        projection.start();
        try (Connection failing = database.dataSource().getConnection()) {
            failing.setAutoCommit(false);
            journal.write(failing, id(1), List.of(creation(1)));
            failing.rollback();
        }
        journal.write(id(2), creation(2));
        awaitLine(2);
        assertEquals(1, all().size());
    }

    @Test
    void is_not_held_up_by_transactions_that_do_not_write_to_the_journal() throws Exception {
        projection.start();
        try (Connection other = database.dataSource().getConnection()) {
            other.setAutoCommit(false);
            other.createStatement().execute("INSERT INTO queue_setting VALUES ('q', 1)");
            database.query("SELECT nextval('event_journal_ordering_seq')");
            journal.write(id(2), creation(2));
            awaitLine(2);
            other.rollback();
        }
    }

    @Test
    void misses_nothing_while_many_write_at_once_and_some_roll_back() throws Exception {
        projection.start();
        List<Thread> writers = new ArrayList<>();
        for (int writer = 0; writer < 6; writer++) {
            long first = writer * 1000L;
            Random random = new Random(writer);
            TestJournal own = new TestJournal(database.dataSource(), new JobSerializer());
            writers.add(Thread.ofVirtual().start(() -> {
                try (Connection connection = database.dataSource().getConnection()) {
                    connection.setAutoCommit(false);
                    for (long job = first; job < first + 60; job++) {
                        own.write(
                                connection,
                                id(job),
                                life(spec("a", "q" + job % 7, Priority.LOW, "x", Map.of()), BEGIN));
                        if (random.nextInt(4) == 0) {
                            connection.rollback();
                            own.write(connection, id(job + 500), List.of(creation(job)));
                        }
                        connection.commit();
                    }
                } catch (SQLException failed) {
                    throw new AssertionError(failed);
                }
            }));
        }
        for (Thread writer : writers) writer.join();
        awaitAll();
        assertEquals(
                database.query("SELECT count(DISTINCT persistence_id) FROM event_journal"),
                database.query("SELECT count(*) FROM job"));
        assertEquals(
                database.query("SELECT count(*) FROM event_journal"), database.query("SELECT sum(sequence) FROM job"));
        assertCountsAddUp();
    }

    private void assertCountsAddUp() {
        assertEquals("0", database.query("""
            SELECT count(*) FROM (
              SELECT scope, name, type, priority, state, jobs FROM job_count
              EXCEPT
              SELECT s.scope, s.name, type, priority, state, count(*) FROM job,
                LATERAL (VALUES ('all', ''), ('queue', queue), ('owner', owner)) AS s(scope, name)
              GROUP BY 1, 2, 3, 4, 5) AS wrong
            """));
        assertEquals(database.query("SELECT count(*) * 3 FROM job"), database.query("SELECT sum(jobs) FROM job_count"));
        assertEquals("0", database.query("""
            SELECT count(*) FROM (SELECT term, id FROM job_term EXCEPT SELECT unnest(terms), id FROM job) AS wrong
            """));
        assertEquals(
                database.query("SELECT coalesce(sum(cardinality(terms)), 0) FROM job"),
                database.query("SELECT count(*) FROM job_term"));
    }

    /** As when its process was stopped by a signal: the connection stays, and nothing is said on it. */
    @Test
    void is_kept_by_another_once_its_keeper_falls_silent() throws SQLException {
        try (IndexFollower frozen = silentAfter(Duration.ofMillis(200))) {
            IndexFollower next = null;
            while (next == null) next = IndexFollower.start(database.dataSource(), 7);
            next.close();
            assertThrows(SQLException.class, frozen::step);
        }
    }

    private IndexFollower silentAfter(Duration longestSilence) throws SQLException {
        return IndexFollower.start(database.dataSource(), 7, FreshSteps.ofWeight(0), longestSilence);
    }

    @Test
    void reads_nothing_of_what_an_actor_of_its_node_has_just_done() throws Exception {
        journal.write(id(1), creation(1));
        journal.write(id(2), creation(2));
        projection.start();
        awaitAll();
        projection.close();
        projection = projection(7); // remembers nothing
        projection.start();
        awaitAll();
        database.execute("UPDATE event_journal SET deleted = TRUE");
        projection.happened(fold(id(1), List.of(creation(1))), List.of(after(creation(1), at(BEGIN, queued()))));
        journal.write(id(1), at(BEGIN, queued()));
        journal.write(id(2), at(BEGIN, queued()));
        awaitAll();
        assertEquals("2", database.query("SELECT sequence FROM job WHERE id = '" + id(1) + "'"));
        assertEquals(id(2).toString(), database.query("SELECT id FROM unreadable_job"));
    }

    /** The last of these events as a step. */
    private static Step after(Recorded... events) {
        return new Step(events[events.length - 1], fold(id(1), List.of(events)));
    }

    @Test
    void leaves_a_job_out_of_order_that_an_actor_reads_all_the_same() throws Exception {
        Recorded odd = created(BEGIN, spec("alice", "default", Priority.LOW, "NUL \0", Map.of()));
        journal.write(id(1), odd);
        projection.start();
        awaitAll();
        Recorded changed = at(BEGIN, new JobEvent.JobChanged(spec("alice", "default", Priority.LOW, "x", Map.of())));
        projection.happened(fold(id(1), List.of(odd)), List.of(after(odd, changed)));
        journal.write(id(1), changed);
        awaitAll();
        assertEquals("1", database.query("SELECT count(*) FROM unreadable_job"));
        assertEquals("0", database.query("SELECT count(*) FROM job"));
    }

    @Test
    void goes_on_where_another_one_was_killed() throws Exception {
        List<Recorded> life = life(spec("alice", "default", Priority.HIGH, "maps", Map.of()), BEGIN);
        for (int job = 0; job < 30; job++) journal.write(id(job), life.subList(0, 3));
        try (IndexFollower killed = IndexFollower.start(database.dataSource(), 7)) {
            for (int step = 0; step < 5; step++) killed.step();
            assertEquals(35, killed.offset());
        }
        for (int job = 0; job < 30; job++) journal.write(id(job), life.subList(3, life.size()));
        projection = projection(7);
        projection.start();
        awaitAll();
        assertEquals("30", database.query("SELECT count(*) FROM job WHERE state = 'ACKNOWLEDGED'"));
        assertCountsAddUp();
    }

    @Test
    void is_made_anew_without_secondary_indexes_and_has_them_afterwards_even_if_that_was_cut_off() throws Exception {
        String usual = indexes();
        journal.write(id(1), creation(1));
        new IndexRebuild(database.dataSource()).run(line -> assertNotEquals(usual, indexes()));
        assertEquals(usual, indexes());
        try (IndexFollower cutOff = IndexFollower.start(database.dataSource(), 7)) {
            cutOff.reset();
            assertNotEquals(usual, indexes());
        }
        projection.start();
        awaitAll();
        assertEquals(usual, indexes());
        assertEquals(1, all().size());
    }

    private String indexes() {
        return database.query("SELECT string_agg(indexdef, E'\\n"
                + "' ORDER BY indexname) FROM pg_indexes WHERE tablename IN ('job', 'job_term')");
    }

    @Test
    void survives_the_loss_of_its_connection() throws Exception {
        projection.start();
        journal.write(id(1), creation(1));
        awaitAll();
        database.disconnectHolder();
        journal.write(id(2), creation(2));
        awaitAll();
        assertEquals(2, all().size());
    }

    @Test
    void is_written_by_one_at_a_time_and_by_the_next_once_that_ends() throws Exception {
        projection.start();
        journal.write(id(1), creation(1));
        awaitAll();
        try (JobProjection second = projection(100)) {
            second.start();
            assertFalse(second.awaitOffset(1, Duration.ofMillis(200)));
            assertTrue(second.lag().isEmpty());
            assertThrows(IllegalStateException.class, () -> new IndexRebuild(database.dataSource()).run(line -> {}));
            projection.close();
            assertTrue(second.awaitOffset(1, PATIENCE));
        }
    }

    @Test
    void puts_a_job_out_of_order_whose_history_does_not_read_and_goes_on() throws Exception {
        projection.start();
        journal.write(id(1), creation(1));
        awaitAll();
        journal.writeRaw("Job|" + id(1), 2, "job-event-99", new byte[] {1});
        journal.writeRaw("Job|" + id(1), 3, "job-event-1", new byte[] {1});
        journal.writeRaw("Job|" + id(5), 7, "job-event-1", new byte[] {1});
        journal.write(id(6), at(BEGIN, queued()));
        journal.write(id(7), creation(7), at(BEGIN, new JobEvent.JobConnected()));
        journal.writeRaw("Sharding|1", 1, "whatever", new byte[] {1});
        journal.write(id(8), creation(8));
        awaitAll();
        assertEquals(
                List.of(id(8), id(7), id(1)), all().stream().map(JobSummary::id).toList());
        assertEquals("4", database.query("SELECT count(*) FROM unreadable_job"));
        assertEquals("2", database.query("SELECT sequence FROM unreadable_job WHERE id = '" + id(1) + "'"));
        assertEquals("0", database.query("SELECT count(due_at) FROM job WHERE id = '" + id(1) + "'"));
        journal.writeRaw("Job|" + id(1), 4, "job-event-1", new byte[] {1});
        awaitAll();
        assertEquals("4", database.query("SELECT count(*) FROM unreadable_job"));
        assertCountsAddUp();
    }

    @Test
    void puts_a_job_out_of_order_that_the_database_does_not_take_and_goes_on() throws Exception {
        for (int job = 1; job <= 9; job++) {
            String name = job == 4 ? "NUL \0" : job == 7 ? "half a \ud83d character" : "job";
            journal.write(id(job), created(BEGIN, spec("alice", "default", Priority.LOW, name, Map.of())));
        }
        projection.start();
        awaitAll();
        assertEquals("8", database.query("SELECT count(*) FROM job"));
        assertEquals(id(4).toString(), database.query("SELECT id FROM unreadable_job"));
        assertCountsAddUp();
    }

    @Test
    void leaves_a_job_out_of_order_whatever_happens_to_it_afterwards() throws Exception {
        for (int job = 1; job <= 3; job++)
            journal.write(id(job), created(BEGIN, spec("alice", "default", Priority.LOW, "NUL \0", Map.of())));
        var good = spec("alice", "default", Priority.LOW, "job", Map.of());
        for (int round = 0; round < 3; round++) {
            for (int job = 1; job <= 3; job++) journal.write(id(job), at(BEGIN, new JobEvent.JobChanged(good)));
            journal.write(id(10 + round), creation(10 + round));
        }
        try (IndexFollower follower = IndexFollower.start(database.dataSource(), 3)) {
            while (follower.step() != IndexFollower.Reached.CAUGHT_UP) assertTrue(follower.offset() > 0);
        }
        assertEquals("3", database.query("SELECT count(*) FROM unreadable_job WHERE sequence = 1"));
        assertEquals(
                List.of(id(12), id(11), id(10)),
                all().stream().map(JobSummary::id).toList());
        assertCountsAddUp();
    }

    @Test
    void rebuilt_is_what_it_was() throws Exception {
        writeAtRandom(3_000, 200, any -> {});
        projection.start();
        awaitAll();
        projection.close();
        assertCountsAddUp();
        String live = fingerprint();
        database.execute("DELETE FROM job WHERE owner = 'owner1'");
        database.execute("UPDATE job_count SET jobs = jobs + 1");
        List<Long> lines = new ArrayList<>();
        long last = new IndexRebuild(database.dataSource()).run(lines::add);
        assertEquals(database.query("SELECT max(ordering) FROM event_journal"), Long.toString(last));
        assertEquals(database.query("SELECT count(*) FROM event_journal"), Long.toString(lines.getLast()));
        assertEquals(live, fingerprint());
        assertCountsAddUp();
        lines.clear();
        new IndexRebuild(database.dataSource(), 100).run(lines::add);
        assertEquals(lines.stream().sorted().toList(), lines, "batches in order");
        assertTrue(lines.stream().distinct().count() > 10);
        assertEquals(live, fingerprint());
    }

    private String fingerprint() {
        return database.query("SELECT md5(string_agg(job::text, '' ORDER BY id)) FROM job")
                + database.query("SELECT md5(string_agg(t::text, '' ORDER BY term, id)) FROM job_term AS t")
                + database.query("SELECT md5(string_agg(c::text, '' ORDER BY c)) FROM job_count AS c");
    }

    @Test
    void is_right_whatever_it_remembers_of_the_jobs_and_whatever_actors_have_told() throws Exception {
        Map<JobId, List<Step>> lives = new java.util.HashMap<>();
        Map<JobId, Job> jobs = writeAtRandom(
                1_000,
                50,
                step -> lives.computeIfAbsent(step.after().id(), none -> new ArrayList<>())
                        .add(step));
        FreshSteps fresh = FreshSteps.ofWeight(200);
        JobFolder forgetful = new JobFolder(new JobCache(20), fresh);
        Random random = new Random(1);
        try (Connection connection = database.dataSource().getConnection()) {
            Sql.Session session = new Sql.Session(connection, 10);
            connection.setAutoCommit(false);
            for (long from = 0; ; from += 10) {
                List<Journal.Line> lines = Journal.after(session, from, 10);
                if (lines.isEmpty()) break;
                for (int told = 0; told < 20; told++)
                    tellAtRandom(random, new ArrayList<>(lives.values()).get(random.nextInt(lives.size())), fresh);
                JobFolder.Folded folded = forgetful.fold(session, lines, from, 0);
                assertEquals(List.of(), folded.unreadable());
                IndexWriter.write(session, folded.rows());
                forgetful.keep(folded);
            }
            connection.commit();
        }
        assertEquals(jobs.size(), all().size());
        for (JobSummary summary : all()) assertEquals(JobSummary.of(jobs.get(summary.id())), summary);
        assertCountsAddUp();
    }

    /** Some of what happened to a job, in the order in which it did. */
    private static void tellAtRandom(Random random, List<Step> life, FreshSteps fresh) {
        int from = random.nextInt(life.size());
        int to = from + 1 + random.nextInt(life.size() - from);
        fresh.add(from == 0 ? null : life.get(from - 1).after(), life.subList(from, to));
    }

    /** Jobs that change hands, labels, files, states and priorities, all mixed. */
    private Map<JobId, Job> writeAtRandom(int events, int most, Consumer<Step> each) {
        Random random = new Random(events);
        Map<JobId, Job> jobs = new java.util.HashMap<>();
        for (int i = 0; i < events; i++) {
            JobId id = id(random.nextInt(most));
            Job before = jobs.get(id);
            Recorded next = next(random, before, i);
            journal.write(id, next);
            Job after = Job.evolve(before, id, next);
            jobs.put(id, after);
            each.accept(new Step(next, after));
        }
        return jobs;
    }

    private static Recorded next(Random random, Job job, int number) {
        var at = BEGIN.plusSeconds(number);
        var spec = spec(
                "owner" + random.nextInt(3),
                "queue" + random.nextInt(3),
                random.nextBoolean() ? Priority.HIGH : Priority.LOW,
                "job " + number,
                random.nextBoolean() ? Map.of() : Map.of("fleet", "\"{eu-" + random.nextInt(3) + "}\\,\n"));
        if (job == null) return created(at, spec, "https://origin" + random.nextInt(3) + ".example/x");
        if (random.nextInt(3) == 0) return at(at, new JobEvent.JobChanged(spec));
        if (random.nextInt(5) == 0)
            return at(
                    at,
                    new JobEvent.FilesAdded(
                            List.of(io.longhaul.testkit.Histories.file(
                                    "http://more" + number % 4 + ".example/" + number)),
                            job.spec().owner()));
        return at(
                at,
                switch (job.state().name()) {
                    case SUSPENDED, TRANSIENT_ERROR, ERROR -> queued();
                    case QUEUED -> granted(job.lastSlice() + 1, at.plusSeconds(300));
                    case CONNECTING -> new JobEvent.JobConnected();
                    default ->
                        random.nextBoolean() ? new JobEvent.JobSuspended() : io.longhaul.testkit.Histories.stalled(at);
                });
    }

    @Test
    void tells_of_all_jobs_since_when_nothing_has_happened_to_them() throws Exception {
        projection.start();
        var jobs = new PostgresLiveJobs(database.dataSource(), Runnable::run, Duration.ofSeconds(10));
        for (long number = 1; number <= 3; number++) journal.write(id(number), creation(number));
        journal.write(id(2), at(BEGIN.plusSeconds(60), new JobEvent.JobCancelled(false)));
        awaitAll();
        List<LiveJobs.Live> found = Stages.await(jobs.page(null, 10));
        assertEquals(
                List.of(id(1), id(2), id(3)),
                found.stream().map(LiveJobs.Live::id).toList());
        assertEquals(
                new LiveJobs.Live(
                        id(2), "default", new Owner("alice"), found.get(1).createdAt(), BEGIN.plusSeconds(60), true),
                found.get(1));
        assertEquals(List.of(found.get(1)), Stages.await(jobs.page(id(1), 1)));
    }

    @Test
    void names_the_jobs_that_a_policy_or_the_network_holds_back() throws Exception {
        projection.start();
        var heldJobs = new PostgresHeldJobs(database.dataSource(), Runnable::run, Duration.ofSeconds(10));
        JobError error = JobError.of(ErrorContext.GENERAL_QUEUE_MANAGER, BitsError.BG_E_BLOCKED_BY_POLICY, 0, BEGIN);
        JobError cutOff =
                JobError.of(ErrorContext.GENERAL_QUEUE_MANAGER, BitsError.BG_E_NETWORK_DISCONNECTED, 0, BEGIN);
        List<JobEvent> ends = List.of(
                new JobEvent.JobStalled(error, BEGIN.plusSeconds(900), false),
                stalled(BEGIN),
                new JobEvent.JobStalled(cutOff, BEGIN.plusSeconds(900), false));
        for (int number = 1; number <= 3; number++)
            journal.write(
                    id(number),
                    creation(number),
                    at(BEGIN.plusSeconds(10), queued()),
                    at(BEGIN.plusSeconds(11), granted(1, BEGIN.plusSeconds(300))),
                    at(BEGIN.plusSeconds(12), ends.get(number - 1)));
        awaitAll();
        List<HeldJobs.Held> held = Stages.await(heldJobs.held(null, 10));
        assertEquals(List.of(id(1), id(3)), held.stream().map(HeldJobs.Held::id).toList());
        assertEquals(
                new HeldJobs.Held(id(1), "default", new Owner("alice"), Priority.NORMAL, HeldJobs.By.POLICY),
                held.getFirst());
        assertEquals(HeldJobs.By.NETWORK, held.getLast().by());
        assertEquals(1, Stages.await(heldJobs.held(id(1), 10)).size());
        assertEquals(1, Stages.await(heldJobs.held(null, 1)).size());

        journal.write(id(1), at(BEGIN.plusSeconds(20), new JobEvent.JobQueued(QueuedReason.POLICY_CHANGED)));
        journal.write(id(3), at(BEGIN.plusSeconds(20), new JobEvent.JobSuspended()));
        awaitAll();
        assertEquals(List.of(), Stages.await(heldJobs.held(null, 10)));
    }
}
