package io.longhaul.store;

import io.longhaul.entity.LiveJobs;
import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import io.longhaul.job.StateName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The index as those see it who look for jobs that were left alone. */
public final class PostgresLiveJobs implements LiveJobs {
    private final Sql sql;

    /**
     * @param executor runs statements, which block
     * @param timeout of a statement, in whole seconds
     */
    public PostgresLiveJobs(DataSource database, Executor executor, Duration timeout) {
        sql = new Sql(database, executor, timeout);
    }

    @Override
    public CompletionStage<List<Live>> page(@Nullable JobId after, int limit) {
        return sql.query(PostgresLiveJobs::live, """
            SELECT id, queue, owner, state, created_at, modified_at FROM job WHERE id > ? ORDER BY id LIMIT ?
            """, after == null ? Sql.BEFORE_ALL : after, limit);
    }

    private static Live live(ResultSet row) throws SQLException {
        return new Live(
                Sql.id(row, "id"),
                row.getString("queue"),
                new Owner(row.getString("owner")),
                Sql.instant(row, "created_at"),
                Sql.instant(row, "modified_at"),
                StateName.valueOf(row.getString("state")).isFinal());
    }
}
