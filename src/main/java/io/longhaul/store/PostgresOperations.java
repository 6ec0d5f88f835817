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
    public CompletionStage<Boolean> save(Operation before, Operation after) {
        return sql.run(session -> {
            // The bytes of one operation need not be the same in every JVM: sets have no order
            for (byte[] stored : session.query(
                    row -> row.getBytes("operation"), "SELECT operation FROM operation WHERE id = ?", before.id())) {
                if (!operation(stored).equals(before)) return false;
                return session.update(
                                "UPDATE operation SET done = ?, done_at = CASE WHEN ? THEN now() END, operation = ?"
                                        + " WHERE id = ? AND operation = ?",
                                after.done(),
                                after.done(),
                                bytes(after),
                                after.id(),
                                stored)
                        == 1;
            }
            return false;
        });
    }

    private static byte[] bytes(Operation operation) {
        try {
            return JobTypes.CBOR.writeValueAsBytes(operation);
        } catch (JsonProcessingException cannot) {
            throw new UncheckedIOException(cannot);
        }
    }

    private static Operation operation(ResultSet row) throws SQLException {
        return operation(row.getBytes("operation"));
    }

    private static Operation operation(byte[] stored) throws SQLException {
        try {
            return JobTypes.CBOR.readValue(stored, Operation.class);
        } catch (IOException unknown) {
            throw new SQLException("A stored operation does not read", unknown);
        }
    }
}
