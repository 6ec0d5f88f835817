package io.longhaul.store;

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
    private static final long CACHE_WEIGHT = 120_000; // some 20,000 jobs of one file or two
    private static final Duration STATEMENT_TIMEOUT = Duration.ofMinutes(2);

    /** Whoever leads asks fifty times a second. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);

    /** The version of PostgreSQL from which on it can; the older ones wait for TCP to give up. */
    private static final int ENDS_IDLE_SESSIONS = 14;

    enum Step {
        /** There is more. */
        WROTE,
        /** Nothing more for now. */
        CAUGHT_UP,
        /** What follows may still change. */
        GAP
    }

    private final Session session;
    private final JournalReader reader = new JournalReader();
    private final JobFolder folder = new JobFolder(new JobCache(CACHE_WEIGHT));
    private final int batch;
    private long offset;

    /** Reads the next batch on another connection; null: nobody does. */
    private @Nullable ReadAhead<Batch> ahead;

    private boolean readingAhead;
    private boolean running;

    private IndexFollower(Session session, int batch) {
        this.session = session;
        this.batch = batch;
    }

    /** Takes the lock; null where somebody else has it. Close it to give it back. */
    static @Nullable IndexFollower start(DataSource database, int batch) throws SQLException {
        return start(database, batch, LONGEST_SILENCE);
    }

    /**
     * @param longestSilence after which the server takes the lock away, in whole milliseconds: a process that is frozen,
     *     or cut off, keeps its connection and says nothing
     */
    static @Nullable IndexFollower start(DataSource database, int batch, Duration longestSilence) throws SQLException {
        Connection connection = database.getConnection();
        try {
            Session session = new Session(connection, Math.toIntExact(STATEMENT_TIMEOUT.toSeconds()));
            if (session.query(row -> row.getBoolean(1), "SELECT pg_try_advisory_lock(?)", LOCK)
                    .getFirst()) {
                // A plan that was good for ten rows is not one for two thousand.
                session.update("SET plan_cache_mode = force_custom_plan");
                session.update("SET idle_in_transaction_session_timeout = " + longestSilence.toMillis());
                if (connection.getMetaData().getDatabaseMajorVersion() >= ENDS_IDLE_SESSIONS)
                    session.update("SET idle_session_timeout = " + longestSilence.toMillis());
                SecondaryIndexes.make(session); // where a rebuild was cut off
                IndexFollower follower = new IndexFollower(session, batch);
                follower.offset = follower.storedOffset();
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

    /** Empties the index, to begin at the beginning. What no job's history holds stays. */
    void reset() throws SQLException {
        session.update("""
                TRUNCATE job, job_term, job_count, unreadable_job, index_offset;
                INSERT INTO index_offset (ordering) VALUES (0)
                """);
        SecondaryIndexes.drop(session);
        folder.forget();
        offset = 0;
    }

    /**
     * From here on the next batch is read while one is written. For whoever has much to carry over: what is read so is a
     * moment older.
     */
    void readAhead(DataSource database) throws SQLException {
        ahead = new ReadAhead<>(database, session.timeoutSeconds());
    }

    /** Ends what {@link #reset} began. */
    void makeIndexes() throws SQLException {
        SecondaryIndexes.make(session);
    }

    /** Carries the next batch over. After a failure this follower is of no use any more. */
    Step step() throws SQLException {
        Batch next = ahead != null && readingAhead ? ahead.result() : reader.after(session, offset, batch);
        readingAhead = ahead != null && !next.gap() && !next.complete();
        if (ahead != null && readingAhead) {
            long last = next.lines().getLast().ordering();
            ahead.begin(connection -> reader.after(connection, last, batch));
        }
        running = false;
        if (!next.lines().isEmpty()) write(next);
        if (next.gap()) return Step.GAP;
        return next.complete() ? Step.CAUGHT_UP : Step.WROTE;
    }

    private void write(Batch next) throws SQLException {
        long to = next.lines().getLast().ordering();
        Connection connection = session.connection();
        connection.setAutoCommit(false);
        Folded folded = folder.fold(session, next.lines(), offset);
        running = folded.rows().stream().anyMatch(row -> row.state().isRunning());
        List<Unreadable> unreadable = new ArrayList<>(folded.unreadable());
        unreadable.addAll(writeRows(folded.rows()));
        IndexWriter.writeUnreadable(session, unreadable);
        if (session.update("UPDATE index_offset SET ordering = ? WHERE ordering = ?", to, offset) != 1)
            throw new SQLException("Somebody else writes the index, past line " + offset + " of the journal");
        connection.commit();
        connection.setAutoCommit(true);
        offset = to;
        folder.keep(folded);
        for (Unreadable job : unreadable)
            LOG.error(
                    "The history of job {} cannot be used from event {} on, so the job is out of order: {}",
                    job.id(),
                    job.sequence(),
                    job.problem());
    }

    /** Those that the database does not take, such as a text that no index can hold: never all for one. */
    private List<Unreadable> writeRows(List<JobRow> rows) throws SQLException {
        Savepoint before = session.connection().setSavepoint();
        try {
            IndexWriter.write(session, rows);
            return List.of();
        } catch (SQLException refused) {
            if (!isAboutData(refused)) throw refused;
            session.connection().rollback(before);
            if (rows.size() == 1)
                return List.of(new Unreadable(
                        rows.getFirst().id(), rows.getFirst().summary().sequence(), refused.toString()));
            List<Unreadable> unreadable = new ArrayList<>(writeRows(rows.subList(0, rows.size() / 2)));
            unreadable.addAll(writeRows(rows.subList(rows.size() / 2, rows.size())));
            return unreadable;
        }
    }

    /** Data exception, or a limit of PostgreSQL's. */
    private static boolean isAboutData(SQLException refused) {
        String state = refused.getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("54"));
    }

    private long storedOffset() throws SQLException {
        return session.query(row -> row.getLong("ordering"), "SELECT ordering FROM index_offset")
                .getFirst();
    }

    /** Gives the lock back. */
    @Override
    public void close() {
        if (ahead != null) ahead.close();
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
