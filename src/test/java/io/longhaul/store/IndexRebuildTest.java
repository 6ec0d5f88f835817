package io.longhaul.store;

import static io.longhaul.testkit.Histories.BEGIN;
import static io.longhaul.testkit.Histories.at;
import static io.longhaul.testkit.Histories.created;
import static io.longhaul.testkit.Histories.id;
import static io.longhaul.testkit.Histories.life;
import static io.longhaul.testkit.Histories.queued;
import static io.longhaul.testkit.Histories.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.job.JobEvent;
import io.longhaul.job.Priority;
import io.longhaul.job.Recorded;
import io.longhaul.store.IndexFollower.Reached;
import io.longhaul.testkit.JobDatabase;
import io.longhaul.testkit.TestJournal;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The index that is made anew")
class IndexRebuildTest {
    private static final List<Recorded> LIFE =
            life(spec("alice", "default", Priority.HIGH, "maps", Map.of("fleet", "eu-1")), BEGIN);

    private final JobDatabase database = JobDatabase.create();
    private final TestJournal journal = new TestJournal(database.dataSource(), new JobSerializer());

    @AfterEach
    void close() {
        database.close();
    }

    private void writeLives(int jobs) {
        for (int line = 0; line < LIFE.size(); line++)
            for (int job = 0; job < jobs; job++) if (line <= job % LIFE.size()) journal.write(id(job), LIFE.get(line));
    }

    private void follow(int batch) throws Exception {
        try (IndexFollower follower = IndexFollower.start(database.dataSource(), batch)) {
            while (follower.step() != Reached.CAUGHT_UP) assertTrue(follower.offset() > 0);
        }
    }

    private long rebuild(int batch) throws Exception {
        return new IndexRebuild(database.dataSource(), batch).run(lines -> {});
    }

    private String fingerprint() {
        return database.query("SELECT md5(string_agg(job::text, '' ORDER BY id)) FROM job")
                + database.query("SELECT md5(string_agg(t::text, '' ORDER BY term, id)) FROM job_term AS t")
                + database.query("SELECT md5(string_agg(c::text, '' ORDER BY c)) FROM job_count AS c")
                + database.query("SELECT (ordering, notified)::text FROM index_offset")
                + database.query("SELECT md5(coalesce(string_agg(u.id::text || u.sequence, '' ORDER BY u.id), ''))"
                        + " FROM unreadable_job AS u");
    }

    @Test
    void is_the_same_in_batches_of_any_size() throws Exception {
        writeLives(40);
        follow(100);
        String followed = fingerprint();
        for (int batch : List.of(1, 7, 10_000)) {
            database.execute("DELETE FROM job WHERE id = '" + id(3) + "'");
            rebuild(batch);
            assertEquals(followed, fingerprint());
        }
    }

    @Test
    void is_finished_by_the_next_node_where_it_was_cut_off() throws Exception {
        writeLives(40);
        follow(100);
        String followed = fingerprint();
        try (IndexFollower cutOff = IndexFollower.start(database.dataSource(), 10)) {
            cutOff.reset();
            assertThrows(
                    IllegalStateException.class,
                    () -> cutOff.fill(database.dataSource(), lines -> {
                        if (lines > 50) throw new IllegalStateException("cut off");
                    }));
        }
        assertTrue(Integer.parseInt(database.query("SELECT count(*) FROM job")) > 0);
        follow(100);
        assertEquals(followed, fingerprint());
    }

    @Test
    void of_an_empty_journal_is_empty() throws Exception {
        assertEquals(0, rebuild(100));
        assertEquals("0", database.query("SELECT count(*) FROM job"));
    }

    @Test
    void holds_nothing_of_lines_that_are_deleted_or_of_no_job() throws Exception {
        journal.write(id(1), LIFE);
        for (int line = 1; line <= 20; line++) journal.writeRaw("Another|1", line, "whatever", new byte[] {1});
        journal.write(id(2), LIFE.subList(0, 2));
        database.execute("UPDATE event_journal SET deleted = true WHERE persistence_id = 'Job|" + id(1) + "'");
        assertEquals(LIFE.size() + 22, rebuild(3));
        assertEquals(id(2).toString(), database.query("SELECT id FROM job"));
        assertEquals("0", database.query("SELECT count(*) FROM unreadable_job"));
    }

    @Test
    void shows_a_damaged_job_as_it_was_before_and_does_not_wake_it() throws Exception {
        journal.write(id(1), LIFE.subList(0, 2));
        journal.writeRaw("Job|" + id(1), 3, "job-event-99", new byte[] {1});
        journal.writeRaw("Job|" + id(1), 4, "job-event-1", new byte[] {1});
        journal.writeRaw("Job|" + id(5), 7, "job-event-1", new byte[] {1});
        journal.write(id(6), at(BEGIN, queued()));
        journal.write(id(7), LIFE);
        follow(100);
        String followed = fingerprint();
        for (int batch : List.of(1, 100)) {
            rebuild(batch);
            assertEquals(followed, fingerprint());
        }
        assertEquals("2", database.query("SELECT sequence FROM job WHERE id = '" + id(1) + "'"));
        assertEquals("3", database.query("SELECT sequence FROM unreadable_job WHERE id = '" + id(1) + "'"));
        assertEquals("0", database.query("SELECT count(due_at) FROM job WHERE id = '" + id(1) + "'"));
    }

    @Test
    void has_a_job_in_order_again_that_the_database_did_not_take_as_it_was_once() throws Exception {
        for (int job = 1; job <= 3; job++)
            journal.write(id(job), created(BEGIN, spec("alice", "default", Priority.LOW, "NUL \0", Map.of())));
        var good = new JobEvent.JobChanged(spec("alice", "default", Priority.LOW, "job", Map.of()));
        journal.write(id(2), at(BEGIN, good));
        follow(3);
        assertEquals("3", database.query("SELECT count(*) FROM unreadable_job"));
        rebuild(100);
        assertEquals("2", database.query("SELECT count(*) FROM unreadable_job"));
        assertEquals(id(2).toString(), database.query("SELECT id FROM job"));
    }

    @Test
    void waits_for_what_is_being_written() throws Exception {
        CompletableFuture<Long> rebuilt;
        try (Connection slow = database.dataSource().getConnection()) {
            slow.setAutoCommit(false);
            journal.write(slow, id(1), LIFE);
            journal.write(id(2), LIFE);
            rebuilt = CompletableFuture.supplyAsync(() -> {
                try {
                    return rebuild(100);
                } catch (Exception problem) {
                    throw new AssertionError(problem);
                }
            });
            String waiting = "SELECT count(*) FROM pg_locks WHERE mode = 'ShareLock' AND NOT granted";
            while (database.query(waiting).equals("0")) assertFalse(rebuilt.isDone());
            slow.commit();
        }
        assertEquals(2L * LIFE.size(), rebuilt.get(20, TimeUnit.SECONDS));
        assertEquals("2", database.query("SELECT count(*) FROM job"));
    }
}
