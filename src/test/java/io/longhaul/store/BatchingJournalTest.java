package io.longhaul.store;

import static io.longhaul.testkit.Histories.BEGIN;
import static io.longhaul.testkit.Histories.at;
import static io.longhaul.testkit.Histories.created;
import static io.longhaul.testkit.Histories.id;
import static io.longhaul.testkit.Histories.queued;
import static io.longhaul.testkit.Histories.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.ActorRef;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.persistence.AtomicWrite;
import akka.persistence.PersistentRepr;
import akka.persistence.PersistentRepr$;
import akka.persistence.SnapshotMetadata;
import akka.persistence.jdbc.config.JournalConfig;
import akka.persistence.jdbc.config.SnapshotConfig;
import akka.persistence.jdbc.db.SlickDatabase;
import akka.persistence.jdbc.db.SlickExtension;
import akka.persistence.jdbc.db.SlickExtensionImpl;
import akka.persistence.jdbc.journal.dao.DefaultJournalDao;
import akka.persistence.jdbc.journal.dao.JournalDao;
import akka.persistence.jdbc.snapshot.dao.SnapshotDao;
import akka.serialization.SerializationExtension;
import akka.stream.Materializer;
import akka.stream.javadsl.Sink;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.longhaul.job.Priority;
import io.longhaul.job.Recorded;
import io.longhaul.testkit.Histories;
import io.longhaul.testkit.JobDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.FutureConverters;

@DisplayName("The journal, written and read in batches,")
class BatchingJournalTest {
    private static final Recorded CREATED =
            created(BEGIN, spec("alice", "default", Priority.HIGH, "maps", Map.of()), "https://origin.example/a");
    private static final Recorded NEXT = at(BEGIN, queued());
    private static final int PARALLELISM = 4;

    /** Has one batch under way, and no more. */
    private static final String ONE = "parallelism = 1";

    /** Each write is a batch, so that all that may be under way begin at once. */
    private static final String EACH = "batchSize = 1";

    private final JobDatabase database = JobDatabase.create();
    private final ActorTestKit akka = ActorTestKit.create(AkkaJournalTest.config(database));
    private final Materializer materializer = Materializer.createMaterializer(akka.system());
    private final SlickDatabase slick =
            ((SlickExtensionImpl) SlickExtension.get(akka.system())).database(config("jdbc-journal"));
    private final BatchingJournalDao journal = journal("");
    private final SnapshotDao snapshots = new BatchingSnapshotDao(
            slick.database(),
            slick.profile(),
            new SnapshotConfig(config("jdbc-snapshot-store")),
            SerializationExtension.get(akka.system()),
            akka.system().executionContext(),
            materializer);

    private BatchingJournalDao journal(String changes) {
        return new BatchingJournalDao(
                slick.database(),
                slick.profile(),
                journalConfig(changes),
                SerializationExtension.get(akka.system()),
                akka.system().executionContext(),
                materializer);
    }

    private JournalConfig journalConfig(String changes) {
        return new JournalConfig(ConfigFactory.parseString(changes).withFallback(config("jdbc-journal")));
    }

    private Config config(String path) {
        return akka.system().settings().config().getConfig(path);
    }

    @AfterEach
    void close() {
        akka.shutdownTestKit();
        database.close();
    }

    private static String job(int number) {
        return Journal.persistenceId(id(number));
    }

    private static PersistentRepr event(String job, long sequence, Object payload) {
        return PersistentRepr$.MODULE$
                .apply(payload, sequence, job, "", false, ActorRef.noSender(), "writer")
                .withTimestamp(BEGIN.toEpochMilli());
    }

    private static CompletableFuture<Object> write(JournalDao journal, String job, long from, int events) {
        List<PersistentRepr> together = LongStream.range(from, from + events)
                .mapToObj(sequence -> event(job, sequence, sequence == 1 ? CREATED : NEXT))
                .toList();
        return outcome(journal.asyncWriteMessages(list(new AtomicWrite(list(together)))));
    }

