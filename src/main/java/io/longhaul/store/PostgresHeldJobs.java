package io.longhaul.store;

import io.longhaul.entity.HeldJobs;
import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import io.longhaul.job.Priority;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The index as those see it who lift a policy, or have a network again. */
public final class PostgresHeldJobs implements HeldJobs {
    private final Sql sql;

    /**
     * @param executor runs statements, which block
     * @param timeout of a statement, in whole seconds
     */
    public PostgresHeldJobs(DataSource database, Executor executor, Duration timeout) {
        sql = new Sql(database, executor, timeout);
    }

    @Override
    public CompletionStage<List<Held>> held(@Nullable JobId after, int limit) {
        JobId first = after == null ? new JobId(Sql.BEFORE_ALL) : after;
        return sql.query(
                PostgresHeldJobs::held,
                """
            SELECT j.id, j.queue, j.owner, j.priority, t.term FROM (
              (SELECT id, term FROM job_term WHERE term = ? AND id > ? ORDER BY id LIMIT ?) UNION ALL
              (SELECT id, term FROM job_term WHERE term = ? AND id > ? ORDER BY id LIMIT ?)) t
            JOIN job j ON j.id = t.id ORDER BY t.id LIMIT ?
            """,
                Terms.HELD_BY_POLICY,
                first,
                limit,
                Terms.HELD_BY_NETWORK,
                first,
                limit,
                limit);
    }

    private static Held held(ResultSet row) throws SQLException {
        return new Held(
                Sql.id(row, "id"),
                row.getString("queue"),
                new Owner(row.getString("owner")),
                Priority.valueOf(row.getString("priority")),
                row.getString("term").equals(Terms.HELD_BY_POLICY) ? By.POLICY : By.NETWORK);
    }
}
