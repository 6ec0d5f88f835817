package io.longhaul.store;

import static io.longhaul.store.Stages.await;
import static io.longhaul.testkit.Histories.BEGIN;
import static io.longhaul.testkit.Histories.at;
import static io.longhaul.testkit.Histories.created;
import static io.longhaul.testkit.Histories.id;
import static io.longhaul.testkit.Histories.queued;
import static io.longhaul.testkit.Histories.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.JobHistory.Entry;
import io.longhaul.job.JobId;
import io.longhaul.job.Priority;
import io.longhaul.job.Recorded;
import io.longhaul.testkit.JobDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The beginning of a history")
class PostgresNewJobsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final List<Recorded> BEGINNING = List.of(
            created(BEGIN, spec("alice", "default", Priority.NORMAL, "maps", Map.of()), "https://origin.example/a"),
            at(BEGIN, queued()));

    private final JobDatabase database = JobDatabase.create();
    private final PostgresNewJobs newJobs = new PostgresNewJobs(database.dataSource(), TIMEOUT);

    @AfterEach
    void close() {
        database.close();
    }

    private List<Recorded> history(JobId id) {
        return await(new PostgresHistory(database.dataSource(), Runnable::run, TIMEOUT).events(id, 0, 10)).stream()
                .map(Entry::recorded)
                .toList();
    }

    @Test
    void is_in_the_journal_when_it_is_answered() {
        assertTrue(await(newJobs.begin(id(1), BEGINNING)));
        assertEquals(BEGINNING, history(id(1)));
    }

    @Test
    void is_left_alone_where_there_is_one() {
        await(newJobs.begin(id(1), BEGINNING.subList(0, 1)));
        assertFalse(await(newJobs.begin(id(1), BEGINNING.subList(0, 1))));
        assertEquals("1", database.query("SELECT count(*) FROM event_journal"));
    }

    @Test
    void is_written_for_many_jobs_at_once_with_their_lines_in_order() {
        List<CompletionStage<Boolean>> begun = new ArrayList<>();
        for (int i = 0; i < 3000; i++) begun.add(newJobs.begin(id(i / 2), BEGINNING));
        assertEquals(1500, begun.stream().filter(Stages::await).count());
        assertEquals("3000", database.query("SELECT count(*) FROM event_journal"));
        assertEquals("0", database.query("""
                        SELECT count(*) FROM event_journal a JOIN event_journal b USING (persistence_id)
                        WHERE a.sequence_number < b.sequence_number AND a.ordering > b.ordering
                        """));
        assertTrue(Integer.parseInt(database.query("SELECT count(DISTINCT xmin::text) FROM event_journal")) < 1500);
    }

    @Test
    void is_not_written_together_with_more_than_a_statement_should_hold() {
        List<Recorded> large = List.of(created(
                BEGIN,
                spec("alice", "default", Priority.NORMAL, "x".repeat(3 << 20), Map.of()),
                "https://origin.example/a"));
        List<CompletionStage<Boolean>> begun = new ArrayList<>();
        for (int i = 0; i < 20; i++) begun.add(newJobs.begin(id(i), large));
        assertEquals(20, begun.stream().filter(Stages::await).count());
        assertTrue(Integer.parseInt(database.query("SELECT count(DISTINCT xmin::text) FROM event_journal")) >= 10);
    }

    @Test
    void is_read_by_the_index() throws Exception {
        await(newJobs.begin(id(1), BEGINNING));
        new IndexRebuild(database.dataSource()).run(line -> {});
        assertEquals("QUEUED", database.query("SELECT state FROM job"));
    }
}
