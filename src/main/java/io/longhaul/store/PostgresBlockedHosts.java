package io.longhaul.store;

import io.longhaul.entity.BlockedHosts;
import io.longhaul.entity.HostBlock;
import io.longhaul.job.file.HostPattern;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
                pattern(row),
                row.getString("reason"),
                row.getString("by"),
                Sql.instant(row, "since"),
                Sql.instantOrNull(row, "until"));
    }

    /** An older version took each spelling of a host for another host. */
    private static HostPattern pattern(ResultSet row) throws SQLException {
        String text = row.getString("hosts");
        return HostPattern.parse(text).orElseGet(() -> new HostPattern(text));
    }

    private static List<String> spellings(Sql.Session session, HostPattern hosts) throws SQLException {
        return session
                .query(row -> Map.entry(row.getString("hosts"), pattern(row)), "SELECT hosts FROM blocked_host")
                .stream()
                .filter(entry -> entry.getValue().equals(hosts))
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public CompletionStage<Boolean> put(HostBlock block, Instant now) {
        return sql.run(session -> {
            session.update("DELETE FROM blocked_host WHERE until <= ?", now);
            boolean kept = session.update(
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
            if (kept)
                for (String spelling : spellings(session, block.hosts()))
                    if (!spelling.equals(block.hosts().text()))
                        session.update("DELETE FROM blocked_host WHERE hosts = ?", spelling);
            return kept;
        });
    }

    @Override
    public CompletionStage<Boolean> remove(HostPattern hosts) {
        return sql.run(session -> {
            int removed = 0;
            for (String spelling : spellings(session, hosts))
                removed += session.update("DELETE FROM blocked_host WHERE hosts = ?", spelling);
            return removed > 0;
        });
    }
}
