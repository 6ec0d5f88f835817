package io.longhaul.store;

import static io.longhaul.testkit.Histories.BEGIN;
import static io.longhaul.testkit.Histories.at;
import static io.longhaul.testkit.Histories.failed;
import static io.longhaul.testkit.Histories.id;
import static io.longhaul.testkit.Histories.life;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.NotificationKey;
import io.longhaul.entity.Notifications;
import io.longhaul.entity.Notifications.Delivery;
import io.longhaul.entity.Notifications.Outcome;
import io.longhaul.entity.Notifications.Round;
import io.longhaul.entity.Notifications.State;
import io.longhaul.job.JobId;
import io.longhaul.job.JobSpec;
import io.longhaul.job.JobSpec.Notify;
import io.longhaul.job.JobSpec.NotifyEvent;
import io.longhaul.job.Priority;
import io.longhaul.job.Recorded;
import io.longhaul.testkit.Histories;
import io.longhaul.testkit.JobDatabase;
import io.longhaul.testkit.JobFixtures;
import io.longhaul.testkit.TestJournal;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What owners are to be told")
class PostgresNotificationsTest {
    private static final Instant LATER = BEGIN.plusSeconds(3600);

    private final JobDatabase database = JobDatabase.create();
    private final TestJournal journal = new TestJournal(database.dataSource(), new JobSerializer());

    private final PostgresNotifications notifications =
            new PostgresNotifications(database.dataSource(), Runnable::run, Duration.ofSeconds(10));

    @AfterEach
    void close() {
        database.close();
    }

    private static JobSpec spec(String owner, NotifyEvent... events) {
        JobSpec spec = Histories.spec(owner, "default", Priority.NORMAL, "maps", Map.of());
        return JobFixtures.notify(new Notify(List.of(events), "https://hooks.example/bits"))
                .applyTo(spec);
    }

    private void index(int batch) throws SQLException {
        try (IndexFollower follower = IndexFollower.start(database.dataSource(), batch)) {
            IndexFollower.Reached step;
            do step = follower.step();
            while (step != IndexFollower.Reached.CAUGHT_UP);
        }
    }

    private void rebuild() throws Exception {
        new IndexRebuild(database.dataSource(), 3).run(line -> {});
    }

    private String rows() {
        return database.query(
                "SELECT coalesce(string_agg(sequence || ' ' || event, ', ' ORDER BY job, sequence, event), '')"
                        + " FROM notification");
    }

    private String waiting() {
        return database.query("SELECT count(*) FROM job_to_notify");
    }

    @Test
    void is_nothing_where_nobody_wants_to_be_told() throws Exception {
        journal.write(id(1), life(Histories.spec("alice", "q", Priority.LOW, "maps", Map.of()), BEGIN));
        index(100);
        assertEquals("", rows());
        assertEquals("0", waiting());
    }

    @Test
    void is_there_once_its_event_is_in_the_index_and_never_again() throws Exception {
        List<Recorded> life = life(spec("alice", NotifyEvent.FILE_TRANSFERRED, NotifyEvent.JOB_TRANSFERRED), BEGIN);
        journal.write(id(1), life.subList(0, 5));
        index(2);
        assertEquals("5 FILE_TRANSFERRED", rows());
        journal.write(id(1), life.subList(5, life.size()));
        index(2);
        assertEquals("5 FILE_TRANSFERRED, 6 JOB_TRANSFERRED", rows());
        assertEquals("1", waiting());

        database.execute("DELETE FROM notification");
        rebuild();
        assertEquals("", rows(), "a new index does not tell again what was told");
        JobId other = id(2);
        journal.write(other, List.of(life.getFirst(), at(BEGIN, Histories.queued())));
        journal.write(other, at(BEGIN, Histories.granted(1, BEGIN.plusSeconds(300))), at(BEGIN, failed(BEGIN)));
        index(100);
        assertEquals("", rows(), "JOB_ERROR was not asked for");
    }

    @Test
    void comes_for_what_an_older_version_has_carried_over_without_it() throws Exception {
        List<Recorded> life = life(spec("alice", NotifyEvent.JOB_TRANSFERRED), BEGIN);
        journal.write(id(1), life.subList(0, 4));
        index(100);
        journal.write(id(1), life.subList(4, life.size()));
        index(100);
        database.execute("DELETE FROM notification; UPDATE index_offset SET notified = 4");
        index(100);
        assertEquals("6 JOB_TRANSFERRED", rows());
        assertEquals("1", database.query("SELECT sum(jobs) FROM job_count WHERE scope = 'all'"));
    }

