package io.longhaul.store;

import io.longhaul.store.Sql.Session;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads from the database on a thread and a connection of its own, one thing at a time. */
final class ReadAhead<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReadAhead.class);

    private final Connection connection;
    private final Session session;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("read-ahead").factory());
    private final BlockingQueue<Result<T>> results = new ArrayBlockingQueue<>(1);

    /** One of the two is null. */
    private record Result<T>(@Nullable T read, @Nullable Exception failed) {}

    /** Takes a connection of the pool until it is closed. */
    ReadAhead(DataSource database, int timeoutSeconds) throws SQLException {
        connection = database.getConnection();
        session = new Session(connection, timeoutSeconds);
    }

    /** To be followed by {@link #result} before the next one. */
    void begin(Sql.Work<T> work) {
        thread.execute(() -> results.add(done(work)));
    }

    private Result<T> done(Sql.Work<T> work) {
        try {
            return new Result<>(work.on(session), null);
        } catch (SQLException | RuntimeException failed) {
            return new Result<>(null, failed);
        }
    }

    /** Waits for what was begun. */
    T result() throws SQLException {
        try {
            Result<T> result = results.take();
            if (result.read() != null) return result.read();
            throw new SQLException("The journal was not read: " + result.failed(), result.failed());
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
