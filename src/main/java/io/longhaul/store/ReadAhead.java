package io.longhaul.store;

import io.longhaul.store.Sql.Session;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads from the database on a thread and a connection of its own, one thing at a time. */
final class ReadAhead implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReadAhead.class);

    private final Connection connection;
    private final Session session;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("read-ahead").factory());

    private ReadAhead(Connection connection, int timeoutSeconds) {
        this.connection = connection;
        this.session = new Session(connection, timeoutSeconds);
    }

    /** Takes a connection of the pool until it is closed. */
    static ReadAhead open(DataSource database, int timeoutSeconds) throws SQLException {
        return new ReadAhead(database.getConnection(), timeoutSeconds);
    }

    <T> Future<T> begin(Sql.Work<T> work) {
        return thread.submit(() -> work.on(session));
    }

    /** What was read, or why it was not. */
    static <T> T result(Future<T> reading) throws SQLException {
        try {
            return reading.get();
        } catch (ExecutionException failed) {
            throw new SQLException("The journal was not read: " + failed.getCause(), failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SQLException("Interrupted while the journal was read", interrupted);
        }
    }

    @Override
    public void close() {
        thread.close();
        try {
            connection.close();
        } catch (SQLException gone) {
            LOG.debug("The connection that read ahead was gone already", gone);
        }
    }
}
