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
import java.util.stream.IntStream;
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

    /** Of each job its last snapshot and the events after it, one more than a recovery keeps; large ones are left out. */
    static final String STARTS = """
        SELECT asked.n, kept.snapshot, event.*
        FROM unnest(?) WITH ORDINALITY AS asked (id, n)
        CROSS JOIN LATERAL (
          SELECT coalesce(max(sequence_number), 0) AS snapshot FROM snapshot WHERE persistence_id = asked.id) AS kept
        LEFT JOIN LATERAL (
          SELECT ordering, sequence_number, deleted, writer, write_timestamp, adapter_manifest, event_ser_id,
                 event_ser_manifest, meta_ser_id, meta_ser_manifest, meta_payload,
                 CASE WHEN octet_length(event_payload) <= ? THEN event_payload END AS event_payload
          FROM event_journal
          WHERE persistence_id = asked.id AND sequence_number > kept.snapshot
          ORDER BY sequence_number LIMIT ?) AS event ON true
        ORDER BY asked.n, event.sequence_number
        """;

    /** Of each job the number of its last event. */
    static final String HIGHEST = """
        SELECT n, (SELECT max(sequence_number) FROM event_journal WHERE persistence_id = id) AS highest
        FROM unnest(?) WITH ORDINALITY AS asked (id, n)
        """;

    private record Asked(String persistenceId, Promise<Start> answer) {}

    /** A line of what was found; without an event where there is none after the snapshot. */
    private record Found(
            int n, long snapshot, long sequence, @Nullable JournalAkkaSerializationRow event) {}

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
        this.batches = new Batches<>(limit, PARALLELISM, BATCH, this::find);
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
            List<Start> starts =
                    starts(session, batch.stream().map(Asked::persistenceId).toList());
            for (int i = 0; i < batch.size(); i++) batch.get(i).answer().success(starts.get(i));
        } catch (Exception failed) {
            for (Asked asked : batch) asked.answer().tryFailure(failed);
        }
    }

    /** In the order of the ids. */
    private static List<Start> starts(Session session, List<String> ids) throws SQLException {
        List<List<Found>> all = new ArrayList<>();
        for (int n = 0; n < ids.size(); n++) all.add(new ArrayList<>());
        for (Found found : session.query(
                row -> found(row, ids),
                STARTS,
                new ArrayOf("text", ids.toArray(String[]::new)),
                MOST_BYTES,
                MOST_EVENTS + 1)) all.get(found.n()).add(found);
        List<Integer> isLong = IntStream.range(0, ids.size())
                .filter(n -> all.get(n).size() > MOST_EVENTS)
                .boxed()
                .toList();
        Map<Integer, Long> highest = highest(session, ids, isLong);
        List<Start> starts = new ArrayList<>();
        for (int n = 0; n < ids.size(); n++) starts.add(start(all.get(n), highest.get(n)));
        return starts;
    }

    /** @param highest of a long history, of which nothing is kept */
    private static Start start(List<Found> found, @Nullable Long highest) {
        long snapshot = found.getFirst().snapshot();
        if (highest != null) return new Start(highest, snapshot, List.of());
        List<JournalAkkaSerializationRow> events = new ArrayList<>();
        for (Found line : found) if (line.event() != null) events.add(line.event());
        return new Start(found.getLast().sequence(), snapshot, events);
    }

    private static Map<Integer, Long> highest(Session session, List<String> ids, List<Integer> some)
            throws SQLException {
        Map<Integer, Long> highest = new HashMap<>();
        if (some.isEmpty()) return highest;
        String[] asked = some.stream().map(ids::get).toArray(String[]::new);
        for (Map.Entry<Integer, Long> one : session.query(
                row -> Map.entry(some.get(row.getInt("n") - 1), row.getLong("highest")),
                HIGHEST,
                new ArrayOf("text", asked))) highest.put(one.getKey(), one.getValue());
        return highest;
    }

    private static Found found(ResultSet row, List<String> ids) throws SQLException {
        int n = row.getInt("n") - 1;
        long snapshot = row.getLong("snapshot");
        long sequence = row.getLong("sequence_number");
        if (row.wasNull()) return new Found(n, snapshot, snapshot, null);
        byte[] payload = row.getBytes("event_payload");
        boolean kept = payload != null && !row.getBoolean("deleted");
        return new Found(n, snapshot, sequence, kept ? event(row, ids.get(n), payload) : null);
    }

    private static JournalAkkaSerializationRow event(ResultSet row, String persistenceId, byte[] payload)
            throws SQLException {
        return new JournalAkkaSerializationRow(
                row.getLong("ordering"),
                false,
                persistenceId,
                row.getLong("sequence_number"),
                row.getString("writer"),
                row.getLong("write_timestamp"),
                row.getString("adapter_manifest"),
                payload,
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