    private static <T> scala.collection.immutable.List<T> list(T one) {
        return list(List.of(one));
    }

    private static <T> scala.collection.immutable.List<T> list(List<T> some) {
        return CollectionConverters.asScala(some).toList();
    }

    /** With the failure as a value. */
    private static CompletableFuture<Object> outcome(Future<?> future) {
        return FutureConverters.asJava(future)
                .<Object>handle((done, failed) -> failed == null ? done : failed)
                .toCompletableFuture();
    }

    private static <T> T done(Future<T> future) {
        return Stages.await(FutureConverters.asJava(future));
    }

    private static List<Boolean> written(List<CompletableFuture<Object>> writes) {
        return writes.stream()
                .map(Stages::await)
                .map(outcome -> !(outcome instanceof Throwable))
                .toList();
    }

    /** So many batches are under way, all that may be, each of one write; what comes now waits for the next. */
    private List<CompletableFuture<Object>> occupy(JournalDao journal, int batches) {
        List<CompletableFuture<Object>> writes = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            writes.add(write(journal, job(10_000 + i), 1, 1));
            database.awaitWriters(i + 1);
        }
        return writes;
    }

    /** As {@link BatchingJournal} does it. */
    private List<Long> replayed(String job, long from, long to) {
        var held = journal.held(job, from, to);
        if (held.isPresent())
            return held.get().stream().map(event -> checked(job, event)).toList();
        var events = journal.messagesWithBatch(job, from, to, 50, Option.empty())
                .asJava()
                .map(each -> checked(job, each.get()._1()))
                .runWith(Sink.seq(), materializer);
        return Stages.await(events);
    }

    private static long checked(String job, PersistentRepr event) {
        assertEquals(event.sequenceNr() == 1 ? CREATED : NEXT, event.payload());
        assertEquals(job, event.persistenceId());
        return event.sequenceNr();
    }

    private static List<Long> numbers(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    @Test
    void holds_what_the_plug_in_writes() {
        JournalDao plugin = new DefaultJournalDao(
                slick.database(),
                slick.profile(),
                journalConfig(""),
                SerializationExtension.get(akka.system()),
                akka.system().executionContext(),
                materializer);
        PersistentRepr described = event("a", 1, CREATED).withMetadata(NEXT);
        done(plugin.asyncWriteMessages(list(new AtomicWrite(list(List.of(described, event("a", 2, NEXT)))))));
        PersistentRepr same = event("b", 1, CREATED).withMetadata(NEXT);
        done(journal.asyncWriteMessages(list(new AtomicWrite(list(List.of(same, event("b", 2, NEXT)))))));
        String rows = "SELECT jsonb_agg(to_jsonb(e) - 'ordering' - 'persistence_id' ORDER BY sequence_number)"
                + " FROM event_journal e WHERE persistence_id = ";
        assertEquals(database.query(rows + "'a'"), database.query(rows + "'b'"));
        assertEquals(numbers(1, 2), replayed("b", 1, 2));
        done(journal.delete("b", 1));
        assertEquals(2L, done(journal.highestSequenceNr("b", 0)));
        assertEquals(List.of(2L), replayed("b", 1, 2));
    }

    @Test
    void numbers_the_events_of_a_job_in_their_order() {
        assertFalse(written(IntStream.range(0, 500)
                        .mapToObj(i -> write(journal, job(i), 1, 3))
                        .toList())
                .contains(false));
        assertEquals("1500", database.query("SELECT count(*) FROM event_journal"));
        assertEquals(
                "0",
                database.query("SELECT count(*) FROM event_journal a JOIN event_journal b USING (persistence_id) WHERE"
                        + " a.sequence_number < b.sequence_number AND a.ordering > b.ordering"));
    }

    @Test
    void refuses_a_second_writer_and_nobody_else() throws Exception {
        JournalDao journal = journal(ONE);
        Stages.await(write(journal, job(7), 1, 2));
        List<CompletableFuture<Object>> writes;
        try (Connection held = database.lockJournal()) {
            writes = occupy(journal, 1);
            for (int i = 0; i < 20; i++) writes.add(write(journal, job(i), 1, 2));
            writes.add(write(journal, job(7), 2, 1));
            writes.add(write(journal, job(7), 3, 2)); // the first writer goes on
            held.rollback();
        }
        List<Boolean> expected = new ArrayList<>(Collections.nCopies(23, true));
        expected.set(8, false);
        expected.set(21, false);
        assertEquals(expected, written(writes));
        assertEquals("4", database.query("SELECT count(*) FROM event_journal WHERE persistence_id = '" + job(7) + "'"));
    }

    @Test
    void takes_all_events_of_a_write_or_none() {
        Stages.await(write(journal, job(1), 2, 1)); // in the way of the second event
        assertInstanceOf(SQLException.class, Stages.await(write(journal, job(1), 1, 2)));
        assertEquals("1", database.query("SELECT count(*) FROM event_journal"));
    }

    @Test
    void says_what_cannot_be_written_and_writes_the_rest() {
        var refused = outcome(journal.asyncWriteMessages(list(new AtomicWrite(list(event(job(1), 1, new Object()))))));
        var rest = write(journal, job(2), 1, 1);
        var each = (scala.collection.immutable.Seq<?>) Stages.await(refused);
        assertInstanceOf(scala.util.Failure.class, each.head());
        assertEquals(List.of(true), written(List.of(rest)));
        assertEquals("1", database.query("SELECT count(*) FROM event_journal"));
    }

    @Test
    void refuses_writes_when_too_many_wait() throws Exception {
        JournalDao small = journal("bufferSize = 10, " + ONE);
        List<CompletableFuture<Object>> writes;
        try (Connection held = database.lockJournal()) {
            writes = occupy(small, 1);
            for (int i = 0; i < 10; i++) writes.add(write(small, job(i), 1, 1));
            assertInstanceOf(RejectedExecutionException.class, Stages.await(write(small, job(10), 1, 1)));
            held.rollback();
        }
        assertFalse(written(writes).contains(false));
        assertEquals(List.of(true), written(List.of(write(small, job(10), 1, 1))));
    }

    @Test
    void writes_again_what_was_under_way_when_connections_broke() throws Exception {
        JournalDao journal = journal(EACH);
        List<CompletableFuture<Object>> writes;
        try (Connection held = database.lockJournal()) {
            writes = occupy(journal, PARALLELISM);
            for (int i = 0; i < 20; i++) writes.add(write(journal, job(i), 1, 2));
            database.disconnectJournal();
            database.awaitWriters(PARALLELISM); // on new connections
            held.rollback();
        }
        assertFalse(written(writes).contains(false));
        assertEquals(PARALLELISM + 40 + "", database.query("SELECT count(*) FROM event_journal"));
    }

    @Test
    void knows_what_was_written_although_the_answer_was_lost() throws Exception {
        JournalDao journal = journal(EACH);
        List<CompletableFuture<Object>> writes;
        try (Connection held = database.lockJournal()) {
            writes = occupy(journal, PARALLELISM);
            // As the first statement will have left it, and as somebody else has
            writeRow(held, job(10_000), "writer");
            writeRow(held, job(10_001), "somebody else");
            database.disconnectJournal();
            database.awaitWriters(PARALLELISM);
            held.commit();
        }
        assertEquals(List.of(true, false, true, true), written(writes));
        assertEquals(PARALLELISM + "", database.query("SELECT count(*) FROM event_journal"));
    }

    private static void writeRow(Connection connection, String job, String writer) throws SQLException {
        try (var insert = connection.prepareStatement("""
                INSERT INTO event_journal (persistence_id, sequence_number, writer, write_timestamp, adapter_manifest,
                  event_ser_id, event_ser_manifest, event_payload) VALUES (?, 1, ?, 0, '', 0, '', '')
                """)) {
            insert.setString(1, job);
            insert.setString(2, writer);
            insert.executeUpdate();
        }
    }

    @Test
    void answers_many_recoveries_each_with_its_own_history() {
        for (int i = 0; i < 300; i += 3) Stages.await(write(journal, job(i), 1, 1 + i % 5));
        Stages.await(write(journal, job(300), 1, 333)); // more than is kept
        done(snapshots.save(new SnapshotMetadata(job(3), 2, 0), Histories.fold(id(3), List.of(CREATED, NEXT))));
        var begun = IntStream.rangeClosed(0, 300)
                .mapToObj(i -> snapshots.latestSnapshot(job(i)))
                .toList();
        for (int i = 0; i <= 300; i++) {
            assertEquals(i == 3, done(begun.get(i)).isDefined(), job(i));
            long highest = i == 300 ? 333 : i % 3 == 0 ? 1 + i % 5 : 0;
            assertEquals(highest, done(journal.highestSequenceNr(job(i), 0)));
            if (i == 3) assertEquals(numbers(3, highest), replayed(job(i), 3, highest));
            else if (highest > 0) assertEquals(numbers(1, highest), replayed(job(i), 1, highest));
        }
        assertEquals(numbers(1, 4), replayed(job(3), 1, 4), "as where the snapshot does not read");
    }

    @Test
    void shows_a_recovery_what_was_written_since_it_began() {
        Stages.await(write(journal, job(1), 1, 1));
        done(snapshots.latestSnapshot(job(1)));
        Stages.await(write(journal, job(1), 2, 1));
        assertEquals(2L, done(journal.highestSequenceNr(job(1), 0)));
        assertEquals(numbers(1, 2), replayed(job(1), 1, 2));
    }

    @Test
    void keeps_of_a_large_history_nothing_in_memory() {
        String large = "x".repeat(10_000);
        Recorded created = created(
                BEGIN, spec("alice", "default", Priority.HIGH, "m", Map.of()), "https://origin.example/" + large);
        done(journal.asyncWriteMessages(list(new AtomicWrite(list(event(job(1), 1, created))))));
        Recoveries.Start start =
                done(Recoveries.of(akka.system().classicSystem()).begin(job(1)));
        assertEquals(1, start.highest());
        assertEquals(List.of(), start.events());
        assertFalse(start.holds(1, 1));
        assertEquals(1L, done(journal.highestSequenceNr(job(1), 0)));
        assertNull(Recoveries.of(akka.system().classicSystem()).end(job(2)));
    }

    @Test
    void finds_rows_by_their_keys_from_the_first_on() throws Exception {
        try (Connection connection = slick.database().source().createConnection();
                var statement = connection.createStatement()) {
            String snapshots = planOf(statement, Recoveries.STARTS, "text[], int4, int4", "'{a}', 9, 9");
            assertTrue(snapshots.contains("snapshot_pkey"), snapshots);
            assertTrue(snapshots.contains("event_journal_pkey"), snapshots);
            String highest = planOf(statement, Recoveries.HIGHEST, "text[]", "'{a}'");
            assertTrue(highest.contains("event_journal_pkey"), highest);
        }
    }

    private static String planOf(Statement statement, String query, String types, String values) throws SQLException {
        String numbered = query;
        for (int i = 1; numbered.contains("?"); i++) numbered = numbered.replaceFirst("\\?", "\\$" + i);
        statement.execute("PREPARE planned (" + types + ") AS " + numbered);
        String plan = "";
        try (var rows = statement.executeQuery("EXPLAIN EXECUTE planned (" + values + ")")) {
            while (rows.next()) plan += rows.getString(1) + "\n";
        }
        statement.execute("DEALLOCATE planned");
        assertFalse(plan.contains("Seq Scan"), plan);
        return plan;
    }
}