    @Test
    void is_put_together_where_it_is_made_often_until_somebody_tells_it() throws Exception {
        List<Recorded> life = new ArrayList<>(life(spec("alice", NotifyEvent.JOB_MODIFICATION), BEGIN));
        journal.write(id(1), life.subList(0, 3));
        index(100);
        assertEquals("2 JOB_MODIFICATION", rows(), "two in one batch");
        journal.write(id(1), life.subList(3, 5));
        index(100);
        assertEquals("2 JOB_MODIFICATION", rows(), "and in another");
        assertEquals(
                "t",
                database.query("SELECT at = '" + BEGIN.plusSeconds(3) + "' FROM notification"),
                "the last one counts");
        database.execute("UPDATE notification SET attempts = 1");
        journal.write(id(1), life.subList(5, life.size()));
        index(1);
        assertEquals("2 JOB_MODIFICATION, 7 JOB_MODIFICATION", rows());
    }

    private Round take(Instant now, int most) {
        return Stages.await(notifications.take(null, now, now.plusSeconds(30), 4, most));
    }

    private List<String> taken(Instant now) {
        return take(now, 100).deliveries().stream()
                .map(delivery ->
                        delivery.key().sequence() + " " + delivery.key().event() + " " + delivery.attempts())
                .toList();
    }

    private void settle(NotificationKey key, Outcome outcome) {
        Stages.await(notifications.settle(key, outcome));
    }

    private static NotificationKey key(long job, long sequence, NotifyEvent event) {
        return new NotificationKey(id(job), sequence, event);
    }

    @Test
    void is_told_in_order_each_once_the_one_before_is_settled() throws Exception {
        journal.write(id(1), life(spec("alice", NotifyEvent.FILE_TRANSFERRED, NotifyEvent.JOB_TRANSFERRED), BEGIN));
        index(100);
        assertEquals(List.of(), taken(BEGIN), "it is only just to happen");
        Delivery first = take(LATER, 100).deliveries().getFirst();
        assertEquals(key(1, 5, NotifyEvent.FILE_TRANSFERRED), first.key());
        assertEquals(BEGIN.plusSeconds(3), first.at());
        assertEquals("TRANSFERRING", first.news().job().state().name(), "the job as it was then");
        assertEquals("ACKNOWLEDGED", first.job().state().name(), "and as it is now");
        assertEquals(1000, first.news().file().bytesHeld());
        assertEquals(List.of(), taken(LATER.plusSeconds(29)), "somebody is at it");

        settle(first.key(), Outcome.again(503, "HTTP status 503.", LATER.plusSeconds(60)));
        assertEquals(List.of(), taken(LATER.plusSeconds(59)));
        assertEquals(List.of("5 FILE_TRANSFERRED 2"), taken(LATER.plusSeconds(60)));
        assertEquals(List.of("5 FILE_TRANSFERRED 3"), taken(LATER.plusSeconds(90)), "whoever was at it is gone");
        settle(first.key(), Outcome.delivered(204, "HTTP status 204."));
        assertEquals(List.of("6 JOB_TRANSFERRED 1"), taken(LATER.plusSeconds(90)), "at once");
        settle(first.key(), Outcome.again(500, "HTTP status 500.", LATER));
        assertEquals(List.of(), taken(LATER.plusSeconds(90)), "the slow attempt of before changes nothing");
        settle(key(1, 6, NotifyEvent.JOB_TRANSFERRED), Outcome.givenUp(410, "HTTP status 410."));
        assertEquals(List.of(), taken(LATER.plusSeconds(1000)));
        assertEquals("0", waiting());

        List<Notifications.Entry> log = Stages.await(notifications.ofJob(id(1), null, 10));
        assertEquals(
                List.of(
                        new Notifications.Entry(
                                first.key(),
                                0,
                                BEGIN.plusSeconds(3),
                                State.DELIVERED,
                                3,
                                LATER.plusSeconds(90),
                                204,
                                "HTTP status 204.",
                                null),
                        new Notifications.Entry(
                                key(1, 6, NotifyEvent.JOB_TRANSFERRED),
                                null,
                                BEGIN.plusSeconds(3),
                                State.GIVEN_UP,
                                1,
                                LATER.plusSeconds(90),
                                410,
                                "HTTP status 410.",
                                null)),
                log);
        assertEquals(log.subList(1, 2), Stages.await(notifications.ofJob(id(1), first.key(), 10)));
    }

    @Test
    void is_told_to_four_at_once_of_an_owner_and_to_others_beside_them() throws Exception {
        for (int job = 0; job < 9; job++)
            journal.write(id(job), life(spec(job < 7 ? "alice" : "bob", NotifyEvent.JOB_TRANSFERRED), BEGIN));
        index(100);
        List<Delivery> told = new ArrayList<>(take(LATER, 3).deliveries());
        assertEquals(3, told.size());
        told.addAll(take(LATER, 100).deliveries());
        assertEquals(
                List.of("alice", "alice", "alice", "alice", "bob", "bob"),
                told.stream()
                        .map(delivery -> delivery.job().spec().owner().name())
                        .sorted()
                        .toList());
        assertEquals(List.of(), taken(LATER));
        for (Delivery delivery : told) settle(delivery.key(), Outcome.delivered(200, "HTTP status 200."));
        assertEquals(3, taken(LATER).size());
    }

