package io.longhaul.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.job.JobEvent;
import io.longhaul.job.JobId;
import io.longhaul.job.Priority;
import io.longhaul.job.QueuedReason;
import io.longhaul.job.Recorded;
import io.longhaul.testkit.PromiseChecker.Call;
import io.longhaul.testkit.PromiseChecker.Evidence;
import io.longhaul.testkit.PromiseChecker.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The checker of promises")
class PromiseCheckerTest {
    private static final JobId JOB = Histories.id(1);
    private static final JobId OTHER = Histories.id(2);
    private static final String HOST = "127.0.0.1:80";
    private static final long MILLI = 1_000_000;

    private final List<Recorded> life = new ArrayList<>(
            Histories.life(Histories.spec("alice", "q", Priority.NORMAL, "life", Map.of()), Histories.BEGIN));
    private List<Call> calls =
            List.of(new Call(JOB.toString(), Call.Kind.CREATE), new Call(JOB.toString(), Call.Kind.COMPLETE));
    private List<Served> served = List.of(request("/a", 0, 100), request("/a", 90, 300), request("/b", 0, 300));
    private List<String> names = List.of("a.bin", "BIT-" + OTHER + "-0-1-12345678.tmp");

    @Test
    void has_nothing_to_say_of_a_whole_life() {
        assertEquals(List.of(), PromiseChecker.broken(evidence(rows())));
    }

    @Test
    void misses_a_job_that_was_accepted() {
        calls = List.of(new Call(OTHER.toString(), Call.Kind.CREATE));
        assertBroken("lost: CREATE of " + OTHER);
    }

    @Test
    void misses_what_a_verb_was_answered_to_have_done() {
        calls = List.of(new Call(JOB.toString(), Call.Kind.CANCEL));
        assertBroken("lost: CANCEL of " + JOB);
    }

    @Test
    void sees_a_slice_beside_another_one() {
        life.add(4, at(Histories.granted(2, Histories.BEGIN.plusSeconds(600))));
        assertBroken("slices: " + JOB + " was granted 2 beside 1");
    }

    @Test
    void sees_a_slice_that_was_granted_twice_or_renewed_out_of_turn() {
        life.add(4, at(new JobEvent.JobQueued(QueuedReason.RESTARTED)));
        life.add(5, at(Histories.granted(1, Histories.BEGIN)));
        assertBroken("slices: " + JOB + " was granted 1 after 1");
        life.set(5, at(new JobEvent.SliceRenewed(2, Histories.BEGIN)));
        assertBroken("slices: " + JOB + " was renewed 2 after 1");
    }

    @Test
    void sees_what_an_old_run_has_written() {
        life.add(4, at(new JobEvent.JobQueued(QueuedReason.RESTARTED)));
        life.add(5, at(Histories.granted(2, Histories.BEGIN)));
        life.add(6, at(new JobEvent.FileCheckpointed(0, 10, 1)));
        assertBroken("slices: " + JOB + " was written by run 1 while 2 was the last");
    }

    @Test
    void sees_a_file_that_is_fetched_twice_at_once() {
        served = List.of(request("/a", 0, 300), request("/a", 150, 400));
        assertBroken("slices: " + HOST + "/a was fetched twice at once");
        served = List.of(request("/a", 0, -1), request("/a", 5000, 6000));
        assertBroken("slices: " + HOST + "/a was fetched twice at once");
    }

    @Test
    void sees_more_jobs_of_a_queue_than_it_has_slots() {
        Recorded created = Histories.created(
                Histories.BEGIN, Histories.spec("bob", "q", Priority.LOW, "x", Map.of()), "http://h/x");
        List<Row> more = List.of(
                new Row(101, OTHER, 1, "w", created),
                new Row(102, OTHER, 2, "w", at(Histories.queued())),
                new Row(103, OTHER, 3, "w", at(Histories.granted(1, Histories.BEGIN))));
        assertEquals(
                List.of(),
                PromiseChecker.broken(
                        evidence(Stream.concat(rows().stream(), more.stream()).toList())));
        List<Row> meanwhile = new ArrayList<>(rows());
        meanwhile.addAll(3, more);
        assertBroken("slices: 2 jobs of queue q ran at once", meanwhile);
    }

