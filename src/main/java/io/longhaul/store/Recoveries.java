package io.longhaul.store;

import akka.actor.AbstractExtensionId;
import akka.actor.ActorSystem;
import akka.actor.ExtendedActorSystem;
import akka.actor.Extension;
import akka.dispatch.Futures;
import akka.persistence.jdbc.db.SlickExtension;
import akka.persistence.jdbc.db.SlickExtensionImpl;
import akka.persistence.jdbc.journal.dao.JournalTables.JournalAkkaSerializationRow;
import io.longhaul.store.Sql.ArrayOf;
import io.longhaul.store.Sql.Session;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.concurrent.Future;
import scala.concurrent.Promise;
import slick.jdbc.JdbcDataSource;

/**
 * What actors that recover ask of the database, many of them in one query. Akka asks three times: for the snapshot, for
 * the highest sequence number, for the events. The first question finds all of it, the other two are answered with what
 * it found.
 */
final class Recoveries implements Extension {
    private static final ExtensionOf EXTENSION = new ExtensionOf();

    /** A history with more events since its snapshot, or with a larger one, is left to the plug-in, which pages it. */
    private static final int MOST_EVENTS = 50;

    private static final int MOST_BYTES = 4096;

    private static final int BATCH = 100;
    private static final int PARALLELISM = 2;

    /** As many as recover at once: an answer that nobody asks for any more makes room for a younger one. */
    private static final int KEPT = 500;

    static final String HEADS = """
        SELECT n,
               (SELECT max(sequence_number) FROM event_journal WHERE persistence_id = id) AS highest,
               (SELECT max(sequence_number) FROM snapshot WHERE persistence_id = id) AS snapshot
        FROM unnest(?) WITH ORDINALITY AS asked (id, n)
        """;

    static final String EVENTS = """
        SELECT event.*
        FROM unnest(?, ?, ?) AS asked (id, snapshot, highest) CROSS JOIN LATERAL (
          SELECT * FROM event_journal
          WHERE persistence_id = id AND sequence_number > snapshot AND sequence_number <= highest
            AND NOT deleted AND octet_length(event_payload) <= ?
          ORDER BY sequence_number) AS event
        """;

    private record Asked(String persistenceId, Promise<Start> answer) {}

    private record Head(String persistenceId, long highest, long snapshot) {
        boolean isShort() {
            return highest > snapshot && highest - snapshot <= MOST_EVENTS;
        }
    }

    /**
     * Where a recovery starts.
     *
     * @param highest the sequence number of the last event, 0 without any
     * @param snapshot that of the last snapshot, 0 without any
     * @param events those after the snapshot; not all of them where they are too many or too large
     */
    record Start(long highest, long snapshot, List<JournalAkkaSerializationRow> events) {
        /** Whether all events of this range that were not deleted are here. */
        boolean holds(long from, long to) {
            return from > snapshot && to <= highest && events.size() == highest - snapshot;
        }
    }

