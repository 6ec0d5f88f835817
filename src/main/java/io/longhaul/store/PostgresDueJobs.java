package io.longhaul.store;

import io.longhaul.entity.DueJobs;
import io.longhaul.job.JobId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;

/** The index as a clock sees it. */
public final class PostgresDueJobs implements DueJobs {
    private final Sql sql;

    /**
     * @param executor runs statements, which block
     * @param timeout of a statement, in whole seconds
     */
    public PostgresDueJobs(DataSource database, Executor executor, Duration timeout) {
        sql = new Sql(database, executor, timeout);
    }

    @Override
    public CompletionStage<List<JobId>> due(Instant now, int limit) {
        return sql.query(
                row -> Sql.id(row, "id"), "SELECT id FROM job WHERE due_at <= ? ORDER BY due_at LIMIT ?", now, limit);
    }
}
