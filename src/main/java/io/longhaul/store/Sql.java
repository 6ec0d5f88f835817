package io.longhaul.store;

import io.longhaul.job.JobId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * JDBC without its noise, for the ports: a statement is text and parameters, and runs in its own transaction. Stages
 * fail with the {@link SQLException} itself.
 */
final class Sql {
    /** No job has this id, and all have a higher one. */
    static final UUID BEFORE_ALL = new UUID(0, 0);

    private final DataSource database;
    private final Executor executor;
    private final int timeoutSeconds;

    /**
     * @param executor runs statements, which block; the data source's pool bounds how many run at once
     * @param timeout of a statement, in whole seconds
     */
    Sql(DataSource database, Executor executor, Duration timeout) {
        this.database = database;
        this.executor = executor;
        this.timeoutSeconds = Math.toIntExact(timeout.toSeconds());
    }

    interface Work<T> {
        T on(Session session) throws SQLException;
    }

    interface Reading<T> {
        T of(ResultSet row) throws SQLException;
    }

    /** Runs it on the executor. */
    <T> CompletionStage<T> run(Work<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            executor.execute(() -> {
                try (Connection connection = database.getConnection()) {
                    result.complete(work.on(new Session(connection, timeoutSeconds)));
                } catch (SQLException | RuntimeException failed) {
                    result.completeExceptionally(failed);
                }
            });
        } catch (RejectedExecutionException closing) {
            result.completeExceptionally(new SQLException("The node is about to end", closing));
        }
        return result;
    }

    <T> CompletionStage<List<T>> query(Reading<T> reading, String sql, @Nullable Object... parameters) {
        return run(session -> session.query(reading, sql, parameters));
    }

    CompletionStage<Void> update(String sql, @Nullable Object... parameters) {
        return run(session -> {
            session.update(sql, parameters);
            return nothing();
        });
    }

    /** Runs it on the executor, in one transaction. */
    <T> CompletionStage<T> transaction(Work<T> work) {
        return run(session -> {
            session.connection().setAutoCommit(false);
            try {
                T result = work.on(session);
                session.connection().commit();
                return result;
            } catch (SQLException | RuntimeException failed) {
                session.connection().rollback();
                throw failed;
            } finally {
                session.connection().setAutoCommit(true);
            }
        });
    }

    /** What a stage of Void is completed with. */
    @SuppressWarnings("NullAway") // there is no other Void
    static Void nothing() {
        return null;
    }

    /** A connection in use. Every statement commits by itself unless the caller has said otherwise. */
    record Session(Connection connection, int timeoutSeconds) {
        <T> List<T> query(Reading<T> reading, String sql, @Nullable Object... parameters) throws SQLException {
            try (PreparedStatement statement = prepare(sql, parameters);
                    ResultSet rows = statement.executeQuery()) {
                List<T> read = new ArrayList<>();
                while (rows.next()) read.add(reading.of(rows));
                return read;
            }
        }

        /** How many rows it changed. */
        int update(String sql, @Nullable Object... parameters) throws SQLException {
            try (PreparedStatement statement = prepare(sql, parameters)) {
                return statement.executeUpdate();
            }
        }

        /** How long the server may be silent, until the connection goes back to its pool. */
        void giveUpAfter(Duration silence) throws SQLException {
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(silence.toMillis()));
        }

        PreparedStatement prepare(String sql, @Nullable Object... parameters) throws SQLException {
            PreparedStatement statement = connection.prepareStatement(sql);
            try {
                statement.setQueryTimeout(timeoutSeconds);
                for (int i = 0; i < parameters.length; i++) set(statement, i + 1, parameters[i]);
                return statement;
            } catch (SQLException | RuntimeException failed) {
                statement.close();
                throw failed;
            }
        }

        private void set(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
            switch (value) {
                case null -> statement.setNull(index, Types.NULL);
                case Instant at -> statement.setObject(index, at.atOffset(ZoneOffset.UTC));
                case JobId id -> statement.setObject(index, id.value());
                case ArrayOf array ->
                    statement.setArray(index, connection.createArrayOf(array.type(), array.elements()));
                default -> statement.setObject(index, value);
            }
        }
    }

    /**
     * An array parameter, of PostgreSQL's type. An array of {@code String}, {@code Long}, {@code Integer} or
     * {@code byte[]} travels in binary form, one of {@code Object} as a text.
     */
    @SuppressWarnings("ArrayRecordComponent") // handed to the driver and never compared
    record ArrayOf(String type, @Nullable Object[] elements) {}

    static JobId id(ResultSet row, String column) throws SQLException {
        return new JobId(row.getObject(column, UUID.class));
    }

    static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
        OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? null : at.toInstant();
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
