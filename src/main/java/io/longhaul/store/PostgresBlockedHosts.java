package io.longhaul.store;

import io.longhaul.entity.BlockedHosts;
import io.longhaul.entity.HostBlock;
import io.longhaul.job.file.HostPattern;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;

/** The table of blocked hosts. */
public final class PostgresBlockedHosts implements BlockedHosts {
    private final Sql sql;

    /**
     * @param executor runs statements, which block
     * @param timeout of a statement, in whole seconds
     */
    public PostgresBlockedHosts(DataSource database, Executor executor, Duration timeout) {
        sql = new Sql(database, executor, timeout);
    }

    @Override
    public CompletionStage<List<HostBlock>> all(Instant now) {
        return sql.query(
                PostgresBlockedHosts::block,
                "SELECT hosts, reason, by, since, until FROM blocked_host WHERE until IS NULL OR until > ?"
                        + " ORDER BY hosts LIMIT ?",
                now,
                MOST);
    }

    private static HostBlock block(ResultSet row) throws SQLException {
        return new HostBlock(
                new HostPattern(row.getString("hosts")),
                row.getString("reason"),
                row.getString("by"),
                Sql.instant(row, "since"),
                Sql.instantOrNull(row, "until"));
    }

    @Override
    public CompletionStage<Boolean> put(HostBlock block, Instant now) {
        return sql.run(session -> {
            session.update("DELETE FROM blocked_host WHERE until <= ?", now);
            return session.update(
                            """
                            INSERT INTO blocked_host (hosts, reason, by, since, until)
                            SELECT ?, ?, ?, ?, ?::timestamptz
                            WHERE (SELECT count(*) FROM blocked_host WHERE hosts <> ?) < ?
                            ON CONFLICT (hosts) DO UPDATE
                            SET reason = excluded.reason, by = excluded.by, since = excluded.since, until = excluded.until
                            """,
                            block.hosts().text(),
                            block.reason(),
                            block.by(),
                            block.since(),
                            block.until(),
                            block.hosts().text(),
                            MOST)
                    > 0;
        });
    }

    @Override
    public CompletionStage<Boolean> remove(HostPattern hosts) {
        return sql.query(row -> hosts, "DELETE FROM blocked_host WHERE hosts = ? RETURNING hosts", hosts.text())
                .thenApply(removed -> !removed.isEmpty());
    }
}
