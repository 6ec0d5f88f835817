package io.longhaul.store;

import io.longhaul.entity.JobCounts;
import io.longhaul.job.JobId;
import io.longhaul.store.Sql.ArrayOf;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** The index as limits of jobs see it: the number and the rows behind it at one instant. */
public final class PostgresJobCounts implements JobCounts {
    private final Sql sql;

    /**
     * @param executor runs statements, which block
     * @param timeout of a statement, in whole seconds
     */
    public PostgresJobCounts(DataSource database, Executor executor, Duration timeout) {
        sql = new Sql(database, executor, timeout);
    }

    @Override
    public CompletionStage<Count> unfinished(Of whose, String name, Collection<JobId> recent) {
        CountScope scope = switch (whose) {
            case QUEUE -> CountScope.queue(name);
            case OWNER -> CountScope.owner(name);
        };
        return sql.query(
                        PostgresJobCounts::count,
                        """
                        SELECT
                          (SELECT coalesce(sum(jobs), 0) FROM job_count WHERE scope = ? AND name = ?
                           AND state NOT IN ('ACKNOWLEDGED', 'CANCELLED')) AS jobs,
                          ARRAY(SELECT id FROM job WHERE id = ANY (?)
                           AND (%s = ? OR state IN ('ACKNOWLEDGED', 'CANCELLED'))) AS indexed
                        """.formatted(whose == Of.QUEUE ? "queue" : "owner"),
                        scope.scope(),
                        scope.name(),
                        new ArrayOf("uuid", recent.stream().map(JobId::value).toArray()),
                        name)
                .thenApply(rows -> rows.getFirst());
    }

    private static Count count(ResultSet row) throws SQLException {
        UUID[] indexed = (UUID[]) row.getArray("indexed").getArray();
        return new Count(
                row.getLong("jobs"), Arrays.stream(indexed).map(JobId::new).collect(Collectors.toSet()));
    }
}
