package io.longhaul.store;

import static io.longhaul.store.Stages.await;
import static io.longhaul.testkit.Histories.BEGIN;
import static io.longhaul.testkit.Histories.at;
import static io.longhaul.testkit.Histories.created;
import static io.longhaul.testkit.Histories.failed;
import static io.longhaul.testkit.Histories.granted;
import static io.longhaul.testkit.Histories.id;
import static io.longhaul.testkit.Histories.life;
import static io.longhaul.testkit.Histories.queued;
import static io.longhaul.testkit.Histories.spec;
import static io.longhaul.testkit.Histories.stalled;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.DueJobs.Due;
import io.longhaul.entity.JobCatalogue.Counts;
import io.longhaul.entity.JobCatalogue.Progress;
import io.longhaul.entity.JobCatalogue.QueueDepth;
import io.longhaul.entity.JobCounts;
import io.longhaul.entity.JobFilter;
import io.longhaul.entity.JobHistory.Entry;
import io.longhaul.entity.JobHistory.Numbered;
import io.longhaul.entity.JobHistory.Told;
import io.longhaul.entity.JobSummary;
import io.longhaul.entity.QueueContents.Candidate;
import io.longhaul.job.Job;
import io.longhaul.job.JobEvent;
import io.longhaul.job.JobId;
import io.longhaul.job.JobSpec.JobType;
import io.longhaul.job.Owner;
import io.longhaul.job.Priority;
import io.longhaul.job.Recorded;
import io.longhaul.job.StateName;
import io.longhaul.testkit.JobDatabase;
import io.longhaul.testkit.TestJournal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Over seven jobs that differ in everything, and 2,500 that are all alike. */
@DisplayName("What is read from the index and the journal")
class IndexPortsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final JobId DRAFT = id(1);
    private static final JobId WAITS = id(2);
    private static final JobId CONNECTS = id(3);
    private static final JobId RUNS = id(4);
    private static final JobId RETRIES = id(5);
    private static final JobId FAILED = id(6);
    private static final JobId DONE = id(7);

    private static JobDatabase database;
    private static PostgresCatalogue catalogue;
    private static PostgresDueJobs dueJobs;
    private static PostgresQueueContents contents;
    private static PostgresHistory history;

    @BeforeAll
    static void write() throws Exception {
        database = JobDatabase.create();
        catalogue = new PostgresCatalogue(database.dataSource(), Runnable::run, TIMEOUT);
        dueJobs = new PostgresDueJobs(database.dataSource(), Runnable::run, TIMEOUT);
        contents = new PostgresQueueContents(database.dataSource(), Runnable::run, TIMEOUT);
        history = new PostgresHistory(database.dataSource(), Runnable::run, TIMEOUT);
        TestJournal journal = new TestJournal(database.dataSource(), new JobSerializer());
        journal.write(
                DRAFT, created(time(1), spec("alice", "default", Priority.NORMAL, "maps-1", Map.of("fleet", "eu"))));
        journal.write(
                WAITS,
                created(
                        time(2),
                        spec("alice", "site", Priority.HIGH, "maps-2", Map.of("fleet", "eu", "zone", "=a=")),
                        "https://Origin.example/x",
                        "http://other.example:8080/y"),
                at(time(3), queued()));
        journal.write(
                CONNECTS,
                created(time(3), spec("bob", "site", Priority.FOREGROUND, "Maps", Map.of()), "http://[::1]:81/"),
                at(time(4), queued()),
                at(time(5), granted(1, time(305))));
        journal.write(
                RUNS,
                life(spec("bob", "site", Priority.LOW, "%_\\", Map.of("fleet", "us")), time(4))
                        .subList(0, 4));
        journal.write(
                RETRIES,
                life(spec("bob", "default", Priority.LOW, "maps", Map.of()), time(5))
                        .subList(0, 4));
        journal.write(RETRIES, at(time(9), stalled(time(9))));
        journal.write(
                FAILED,
                life(spec("carol", "other", Priority.LOW, "ma\udbff\udfff", Map.of()), time(6))
                        .subList(0, 4));
        journal.write(FAILED, at(time(10), failed(time(10))));
        journal.write(DONE, life(spec("carol", "other", Priority.LOW, "mb", Map.of()), time(7)));
        List<Recorded> alike = List.of(
                created(
                        time(100),
                        spec("dave", "crowd", Priority.NORMAL, "alike", Map.of("crowd", "")),
                        "https://crowd.example/z"),
                at(time(100), queued()));
        for (long number = 1000; number < 3500; number++) journal.write(id(number), alike);
        try (IndexFollower follower = IndexFollower.start(database.dataSource(), 1000)) {
            while (follower.step() != IndexFollower.Reached.CAUGHT_UP) {}
        }
    }

    @AfterAll
    static void close() {
        database.close();
    }

    private static Instant time(long seconds) {
        return BEGIN.plusSeconds(seconds);
    }

    /** The filter with these changes, among the seven. */
    private static final class Filter {
        private Set<StateName> states = Set.of();
        private @Nullable String queue;
        private @Nullable Owner owner;
        private Set<Priority> priorities = Set.of();
        private @Nullable JobType type;
        private @Nullable String displayName;
        private Map<String, String> labels = Map.of();
        private @Nullable String host;
        private @Nullable Instant after;
        private @Nullable Instant before = time(50);

        JobFilter get() {
            return new JobFilter(states, queue, owner, priorities, type, displayName, labels, host, after, before);
        }

        /** What a list with it has, after a count with it has told the same number. */
        List<JobId> matches() {
            List<JobId> listed = await(catalogue.list(get(), null, 1000)).stream()
                    .map(JobSummary::id)
                    .toList();
            Counts counts = await(catalogue.count(get()));
            assertEquals(listed.size(), counts.total());
            assertEquals(listed.size(), sum(counts.byState()));
            assertEquals(listed.size(), sum(counts.byPriority()));
            return listed;
        }
    }

    private static long sum(Map<?, Long> numbers) {
        return numbers.values().stream().mapToLong(number -> number).sum();
    }

    @Test
    void lists_have_the_newest_first() {
        assertEquals(List.of(DONE, FAILED, RETRIES, RUNS, CONNECTS, WAITS, DRAFT), new Filter().matches());
    }

    @Test
    void filters_by_state_and_priority_take_several() {
        Filter filter = new Filter();
        filter.states = Set.of(StateName.QUEUED, StateName.ERROR, StateName.CANCELLED);
        assertEquals(List.of(FAILED, WAITS), filter.matches());
        filter.states = Set.of();
        filter.priorities = Set.of(Priority.HIGH, Priority.FOREGROUND);
        assertEquals(List.of(CONNECTS, WAITS), filter.matches());
    }

    /** Where most match, PostgreSQL would look through the newest of all, and in vain where those are others. */
    @Test
    void one_state_queue_or_owner_is_found_by_its_index_even_where_most_jobs_match() throws Exception {
        Filter filter = new Filter();
        filter.before = null;
        filter.queue = "crowd";
        assertEquals("job_queue_idx", indexOf(filter.get()));
        filter.queue = null;
        filter.owner = new Owner("dave");
        assertEquals("job_owner_idx", indexOf(filter.get()));
        filter.owner = null;
        filter.states = Set.of(StateName.QUEUED);
        assertEquals("job_state_idx", indexOf(filter.get()));
        filter.states = Set.of(StateName.QUEUED, StateName.ERROR);
        assertEquals("job_state_idx", indexOf(filter.get()));
        assertEquals(
                List.of(FAILED),
                await(catalogue.list(filter.get(), id(7), 1)).stream()
                        .map(JobSummary::id)
                        .toList());
    }

    /** The index by which the page after a job is found, by PostgreSQL's plan. */
    private static String indexOf(JobFilter filter) throws Exception {
        FilterSql.Query page = FilterSql.of(filter).olderThan(id(3499)).newest(50);
        try (Connection connection = database.dataSource().getConnection()) {
            connection.createStatement().execute("ANALYZE job");
        }
        Sql sql = new Sql(database.dataSource(), Runnable::run, TIMEOUT);
        String plan = String.join(
                "\n",
                await(sql.query(
                        row -> row.getString(1),
                        "EXPLAIN " + page.sql(),
                        page.parameters().toArray())));
        Matcher index = Pattern.compile("using (\\w+) on job").matcher(plan);
        assertTrue(index.find(), plan);
        return index.group(1);
    }

    @Test
    void filters_by_queue_owner_and_type() {
        Filter filter = new Filter();
        filter.queue = "site";
        assertEquals(List.of(RUNS, CONNECTS, WAITS), filter.matches());
        filter.owner = new Owner("bob");
        assertEquals(List.of(RUNS, CONNECTS), filter.matches());
        filter.type = JobType.UPLOAD;
        assertEquals(List.of(), filter.matches());
    }

    @Test
    void filters_by_the_beginning_of_the_display_name_character_by_character() {
        Filter filter = new Filter();
        filter.displayName = "maps";
        assertEquals(List.of(RETRIES, WAITS, DRAFT), filter.matches());
        filter.displayName = "ma\udbff\udfff";
        assertEquals(List.of(FAILED), filter.matches());
        filter.displayName = "%";
        assertEquals(List.of(RUNS), filter.matches());
        filter.displayName = "ma\0";
        assertEquals(List.of(), filter.matches());
        assertEquals("b", FilterSql.afterAllWith("a\udbff\udfff"));
        assertEquals("\ue000", FilterSql.afterAllWith("\ud7ff"));
        assertNull(FilterSql.afterAllWith("\udbff\udfff"));
        assertNull(FilterSql.afterAllWith(""));
    }

    @Test
    void filters_by_labels_want_all_of_them() {
        Filter filter = new Filter();
        filter.labels = Map.of("fleet", "eu");
        assertEquals(List.of(WAITS, DRAFT), filter.matches());
        filter.labels = Map.of("fleet", "eu", "zone", "=a=");
        assertEquals(List.of(WAITS), filter.matches());
        filter.labels = Map.of("fleet", "eu", "zone", "b");
        assertEquals(List.of(), filter.matches());
    }

    @Test
    void filters_by_host_take_a_name_or_name_and_port() {
        Filter filter = new Filter();
        filter.host = "origin.example";
        assertEquals(List.of(DONE, FAILED, RETRIES, RUNS, WAITS), filter.matches());
        filter.host = "ORIGIN.example:443";
        assertEquals(List.of(DONE, FAILED, RETRIES, RUNS, WAITS), filter.matches());
        filter.host = "other.example:8080";
        assertEquals(List.of(WAITS), filter.matches());
        filter.host = "other.example:80";
        assertEquals(List.of(), filter.matches());
        filter.host = "[::1]";
        assertEquals(List.of(CONNECTS), filter.matches());
    }

    @Test
    void filters_by_creation_leave_the_bounds_out() {
        Filter filter = new Filter();
        filter.after = time(2);
        filter.before = time(5);
        assertEquals(List.of(RUNS, CONNECTS), filter.matches());
    }

    @Test
    void pages_follow_one_another() {
        List<JobId> seen = new ArrayList<>();
        JobId last = null;
        List<JobSummary> page;
        do {
            page = await(catalogue.list(JobFilter.ALL, last, 1000));
            page.forEach(job -> seen.add(job.id()));
            last = page.getLast().id();
        } while (page.size() == 1000);
        assertEquals(2507, seen.size());
        assertEquals(2507, Set.copyOf(seen).size());
        assertEquals(seen.stream().sorted(java.util.Comparator.reverseOrder()).toList(), seen);
        assertThrows(IllegalArgumentException.class, () -> catalogue.list(JobFilter.ALL, null, 1001));
    }

    @Test
    void counts_tell_of_every_state_and_priority() {
        Counts all = await(catalogue.count(JobFilter.ALL));
        assertEquals(2507, all.total());
        assertEquals(
                Map.of(
                        StateName.SUSPENDED, 1L,
                        StateName.QUEUED, 2501L,
                        StateName.CONNECTING, 1L,
                        StateName.TRANSFERRING, 1L,
                        StateName.TRANSIENT_ERROR, 1L,
                        StateName.ERROR, 1L,
                        StateName.TRANSFERRED, 0L,
                        StateName.ACKNOWLEDGED, 1L,
                        StateName.CANCELLED, 0L),
                all.byState());
        assertEquals(
                Map.of(Priority.FOREGROUND, 1L, Priority.HIGH, 1L, Priority.NORMAL, 2501L, Priority.LOW, 4L),
                all.byPriority());
        Filter filter = new Filter();
        filter.before = null;
        filter.queue = "site";
        assertEquals(3, await(catalogue.count(filter.get())).total());
        filter.priorities = Set.of(Priority.LOW);
        assertEquals(1, await(catalogue.count(filter.get())).total());
        filter.queue = "nobody\0has";
        assertEquals(0, await(catalogue.count(filter.get())).total());
        filter.queue = null;
        filter.owner = new Owner("carol");
        filter.states = Set.of(StateName.ERROR);
        assertEquals(1, await(catalogue.count(filter.get())).total());
    }

    @Test
    void queues_have_their_depths() {
        await(contents.setBackgroundSlots("nojobs", java.util.OptionalInt.of(3)));
        List<QueueDepth> queues = await(catalogue.queues(null, 10));
        assertEquals(
                List.of("crowd", "default", "nojobs", "other", "site"),
                queues.stream().map(QueueDepth::name).toList());
        assertEquals(2500, queues.getFirst().byState().get(StateName.QUEUED));
        assertEquals(0, queues.get(2).byState().get(StateName.QUEUED));
        assertEquals(
                List.of("default", "nojobs"),
                await(catalogue.queues("crowd", 2)).stream()
                        .map(QueueDepth::name)
                        .toList());
        assertEquals(1, await(catalogue.queue("site")).byPriority().get(Priority.HIGH));
        assertEquals(0, sum(await(catalogue.queue("unheard-of")).byState()));
        await(contents.setBackgroundSlots("nojobs", java.util.OptionalInt.empty()));
    }

    @Test
    void the_most_overdue_come_first() {
        assertEquals(List.of(), due(time(9), null, 10));
        assertEquals(List.of(RUNS, CONNECTS, RETRIES), ids(due(time(700), null, 10)));
        assertEquals(List.of(RUNS), ids(due(time(700), null, 1)));
    }

    @Test
    void the_due_are_read_page_by_page_those_of_one_instant_too() {
        Instant inAYear = time(0).plus(Duration.ofDays(365));
        List<Due> all = due(inAYear, null, 10_000);
        assertEquals(2506, all.size(), "all but the final one");
        List<Due> pages = new ArrayList<>();
        for (List<Due> page = due(inAYear, null, 300); !page.isEmpty(); page = due(inAYear, page.getLast(), 300))
            pages.addAll(page);
        assertEquals(all, pages);
        assertEquals(List.of(), due(time(9), all.getLast(), 10));
    }

    private static List<Due> due(Instant by, @Nullable Due after, int limit) {
        return await(dueJobs.due(by, after, limit));
    }

    private static List<JobId> ids(List<Due> due) {
        return due.stream().map(Due::id).toList();
    }

    @Test
    void schedulers_find_what_wants_a_slice_or_has_one() {
        assertEquals(List.of("crowd", "site"), await(contents.queuesWithWork(null, 10)));
        assertEquals(List.of("crowd"), await(contents.queuesWithWork(null, 1)));
        assertEquals(List.of("site"), await(contents.queuesWithWork("crowd", 10)));
        assertEquals(
                List.of(
                        new Candidate(
                                WAITS,
                                new Owner("alice"),
                                Priority.HIGH,
                                1,
                                "origin.example:443",
                                time(3),
                                false,
                                null),
                        new Candidate(
                                CONNECTS,
                                new Owner("bob"),
                                Priority.FOREGROUND,
                                2,
                                "[::1]:81",
                                time(5),
                                true,
                                time(305)),
                        new Candidate(
                                RUNS,
                                new Owner("bob"),
                                Priority.LOW,
                                2,
                                "origin.example:443",
                                time(5),
                                true,
                                time(304))),
                await(contents.candidates("site", null, 10)));
        assertEquals(
                List.of(RUNS),
                await(contents.candidates("site", CONNECTS, 10)).stream()
                        .map(Candidate::id)
                        .toList());
        assertEquals(List.of(), await(contents.candidates("default", null, 10)));
        assertEquals(
                LongStream.range(1000, 1500).mapToObj(number -> id(number)).toList(),
                await(contents.candidates("crowd", null, 500)).stream()
                        .map(Candidate::id)
                        .toList());
    }

    @Test
    void a_history_tells_the_state_after_each_event() {
        List<Entry> entries = await(history.events(DONE, 0, 100));
        assertEquals(
                LongStream.rangeClosed(1, 8).boxed().toList(),
                entries.stream().map(Entry::sequence).toList());
        assertEquals(
                List.of(
                        StateName.SUSPENDED,
                        StateName.QUEUED,
                        StateName.CONNECTING,
                        StateName.TRANSFERRING,
                        StateName.TRANSFERRING,
                        StateName.TRANSFERRED,
                        StateName.TRANSFERRED,
                        StateName.ACKNOWLEDGED),
                entries.stream().map(Entry::state).toList());
        assertInstanceOf(JobEvent.JobConnected.class, entries.get(3).recorded().event());
        assertEquals(entries.subList(2, 5), await(history.events(DONE, 2, 3)));
        assertEquals(List.of(), await(history.events(DONE, 8, 3)));
        assertEquals(List.of(), await(history.events(id(999_999), 0, 3)));
    }

    @Test
    void a_job_is_found_as_it_was_after_each_event() {
        for (Entry entry : await(history.events(DONE, 0, 100))) {
            Job then = await(history.at(DONE, entry.recorded().at())).orElseThrow();
            assertTrue(then.sequence() >= entry.sequence(), "events of the same instant belong together");
            if (then.sequence() == entry.sequence())
                assertEquals(entry.state(), then.state().name());
        }
        Instant first = await(history.events(DONE, 0, 1)).getFirst().recorded().at();
        assertEquals(Optional.empty(), await(history.at(DONE, first.minusNanos(1_000))));
        assertEquals(Optional.empty(), await(history.at(id(999_999), Instant.MAX)));
    }

    @Test
    void the_order_of_all_events_goes_on_from_any_of_them() {
        long first = await(history.number(DRAFT, 1)).orElseThrow();
        List<Numbered> order = await(history.order(first, 4));
        assertEquals(
                List.of(WAITS, WAITS, CONNECTS, CONNECTS),
                order.stream().map(Numbered::id).toList());
        assertEquals(
                List.of(1L, 2L, 1L, 2L), order.stream().map(Numbered::sequence).toList());
        assertEquals(
                await(history.order(order.getLast().number(), 1)).getFirst(),
                new Numbered(await(history.number(CONNECTS, 3)).orElseThrow(), CONNECTS, 3));
        assertEquals(Optional.empty(), await(history.number(DRAFT, 2)));
        assertEquals(List.of(), await(history.order(await(history.last()), 4)));
    }

    @Test
    void any_events_are_read_with_their_jobs() {
        List<Numbered> order = await(history.order(0, 20));
        List<Numbered> some = order.stream()
                .filter(event -> event.sequence() == 2 || event.id().equals(DRAFT))
                .toList();
        List<Told> told = await(history.read(some));
        assertEquals(
                some.stream()
                        .map(event -> event.id() + ":" + event.sequence())
                        .sorted()
                        .toList(),
                told.stream()
                        .map(event -> event.job().id() + ":" + event.entry().sequence())
                        .sorted()
                        .toList());
        for (Told event : told) {
            assertEquals(event.entry().sequence(), event.job().sequence());
            assertEquals(event.entry().state(), event.job().state().name());
        }
        assertEquals(List.of(), await(history.read(List.of())));
    }

    /** A line may still come before those that can be seen: until the index has passed them nobody is told of them. */
    @Test
    void no_order_is_told_where_the_index_has_not_been() {
        long last = await(history.last());
        assertEquals(new Progress(last, last), await(catalogue.progress()));
        database.query("UPDATE index_offset SET ordering = " + (last - 1) + " RETURNING ordering");
        try {
            assertEquals(List.of(), await(history.order(last - 1, 10)));
            assertEquals(new Progress(last, last - 1), await(catalogue.progress()));
        } finally {
            database.query("UPDATE index_offset SET ordering = " + last + " RETURNING ordering");
        }
    }

    @Test
    void a_job_has_begun_by_its_first_event_and_not_by_a_later_one() {
        long first = await(history.number(CONNECTS, 1)).orElseThrow();
        List<JobId> some = List.of(DRAFT, WAITS, CONNECTS, RUNS, DONE, id(9999));
        assertEquals(Set.of(DRAFT, WAITS, CONNECTS), await(catalogue.begunBy(first, some)));
        assertEquals(Set.of(DRAFT, WAITS), await(catalogue.begunBy(first - 1, some)));
        assertEquals(Set.of(), await(catalogue.begunBy(first, List.of())));
    }

    @Test
    void what_fails_in_the_database_fails_the_stage_with_its_own_exception() {
        PostgresCatalogue nowhere = new PostgresCatalogue(
                new org.postgresql.ds.PGSimpleDataSource() {
                    @Override
                    public java.sql.Connection getConnection() throws SQLException {
                        throw new SQLException("gone", "08001");
                    }
                },
                Runnable::run,
                TIMEOUT);
        ExecutionException failed = assertThrows(
                ExecutionException.class,
                () -> nowhere.count(JobFilter.ALL).toCompletableFuture().get());
        assertTrue(failed.getCause() instanceof SQLException);
    }

    @Test
    void unfinished_jobs_of_a_queue_and_of_an_owner_are_counted_with_those_of_them_that_are_known() {
        var counts = new PostgresJobCounts(database.dataSource(), Runnable::run, TIMEOUT);
        JobCounts.Count site = await(counts.unfinished(JobCounts.Of.QUEUE, "site", List.of(WAITS, id(99_999))));
        assertEquals(new JobCounts.Count(3, Set.of(WAITS)), site);
        assertEquals(
                new JobCounts.Count(1, Set.of(DONE)),
                await(counts.unfinished(JobCounts.Of.OWNER, "carol", List.of(DONE))),
                "one of two is over");
        assertEquals(
                new JobCounts.Count(0, Set.of()),
                await(counts.unfinished(JobCounts.Of.OWNER, "nobody", List.of(WAITS))),
                "he has just taken it, and the index does not know yet");
    }
}