    @Test
    void sees_a_second_commit() {
        life.add(5, at(Histories.fileTransferred(0, 1000, 1)));
        assertBroken("commits: " + JOB + " has file 0 twice");
    }

    @Test
    void sees_two_ends() {
        life.add(at(new JobEvent.JobCancelled(false)));
        assertBroken("commits: " + JOB + " was acknowledged 1 and cancelled 1 times");
    }

    @Test
    void sees_what_a_completed_job_left_behind() {
        names = List.of("BIT-" + JOB + "-0-1-12345678.tmp");
        assertBroken("commits: " + JOB + " left BIT-");
    }

    @Test
    void counts_what_a_server_has_at_once() {
        served = List.of(request("/a", 0, 400), request("/b", 10, 400), request("/c", 250, 500));
        assertBroken("limits: " + HOST + " had 3 requests at once, of 2");
        served = List.of(request("/a", 0, 400), request("/b", 10, 400), request("/c", 350, 500));
        assertEquals(List.of(), PromiseChecker.broken(evidence(rows())));
    }

    @Test
    void sees_a_gap_in_a_history() {
        List<Row> rows = new ArrayList<>(rows());
        rows.remove(3);
        assertBroken("histories: " + JOB + " has event 5 where 4 belongs", rows);
    }

    @Test
    void sees_events_that_changed_places() {
        List<Row> rows = new ArrayList<>(rows());
        rows.add(3, rows.remove(4));
        assertBroken("histories: " + JOB + " has event 5 where 4 belongs", rows);
    }

    @Test
    void sees_a_move_that_is_not_legal() {
        life.add(2, at(new JobEvent.JobConnected()));
        assertBroken("histories: Job " + JOB + ": in QUEUED there is no JobConnected, by event 3");
    }

    @Test
    void sees_a_history_that_goes_back_in_time() {
        life.set(6, Histories.at(Histories.BEGIN.minusSeconds(1), new JobEvent.CompletionBegan()));
        assertBroken("histories: " + JOB + " went back in time with event 7");
    }

    @Test
    void sees_a_writer_who_comes_back_after_another_one() {
        List<Row> rows = new ArrayList<>(rows());
        Row taken = rows.get(4);
        rows.set(4, new Row(taken.ordering(), taken.job(), taken.sequence(), "another", taken.recorded()));
        assertBroken("histories: " + JOB + " had its event 6 from a writer before its last", rows);
    }

    @Test
    void reads_the_journal_as_it_was_written() {
        try (JobDatabase database = JobDatabase.create()) {
            new TestJournal(database.dataSource(), new io.longhaul.store.JobSerializer()).write(JOB, life);
            assertEquals(rows(), PromiseChecker.journal(database.dataSource()));
        }
    }

    private void assertBroken(String promise) {
        assertBroken(promise, rows());
    }

    private void assertBroken(String promise, List<Row> rows) {
        List<String> broken = PromiseChecker.broken(evidence(rows));
        assertTrue(broken.stream().anyMatch(line -> line.startsWith(promise)), broken.toString());
    }

    private Evidence evidence(List<Row> rows) {
        return new Evidence(calls, rows, served, Map.of(HOST, 2), Map.of("q", 1), names);
    }

    private List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (Recorded recorded : life) rows.add(new Row(rows.size() + 1, JOB, rows.size() + 1, "w", recorded));
        return rows;
    }

    private static Recorded at(JobEvent event) {
        return Histories.at(Histories.BEGIN.plusSeconds(3), event);
    }

    /** From and to in milliseconds; it goes on where it ends before it begins. */
    private static Served request(String path, long from, long to) {
        return new Served(HOST, path, "", from * MILLI, to < from ? Served.STILL : to * MILLI, 1);
    }
}
