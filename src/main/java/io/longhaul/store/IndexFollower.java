package io.longhaul.store;

import io.longhaul.job.JobId;
import io.longhaul.store.JobFolder.Folded;
import io.longhaul.store.JobFolder.Unreadable;
import io.longhaul.store.JournalReader.Batch;
import io.longhaul.store.Sql.Session;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the journal into the index, batch after batch, each with the new offset in one transaction: a crash between
 * two loses nothing and doubles nothing. Holds the lock by which one such writer is the only one in the cluster.
 */
final class IndexFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IndexFollower.class);

    /** "Longhaul" as a number: who writes the index holds this lock. */
    private static final long LOCK = 0x4C6F_6E67_6861_756CL;

    static final int BATCH = 2000;
    private static final Duration STATEMENT_TIMEOUT = Duration.ofMinutes(1);

    /** So much later than the server should have ended it a statement is given up. */
    private static final Duration SERVER_IS_GONE = Duration.ofSeconds(10);

    /** Whoever leads asks fifty times a second. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);

    /** The version of PostgreSQL from which on it can; the older ones wait for TCP to give up. */
    private static final int ENDS_IDLE_SESSIONS = 14;

    enum Reached {
        /** There is more. */
        WROTE,
        /** Nothing more for now. */
        CAUGHT_UP,
        /** What follows may still change. */
        GAP
    }

    private final Session session;
    private final JournalReader reader = new JournalReader();
    private final JobFolder folder;
    private final int batch;
    private long offset;

    /** Up to this line it was decided before what owners are to be told. */
    private long notified;

    private boolean running;

    /** Jobs of the last batch that the database did not take, which the next one may be about as well. */
    private Set<JobId> refused = Set.of();

    /** A batch, and what has become of the jobs that it is about. */
    private record Read(Batch batch, Folded folded) {
        long last() {
            return batch.lines().getLast().ordering();
        }
    }

    /** How rows get into the index. */
    @FunctionalInterface
    private interface Writing {
        void write(Session session, List<JobRow> rows) throws SQLException;
    }

    private IndexFollower(Session session, int batch, FreshSteps fresh) {
        this.session = session;
        this.batch = batch;
        this.folder = new JobFolder(JobCache.in(Runtime.getRuntime().maxMemory()), fresh);
    }

    /** Takes the lock; null where somebody else has it. Close it to give it back. */
    static @Nullable IndexFollower start(DataSource database, int batch) throws SQLException {
        return start(database, batch, FreshSteps.ofWeight(0));
    }

    /** @param fresh what happens to jobs on this node from now on */
    static @Nullable IndexFollower start(DataSource database, int batch, FreshSteps fresh) throws SQLException {
        return start(database, batch, fresh, LONGEST_SILENCE);
    }

    /**
     * @param longestSilence after which the server takes the lock away, in whole milliseconds: a process that is frozen,
     *     or cut off, keeps its connection and says nothing
     */
    static @Nullable IndexFollower start(DataSource database, int batch, FreshSteps fresh, Duration longestSilence)
            throws SQLException {
        Connection connection = database.getConnection();
        try {
            Session session = new Session(connection, Math.toIntExact(STATEMENT_TIMEOUT.toSeconds()));
            if (session.query(row -> row.getBoolean(1), "SELECT pg_try_advisory_lock(?)", LOCK)
                    .getFirst()) {
                session.giveUpAfter(STATEMENT_TIMEOUT.plus(SERVER_IS_GONE));
                // A plan that was good for ten rows is not one for two thousand.
                session.update("SET plan_cache_mode = force_custom_plan");
                session.update("SET idle_in_transaction_session_timeout = " + longestSilence.toMillis());
                if (connection.getMetaData().getDatabaseMajorVersion() >= ENDS_IDLE_SESSIONS)
                    session.update("SET idle_session_timeout = " + longestSilence.toMillis());
                SecondaryIndexes.make(session); // where a rebuild was cut off
                IndexFollower follower = new IndexFollower(session, batch, fresh);
                follower.readOffset();
                return follower;
            }
            connection.close();
            return null;
        } catch (SQLException | RuntimeException failed) {
            discard(connection);
            throw failed;
        }
    }

    /** Whether jobs of the last batch run, so that more is about to happen to them. */
    boolean sawRunningJobs() {
        return running;
    }

    /** The last line that is in the index. */
    long offset() {
        return offset;
    }

    /** Empties the index, to begin at the beginning. What no job's history holds stays, and what owners were told. */
    void reset() throws SQLException {
        session.update("""
                TRUNCATE job, job_term, job_count, unreadable_job;
                UPDATE index_offset SET ordering = 0
                """);
        SecondaryIndexes.drop(session);
        folder.forgetAll();
        notified = Math.max(notified, offset);
        offset = 0;
    }

    /**
     * Fills the index, which must be empty, with all jobs that the journal holds by now, one after the other, and not line by
     * line: each is folded once and written once, however many they are. The next ones are read and folded while some
     * are written. Cut off half way, following the journal from its beginning does the rest.
     *
     * @param progress hears after each batch of how many lines the index then knows
     */
    void fill(DataSource database, LongConsumer progress) throws SQLException {
        long last = Journal.settled(session);
        JobHistories histories = new JobHistories(last, notified, batch);
        try (ReadAhead<Folded> ahead = new ReadAhead<>(database, session.timeoutSeconds())) {
            ahead.begin(histories::next);
            Folded next = ahead.result();
            while (!JobHistories.isEmpty(next)) {
                long lines = histories.lines();
                ahead.begin(histories::next);
                write(next, offset, IndexWriter::writeNew);
                progress.accept(lines);
                next = ahead.result();
            }
        }
        write(Folded.NOTHING, last, IndexWriter::writeNew);
        refused = Set.of();
    }

    /** Ends what {@link #reset} began. */
    void makeIndexes() throws SQLException {
        SecondaryIndexes.make(session);
    }

    /** Carries the next batch over. After a failure this follower is of no use any more. */
    Reached step() throws SQLException {
        Read next = read();
        running = next.folded().rows().stream().anyMatch(row -> row.state().isRunning());
        if (!next.batch().lines().isEmpty()) write(next.folded(), next.last(), IndexWriter::write);
        folder.keep(next.folded());
        folder.forget(refused);
        if (next.batch().gap()) return Reached.GAP;
        return next.batch().complete() ? Reached.CAUGHT_UP : Reached.WROTE;
    }

    /** Leaves a transaction behind where there is something to be written. */
    private Read read() throws SQLException {
        Batch next = reader.after(session, offset, batch);
        if (next.lines().isEmpty()) return new Read(next, Folded.NOTHING);
        session.connection().setAutoCommit(false);
        return new Read(next, folder.fold(session, next.lines(), offset, notified));
    }

    /** @param last the line up to which the index then holds the journal */
    private void write(Folded folded, long last, Writing how) throws SQLException {
        session.connection().setAutoCommit(false);
        List<Unreadable> notTaken = writeRows(
                folded.rows().stream()
                        .filter(row -> !refused.contains(row.id()))
                        .toList(),
                how);
        List<Unreadable> unreadable = new ArrayList<>(folded.unreadable());
        unreadable.addAll(notTaken);
        IndexWriter.writeUnreadable(session, unreadable);
        NotificationRow.write(session, folded.notifications());
        if (session.update(
                        "UPDATE index_offset SET ordering = ?, notified = greatest(notified, ?) WHERE ordering = ?",
                        last,
                        last,
                        offset)
                != 1) throw new SQLException("Somebody else writes the index, past line " + offset + " of the journal");
        session.connection().commit();
        session.connection().setAutoCommit(true);
        offset = last;
        refused = notTaken.stream().map(Unreadable::id).collect(Collectors.toUnmodifiableSet());
        for (Unreadable job : unreadable)
            LOG.error(
                    "The history of job {} cannot be used from event {} on, so the job is out of order: {}",
                    job.id(),
                    job.sequence(),
                    job.problem());
    }

    /** Those that the database does not take, such as a text that no index can hold: never all for one. */
    private List<Unreadable> writeRows(List<JobRow> rows, Writing how) throws SQLException {
        Savepoint before = session.connection().setSavepoint();
        try {
            how.write(session, rows);
            return List.of();
        } catch (SQLException refused) {
            if (!isAboutData(refused)) throw refused;
            session.connection().rollback(before);
            if (rows.size() == 1)
                return List.of(new Unreadable(
                        rows.getFirst().id(), rows.getFirst().summary().sequence(), refused.toString()));
            List<Unreadable> unreadable = new ArrayList<>(writeRows(rows.subList(0, rows.size() / 2), how));
            unreadable.addAll(writeRows(rows.subList(rows.size() / 2, rows.size()), how));
            return unreadable;
        }
    }

    /** Data exception, or a limit of PostgreSQL's. */
    private static boolean isAboutData(SQLException refused) {
        String state = refused.getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("54"));
    }

    private void readOffset() throws SQLException {
        // An older version carried these lines over and told nobody of them; to write them again does no harm.
        session.update("UPDATE index_offset SET ordering = notified WHERE notified < ordering");
        offset = session.query(row -> row.getLong("ordering"), "SELECT ordering FROM index_offset")
                .getFirst();
        notified = session.query(row -> row.getLong("notified"), "SELECT notified FROM index_offset")
                .getFirst();
    }

    /** Gives the lock back. */
    @Override
    public void close() {
        try {
            if (!session.connection().getAutoCommit()) session.connection().rollback();
            session.connection().setAutoCommit(true);
            session.update("RESET plan_cache_mode");
            session.update("RESET idle_in_transaction_session_timeout");
            if (session.connection().getMetaData().getDatabaseMajorVersion() >= ENDS_IDLE_SESSIONS)
                session.update("RESET idle_session_timeout");
            session.query(row -> row.getBoolean(1), "SELECT pg_advisory_unlock(?)", LOCK);
            session.connection().close();
        } catch (SQLException broken) {
            LOG.debug("The index's connection does not close in an orderly way", broken);
            discard(session.connection());
        }
    }

    /** The server gives the lock of a connection back that is gone; the pool must not hand it out again. */
    private static void discard(Connection connection) {
        try {
            connection.abort(Runnable::run);
            connection.close();
        } catch (SQLException gone) {
            LOG.debug("The index's connection was gone already", gone);
        }
    }
}
