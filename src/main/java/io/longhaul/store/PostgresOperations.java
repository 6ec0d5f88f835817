package io.longhaul.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.longhaul.codec.JobTypes;
import io.longhaul.entity.Operations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;

/** Calls on many jobs, on disk. */
public final class PostgresOperations implements Operations {
    private final Sql sql;

    /**
     * @param executor runs statements, which block
     * @param timeout of a statement, in whole seconds
     */
    public PostgresOperations(DataSource database, Executor executor, Duration timeout) {
        sql = new Sql(database, executor, timeout);
    }

    @Override
    public CompletionStage<Void> begin(Operation operation) {
        return sql.update(
                "INSERT INTO operation (id, done, operation) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                operation.id(),
                operation.done(),
                bytes(operation));
    }

    @Override
    public CompletionStage<Optional<Operation>> find(UUID id) {
        return sql.run(session ->
                session
                        .query(PostgresOperations::operation, "SELECT operation FROM operation WHERE id = ?", id)
                        .stream()
                        .findFirst());
    }

    @Override
    public CompletionStage<List<Operation>> unfinished(int limit) {
        return sql.query(
                PostgresOperations::operation,
                "SELECT operation FROM operation WHERE NOT done ORDER BY id LIMIT ?",
                limit);
    }

    @Override
    public CompletionStage<Void> save(Operation operation) {
        return sql.update(
                "UPDATE operation SET done = ?, done_at = CASE WHEN ? THEN now() END, operation = ? WHERE id = ?",
                operation.done(),
                operation.done(),
                bytes(operation),
                operation.id());
    }

    private static byte[] bytes(Operation operation) {
        try {
            return JobTypes.CBOR.writeValueAsBytes(operation);
        } catch (JsonProcessingException cannot) {
            throw new UncheckedIOException(cannot);
        }
    }

    private static Operation operation(ResultSet row) throws SQLException {
        try {
            return JobTypes.CBOR.readValue(row.getBytes("operation"), Operation.class);
        } catch (IOException unknown) {
            throw new SQLException("A stored operation does not read", unknown);
        }
    }
}
