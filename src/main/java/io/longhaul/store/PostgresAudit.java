package io.longhaul.store;

import io.longhaul.entity.Audit;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Who did what, in a table that does not grow for ever. */
public final class PostgresAudit implements Audit {
    /** The end of a statement that begins with WITH: by whom, what and about what, where its condition holds. */
    static final String WRITE = """
            forgotten AS (DELETE FROM audit WHERE id <= (SELECT max(id) - 100000 FROM audit))
            INSERT INTO audit (by, action, subject) SELECT ?, ?, ? %s RETURNING id
            """;

    private final Sql sql;

    /**
     * @param executor runs statements, which block
     * @param timeout of a statement, in whole seconds
     */
    public PostgresAudit(DataSource database, Executor executor, Duration timeout) {
        sql = new Sql(database, executor, timeout);
    }

    @Override
    public CompletionStage<List<Line>> lines(@Nullable Long before, int limit) {
        return sql.query(
                PostgresAudit::line,
                "SELECT id, at, by, action, subject FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?",
                before == null ? Long.MAX_VALUE : before,
                limit);
    }

    @Override
    public CompletionStage<Void> write(String by, String action, String subject) {
        return sql.query(row -> subject, "WITH " + WRITE.formatted(""), by, action, subject)
                .thenAccept(written -> {});
    }

    private static Line line(ResultSet row) throws SQLException {
        return new Line(
                row.getLong("id"),
                Sql.instant(row, "at"),
                row.getString("by"),
                row.getString("action"),
                row.getString("subject"));
    }
}