    @Test
    void comes_back_when_somebody_asks_for_it() throws Exception {
        journal.write(id(1), life(spec("alice", NotifyEvent.JOB_TRANSFERRED), BEGIN));
        index(100);
        NotificationKey key = key(1, 6, NotifyEvent.JOB_TRANSFERRED);
        assertEquals(1, taken(LATER).size());
        assertEquals(
                LATER.plusSeconds(30),
                Stages.await(notifications.again(key, LATER)).orElseThrow().due(),
                "not while somebody is at it");
        settle(key, Outcome.again(500, "HTTP status 500.", LATER.plusSeconds(3600)));
        assertEquals(
                "HTTP status 500.",
                take(LATER.plusSeconds(3600), 100).deliveries().getFirst().failure());
        settle(key, Outcome.again(500, "HTTP status 500.", LATER.plusSeconds(7200)));
        assertEquals(
                LATER,
                Stages.await(notifications.again(key, LATER)).orElseThrow().due());
        assertNull(take(LATER, 100).deliveries().getFirst().failure(), "it repeats none");
        settle(key, Outcome.givenUp(410, "HTTP status 410."));
        assertEquals(
                State.PENDING,
                Stages.await(notifications.again(key, LATER)).orElseThrow().state());
        assertEquals(1, taken(LATER).size());
        settle(key, Outcome.delivered(200, "HTTP status 200."));
        assertEquals(
                State.DELIVERED,
                Stages.await(notifications.again(key, LATER)).orElseThrow().state());
        assertEquals(List.of(), taken(LATER));
        assertTrue(Stages.await(notifications.again(key(1, 5, NotifyEvent.JOB_ERROR), LATER))
                .isEmpty());
    }

    @Test
    void waits_for_its_interval_where_it_is_made_often_and_leaves_one_line_in_the_log() throws Exception {
        List<Recorded> life = life(spec("alice", NotifyEvent.JOB_MODIFICATION), BEGIN);
        journal.write(id(1), life.subList(0, 3));
        index(100);
        assertEquals(List.of("2 JOB_MODIFICATION 1"), taken(LATER));
        journal.write(id(1), life.subList(3, 5));
        index(100);
        settle(key(1, 2, NotifyEvent.JOB_MODIFICATION), Outcome.delivered(200, "HTTP status 200."));
        assertEquals(List.of(), taken(LATER.plusMillis(499)));
        assertEquals(List.of("4 JOB_MODIFICATION 1"), taken(LATER.plusMillis(500)));
        settle(key(1, 4, NotifyEvent.JOB_MODIFICATION), Outcome.givenUp(500, "HTTP status 500."));
        assertEquals("4 JOB_MODIFICATION", rows());
    }

    /** Whoever settles the last one of a job takes its row away, and must not while another one is being added. */
    @Test
    void is_not_lost_where_it_comes_while_the_one_before_is_settled() throws Exception {
        List<Recorded> life = life(spec("alice", NotifyEvent.FILE_TRANSFERRED, NotifyEvent.JOB_TRANSFERRED), BEGIN);
        for (int job = 0; job < 40; job++) {
            journal.write(id(job), life.subList(0, 5));
            index(100);
            NotificationKey first = key(job, 5, NotifyEvent.FILE_TRANSFERRED);
            assertEquals(1, taken(LATER).size());
            journal.write(id(job), life.subList(5, life.size()));
            Thread settling = Thread.ofVirtual().start(() -> settle(first, Outcome.delivered(200, "HTTP status 200.")));
            index(100);
            settling.join();
            assertEquals(List.of("6 JOB_TRANSFERRED 1"), taken(LATER));
            settle(key(job, 6, NotifyEvent.JOB_TRANSFERRED), Outcome.delivered(200, "HTTP status 200."));
        }
        assertEquals("0", waiting());
    }

    @Test
    void goes_with_its_job() throws Exception {
        journal.write(id(1), life(spec("alice", NotifyEvent.JOB_TRANSFERRED), BEGIN));
        index(100);
        var expired = new PostgresExpired(database.dataSource(), Runnable::run, Duration.ofSeconds(10));
        assertEquals(
                1,
                Stages.await(expired.removeJobs(null, BEGIN.plusSeconds(60), 10))
                        .removed());
        assertEquals("", rows());
        assertEquals("0", waiting());
    }
}
