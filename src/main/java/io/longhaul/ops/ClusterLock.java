package io.longhaul.ops;

import akka.actor.setup.Setup;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that one cluster lives on the database. Every member shares PostgreSQL's advisory lock for as long as it lives;
 * who is to found a cluster needs it alone, and so there is no member anywhere. A network that is slow or cut cannot make
 * two clusters then, nor can settings that name other nodes.
 */
final class ClusterLock extends Setup implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterLock.class);

    /** "cluster" as a number. */
    private static final long LOCK = 0x63_6C75_7374_6572L;

    private static final Duration BEAT = Duration.ofSeconds(1);

    /** After which the server takes it for dead: a machine that is gone or cut off keeps its connection and says nothing. */
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);

    /** The version of PostgreSQL from which on it can; the older ones wait for TCP to give up. */
    private static final int ENDS_IDLE_SESSIONS = 14;

    private static final int ANSWERS_WITHIN_SECONDS = 5;

    private enum Held {
        NOTHING,
        /** Nobody is a member, and nobody else may found a cluster. */
        ALONE,
        /** With all other members. */
        SHARED
    }

    private final Database database;
    private final Runnable answered;
    private final Duration longestSilence;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("cluster-lock").unstarted(task));

    /** These are guarded by this. */
    private @Nullable Connection connection;

    private Held held = Held.NOTHING;

    /** Of a member: what is done where another cluster was founded while this node had no share. */
    private @Nullable Runnable replaced;

    /** It is still to be counted. */
    private boolean founded;

    private final CompletableFuture<@Nullable Void> shared = new CompletableFuture<>();
    private long foundings;
    private boolean missed;

    private ClusterLock(Database database, Runnable answered, Duration longestSilence) {
        this.database = database;
        this.answered = answered;
        this.longestSilence = longestSilence;
    }

    /** @param answered run whenever the database answers, which is once a second */
    static ClusterLock on(Database database, Runnable answered) {
        return on(database, answered, LONGEST_SILENCE, BEAT);
    }

    /**
     * @param answered run whenever the database answers
     * @param longestSilence after which the server takes the lock away, in whole milliseconds
     * @param beat how often the server hears from this node
     */
    @SuppressWarnings("FutureReturnValueIgnored") // a look never fails
    static ClusterLock on(Database database, Runnable answered, Duration longestSilence, Duration beat) {
        var lock = new ClusterLock(database, answered, longestSilence);
        lock.thread.scheduleWithFixedDelay(lock::look, beat.toMillis(), beat.toMillis(), TimeUnit.MILLISECONDS);
        return lock;
    }

    /** Whether this node may found a cluster now; if so nobody else may until it ends. Blocks for seconds at most. */
    synchronized boolean tryAlone() {
        if (held != Held.NOTHING && isAlive()) return held == Held.ALONE;
        try {
            Connection mine = connect();
            if (ask(mine, "SELECT pg_try_advisory_lock(?)")) held = Held.ALONE;
            else disconnect();
        } catch (SQLException unreachable) {
            LOG.warn("Whether a cluster lives on the database cannot be told", unreachable);
            disconnect();
        }
        return held == Held.ALONE;
    }

    /**
     * This node is a member: once that is completed nobody founds a cluster until the last member has ended. It is, within a
     * beat, as soon as no other node is about to found one and the database answers.
     *
     * @param founded whether by founding the cluster
     * @param replaced run where this node loses its share for a while, and another cluster was founded meanwhile
     */
    synchronized CompletableFuture<@Nullable Void> share(boolean founded, Runnable replaced) {
        this.founded = founded;
        this.replaced = replaced;
        look();
        return shared;
    }

    /** The server hears from this node; a member that has no share, or lost it with its connection, takes it. */
    synchronized void look() {
        if (connection != null && !isAlive()) disconnect();
        if (held == Held.SHARED || replaced == null || thread.isShutdown()) return;
        try {
            boolean alone = held == Held.ALONE;
            Connection mine = alone && connection != null ? connection : connect();
            if (!ask(mine, "SELECT pg_try_advisory_lock_shared(?)"))
                throw new SQLException("Another node is about to found a cluster");
            long now = foundings(mine, founded);
            founded = false;
            if (alone) ask(mine, "SELECT pg_advisory_unlock(?)");
            held = Held.SHARED;
            if (missed) LOG.info("The database knows again that this node is a member of a cluster");
            missed = false;
            if (!shared.isDone()) {
                foundings = now;
                shared.complete(null);
            } else if (now != foundings) {
                LOG.error("Another cluster was founded on the database while this node could not reach it");
                replaced.run();
            }
        } catch (SQLException unreachable) {
            disconnect();
            if (!missed && shared.isDone())
                LOG.warn(
                        "The database does not know for now that this node is a member of a cluster: {}",
                        Sentences.firstLine(unreachable));
            missed = shared.isDone();
        }
    }

    private boolean isAlive() {
        try {
            if (connection == null || !connection.isValid(ANSWERS_WITHIN_SECONDS)) return false;
            answered.run();
            return true;
        } catch (SQLException impossible) {
            throw new IllegalArgumentException(impossible); // of a negative time only
        }
    }

    private Connection connect() throws SQLException {
        disconnect();
        Connection fresh = database.connect();
        connection = fresh;
        answered.run();
        try (Statement statement = fresh.createStatement()) {
            statement.setQueryTimeout(ANSWERS_WITHIN_SECONDS);
            if (fresh.getMetaData().getDatabaseMajorVersion() >= ENDS_IDLE_SESSIONS)
                statement.execute("SET idle_session_timeout = " + longestSilence.toMillis());
        }
        return fresh;
    }

    /** With it goes what it held. */
    private void disconnect() {
        Connection gone = connection;
        connection = null;
        held = Held.NOTHING;
        if (gone == null) return;
        try {
            gone.abort(Runnable::run);
        } catch (SQLException broken) {
            LOG.debug("A connection does not close in an orderly way", broken);
        }
    }

    private static boolean ask(Connection connection, String lock) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(lock)) {
            statement.setQueryTimeout(ANSWERS_WITHIN_SECONDS);
            statement.setLong(1, LOCK);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** @param more whether one is to be counted */
    private static long foundings(Connection connection, boolean more) throws SQLException {
        String count = more
                ? "UPDATE cluster_founded SET times = times + 1 RETURNING times"
                : "SELECT times FROM cluster_founded";
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(ANSWERS_WITHIN_SECONDS);
            try (ResultSet row = statement.executeQuery(count)) {
                if (!row.next()) throw new SQLException("cluster_founded is empty");
                return row.getLong(1);
            }
        }
    }

    /** This node is a member no more. */
    @Override
    public void close() {
        thread.shutdownNow();
        synchronized (this) {
            disconnect();
        }
    }
}
