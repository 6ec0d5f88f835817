package io.longhaul.store;

import io.longhaul.entity.Requests;
import io.longhaul.job.JobId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Calls with an Idempotency-Key, on disk. {@link PostgresExpired} removes them. */
public final class PostgresRequests implements Requests {
    private final Sql sql;

    /**
     * @param executor runs statements, which block
     * @param timeout of a statement, in whole seconds
     */
    public PostgresRequests(DataSource database, Executor executor, Duration timeout) {
        sql = new Sql(database, executor, timeout);
    }

    /** The primary key decides between two that come at once; the later one waits for the earlier's commit. */
    @Override
    public CompletionStage<Claim> claim(String scope, String key, String fingerprint, JobId id) {
        return sql.run(session -> {
            int taken = session.update(
                    "INSERT INTO request (scope, key, fingerprint, id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    scope,
                    key,
                    fingerprint,
                    id);
            return taken == 1
                    ? new Claim(true, fingerprint, id, null, null, null)
                    : session.query(
                                    PostgresRequests::claim,
                                    "SELECT fingerprint, id, status, location, body FROM request"
                                            + " WHERE scope = ? AND key = ?",
                                    scope,
                                    key)
                            .getFirst();
        });
    }

    private static Claim claim(ResultSet row) throws SQLException {
        return new Claim(
                false,
                row.getString("fingerprint"),
                Sql.id(row, "id"),
                row.getObject("status", Integer.class),
                row.getString("location"),
                row.getString("body"));
    }

    /** The first answer stays: the same call, carried out twice after a crash, was answered once. */
    @Override
    public CompletionStage<Void> answer(
            String scope, String key, int status, @Nullable String location, @Nullable String body) {
        return sql.update(
                "UPDATE request SET status = ?, location = ?, body = ? WHERE scope = ? AND key = ? AND status IS NULL",
                status,
                location,
                body,
                scope,
                key);
    }
}
