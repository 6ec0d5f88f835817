package io.longhaul.store;

import io.longhaul.entity.DueJobs;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

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
    public CompletionStage<List<Due>> due(Instant by, @Nullable Due after, int limit) {
        if (after == null)
            return sql.query(
                    PostgresDueJobs::due,
                    "SELECT due_at, id FROM job WHERE due_at <= ? ORDER BY due_at, id LIMIT ?",
                    by,
                    limit);
        return sql.query(
                PostgresDueJobs::due,
                "SELECT due_at, id FROM job WHERE due_at <= ? AND (due_at, id) > (?, ?) ORDER BY due_at, id LIMIT ?",
                by,
                after.at(),
                after.id(),
                limit);
    }

    private static Due due(ResultSet row) throws SQLException {
        return new Due(Sql.instant(row, "due_at"), Sql.id(row, "id"));
    }
}
