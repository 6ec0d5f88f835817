package io.longhaul.store;

import io.longhaul.entity.UnreadableJobs;
import io.longhaul.job.JobId;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;

/** The journal as those see it whom a job does not answer. */
public final class PostgresUnreadableJobs implements UnreadableJobs {
    private final Sql sql;

    /**
     * @param executor runs statements, which block
     * @param timeout of a statement, in whole seconds
     */
    public PostgresUnreadableJobs(DataSource database, Executor executor, Duration timeout) {
        sql = new Sql(database, executor, timeout);
    }

    @Override
    public CompletionStage<Boolean> contains(JobId id) {
        return sql.run(session -> {
            JobHistory history = new JobHistory(id, null, Long.MAX_VALUE);
            Journal.history(session, id, history::follow);
            return history.isDamaged();
        });
    }
}
