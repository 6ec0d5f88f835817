package io.longhaul.store;

import io.longhaul.entity.JobHistory.Numbered;
import io.longhaul.entity.Step;
import io.longhaul.job.Job;
import io.longhaul.job.JobId;
import io.longhaul.job.Recorded;
import io.longhaul.store.Sql.ArrayOf;
import io.longhaul.store.Sql.Session;
import java.io.NotSerializableException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The journal's table, read without Akka. */
final class Journal {
    private static final String ID_PREFIX = "Job|";

    /** A long history comes in pieces. */
    private static final int FETCH = 1000;

    private static final String LINES = "SELECT ordering, persistence_id, sequence_number, deleted,"
            + " event_ser_id, event_ser_manifest, event_payload FROM event_journal";

    private Journal() {}

    /**
     * A line of the journal. What it says is read when somebody asks.
     *
     * @param job null where it is not about a job, or deleted
     */
    record Line(long ordering, @Nullable JobId job, long sequence, Stored stored) {
        /**
         * What happened.
         *
         * @throws NotSerializableException where another serializer or a newer version wrote it, or it is damaged
         */
        Recorded recorded() throws NotSerializableException {
            return JobSerializer.event(stored.serializer(), stored.manifest(), stored.payload());
        }

        /**
         * The job after this line.
         *
         * @throws IllegalStateException where the line does not read or does not follow: the history is damaged
         */
        Step follow(@Nullable Job before, JobId id) {
            long expected = before == null ? 1 : before.sequence() + 1;
            try {
                Recorded recorded = recorded();
                if (sequence != expected) throw new IllegalStateException("Event " + expected + " is missing");
                return new Step(recorded, Job.evolve(before, id, recorded));
            } catch (NotSerializableException unreadable) {
                throw new IllegalStateException(
                        "Event " + sequence + " does not read: " + unreadable.getMessage(), unreadable);
            }
        }
    }

    /** As the journal keeps an event. */
    @SuppressWarnings("ArrayRecordComponent") // no two of them are ever compared
    private record Stored(int serializer, String manifest, byte[] payload) {}

    interface Lines {
        void next(Line line) throws SQLException;
    }

    static String persistenceId(JobId id) {
        return ID_PREFIX + id;
    }

    /** The next lines after that one, deleted ones and such of no job too, in the order of their numbers. */
    static List<Line> after(Session session, long ordering, int limit) throws SQLException {
        return session.query(Journal::line, LINES + " WHERE ordering > ? ORDER BY ordering LIMIT ?", ordering, limit);
    }

    /** The number of the last line that can be seen; 0: there is none. */
    static long last(Session session) throws SQLException {
        return session.query(row -> row.getLong("last"), "SELECT coalesce(max(ordering), 0) AS last FROM event_journal")
                .getFirst();
    }

    /**
     * The number of the last line, when every transaction that writes to the journal has ended: no line up to it comes
     * later. 0: there is none.
     */
    static long settled(Session session) throws SQLException {
        session.connection().setAutoCommit(false);
        session.update("LOCK TABLE event_journal IN SHARE MODE");
        long last = last(session);
        session.connection().commit();
        session.connection().setAutoCommit(true);
        return last;
    }

    /** Those of these jobs whose first line is that one or an earlier one. */
    static Set<JobId> begunBy(Session session, long ordering, Collection<JobId> jobs) throws SQLException {
        Object[] ids = jobs.stream().map(Journal::persistenceId).toArray();
        List<Optional<JobId>> begun = session.query(
                Journal::job,
                "SELECT persistence_id FROM event_journal"
                        + " WHERE persistence_id = ANY (?) AND sequence_number = 1 AND ordering <= ?",
                new ArrayOf("text", ids),
                ordering);
        return begun.stream().flatMap(Optional::stream).collect(Collectors.toUnmodifiableSet());
    }

    /** Where one is in the journal who reads it job by job. */
    record Place(String persistenceId, long sequence) {
        static final Place BEGIN = new Place("", 0);
    }

    /** The next lines of jobs after that one and up to where the index is, whose reader has waited for all gaps. */
    static List<Numbered> order(Session session, long after, int limit) throws SQLException {
        List<Optional<Numbered>> lines = session.query(
                Journal::numbered,
                "SELECT ordering, persistence_id, sequence_number FROM event_journal WHERE ordering > ?"
                        + " AND ordering <= (SELECT ordering FROM index_offset)"
                        + " AND NOT deleted AND starts_with(persistence_id, '" + ID_PREFIX + "')"
                        + " ORDER BY ordering LIMIT ?",
                after,
                limit);
        return lines.stream().flatMap(Optional::stream).toList();
    }

    private static Optional<Numbered> numbered(ResultSet row) throws SQLException {
        long ordering = row.getLong("ordering");
        long sequence = row.getLong("sequence_number");
        return job(row).map(id -> new Numbered(ordering, id, sequence));
    }

    /** From here to the end of the transaction {@link #byJob} finds the next lines by their index, and sorts nothing. */
    static void readByJob(Session session) throws SQLException {
        session.update("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off");
    }

    /**
     * The next lines that are not deleted, one job after the other, oldest event first.
     *
     * @param upTo lines after that one are passed over
     * @return where it is then
     */
    static Place byJob(Session session, Place after, long upTo, int limit, Lines each) throws SQLException {
        Place last = after;
        try (PreparedStatement statement = session.prepare(
                        LINES + " WHERE (persistence_id, sequence_number) > (?, ?) AND ordering <= ? AND NOT deleted"
                                + " ORDER BY persistence_id, sequence_number LIMIT ?",
                        after.persistenceId(),
                        after.sequence(),
                        upTo,
                        limit);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                Line line = line(rows);
                each.next(line);
                last = new Place(rows.getString("persistence_id"), line.sequence());
            }
        }
        return last;
    }

    /**
     * The histories of some jobs up to a line, one job after the other, oldest event first.
     *
     * @param session in a transaction, so that they need not all be in memory at once
     */
    static void histories(Session session, Collection<JobId> jobs, long upTo, Lines each) throws SQLException {
        Object[] ids = jobs.stream().map(Journal::persistenceId).toArray();
        try (PreparedStatement statement = session.prepare(
                LINES + " WHERE persistence_id = ANY (?) AND ordering <= ? AND NOT deleted"
                        + " ORDER BY persistence_id, sequence_number",
                new ArrayOf("text", ids),
                upTo)) {
            statement.setFetchSize(FETCH);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) each.next(line(rows));
            }
        }
    }

    /** The history of one job, oldest event first. */
    static void history(Session session, JobId job, Lines each) throws SQLException {
        session.connection().setAutoCommit(false);
        try {
            histories(session, Set.of(job), Long.MAX_VALUE, each);
        } finally {
            session.connection().rollback();
            session.connection().setAutoCommit(true);
        }
    }

    private static Line line(ResultSet row) throws SQLException {
        Stored stored = new Stored(
                row.getInt("event_ser_id"), row.getString("event_ser_manifest"), row.getBytes("event_payload"));
        return new Line(
                row.getLong("ordering"),
                row.getBoolean("deleted") ? null : job(row).orElse(null),
                row.getLong("sequence_number"),
                stored);
    }

    private static Optional<JobId> job(ResultSet row) throws SQLException {
        String persistenceId = row.getString("persistence_id");
        return persistenceId.startsWith(ID_PREFIX)
                ? JobId.parse(persistenceId.substring(ID_PREFIX.length()))
                : Optional.empty();
    }
}