    private final JdbcDataSource database;
    private final Batches<Asked> batches;
    private final Map<String, Future<Start>> starts = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Future<Start>> eldest) {
            return size() > KEPT;
        }
    };

    private Recoveries(JdbcDataSource database, int limit) {
        this.database = database;
        this.batches = new Batches<>(limit, PARALLELISM, this::find);
    }

    static Recoveries of(ActorSystem system) {
        return EXTENSION.get(system);
    }

    /** A recovery begins: asks the database. */
    Future<Start> begin(String persistenceId) {
        Asked asked = new Asked(persistenceId, Futures.promise());
        // Kept before it is asked: a write that ends later takes it away, whenever the answer comes
        synchronized (starts) {
            starts.remove(persistenceId);
            starts.put(persistenceId, asked.answer().future());
        }
        if (!batches.offer(asked))
            asked.answer().failure(new RejectedExecutionException("Too many jobs are to be read from the journal"));
        return asked.answer().future();
    }

    /** The recovery goes on: what its beginning has found, where nothing was written since. */
    Future<Start> proceed(String persistenceId) {
        Future<Start> begun;
        synchronized (starts) {
            begun = starts.get(persistenceId);
        }
        return begun == null ? begin(persistenceId) : begun;
    }

    /** The recovery ends, or a write has made what was found untrue. */
    @Nullable
    Start end(String persistenceId) {
        Future<Start> begun;
        synchronized (starts) {
            begun = starts.remove(persistenceId);
        }
        return begun == null || begun.value().isEmpty() || begun.value().get().isFailure()
                ? null
                : begun.value().get().get();
    }

    private void find(Asked first, Queue<Asked> waiting) {
        List<Asked> batch = new ArrayList<>();
        for (Asked next = first; next != null; next = batch.size() < BATCH ? waiting.poll() : null) batch.add(next);
        try (Connection connection = database.createConnection()) {
            Session session = new Session(connection, 0);
            List<Head> heads = heads(session, batch);
            Map<String, List<JournalAkkaSerializationRow>> events =
                    events(session, heads.stream().filter(Head::isShort).toList());
            for (int i = 0; i < batch.size(); i++) {
                Head head = heads.get(i);
                batch.get(i)
                        .answer()
                        .success(new Start(
                                head.highest(), head.snapshot(), events.getOrDefault(head.persistenceId(), List.of())));
            }
        } catch (Exception failed) {
            for (Asked asked : batch) asked.answer().tryFailure(failed);
        }
    }

    private static List<Head> heads(Session session, List<Asked> batch) throws SQLException {
        String[] ids = batch.stream().map(Asked::persistenceId).toArray(String[]::new);
        return session.query(
                row -> new Head(ids[row.getInt("n") - 1], row.getLong("highest"), row.getLong("snapshot")),
                HEADS,
                new ArrayOf("text", ids));
    }

    private static Map<String, List<JournalAkkaSerializationRow>> events(Session session, List<Head> heads)
            throws SQLException {
        Map<String, List<JournalAkkaSerializationRow>> events = new HashMap<>();
        if (heads.isEmpty()) return events;
        for (JournalAkkaSerializationRow row : session.query(
                Recoveries::row,
                EVENTS,
                new ArrayOf("text", heads.stream().map(Head::persistenceId).toArray(String[]::new)),
                new ArrayOf("int8", heads.stream().map(Head::snapshot).toArray(Long[]::new)),
                new ArrayOf("int8", heads.stream().map(Head::highest).toArray(Long[]::new)),
                MOST_BYTES))
            events.computeIfAbsent(row.persistenceId(), id -> new ArrayList<>()).add(row);
        return events;
    }

    private static JournalAkkaSerializationRow row(ResultSet row) throws SQLException {
        return new JournalAkkaSerializationRow(
                row.getLong("ordering"),
                row.getBoolean("deleted"),
                row.getString("persistence_id"),
                row.getLong("sequence_number"),
                row.getString("writer"),
                row.getLong("write_timestamp"),
                row.getString("adapter_manifest"),
                row.getBytes("event_payload"),
                row.getInt("event_ser_id"),
                row.getString("event_ser_manifest"),
                Option.apply(row.getBytes("meta_payload")),
                Option.apply(row.getObject("meta_ser_id")),
                Option.apply(row.getString("meta_ser_manifest")));
    }

    /** One for the journal and the snapshots of an actor system. */
    private static final class ExtensionOf extends AbstractExtensionId<Recoveries> {
        @Override
        public Recoveries createExtension(ExtendedActorSystem system) {
            var journal = system.settings().config().getConfig("jdbc-journal");
            var databases = (SlickExtensionImpl) SlickExtension.get(system);
            JdbcDataSource database = databases.database(journal).database().source();
            return new Recoveries(database, journal.getInt("bufferSize"));
        }
    }
}
