package io.longhaul.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.longhaul.codec.JobTypes;
import io.longhaul.entity.PolicyStore;
import io.longhaul.policy.Policies;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;

/** Policies, all of them in one row for each of the last versions. */
public final class PostgresPolicies implements PolicyStore {
    /** Enough to see what was said before. */
    private static final int VERSIONS_KEPT = 20;

    /** The version's number is the key, so of two that replace the same one only the first can. */
    private static final String REPLACE = """
            WITH next AS (
              INSERT INTO policies (version, policies, changed_at, changed_by)
              SELECT ?, ?, ?, ? WHERE ? = (SELECT coalesce(max(version), 0) FROM policies)
              ON CONFLICT DO NOTHING RETURNING version),
            old AS (DELETE FROM policies WHERE version <= ?),
            """ + PostgresAudit.WRITE.formatted("FROM next");

    private final Sql sql;
    private final Clock clock;

    /**
     * @param executor runs statements, which block
     * @param timeout of a statement, in whole seconds
     */
    public PostgresPolicies(DataSource database, Executor executor, Duration timeout, Clock clock) {
        this.sql = new Sql(database, executor, timeout);
        this.clock = clock;
    }

    @Override
    public CompletionStage<Optional<Stored>> newerThan(long version) {
        return sql.query(
                        PostgresPolicies::stored,
                        "SELECT version, policies, changed_at, changed_by FROM policies WHERE version > ?"
                                + " ORDER BY version DESC LIMIT 1",
                        version)
                .thenApply(found -> found.stream().findFirst());
    }

    @Override
    public CompletionStage<Optional<Stored>> replace(long version, Policies policies, String by, String subject) {
        Stored next = new Stored(version + 1, policies, clock.instant(), by);
        return sql.run(session -> session.query(
                        row -> next,
                        REPLACE,
                        next.version(),
                        text(policies),
                        next.changedAt(),
                        by,
                        version,
                        next.version() - VERSIONS_KEPT,
                        by,
                        "POLICIES",
                        subject))
                .thenApply(written -> written.stream().findFirst());
    }

    private static Stored stored(ResultSet row) throws SQLException {
        Instant at = Sql.instant(row, "changed_at");
        return new Stored(row.getLong("version"), policies(row.getString("policies")), at, row.getString("changed_by"));
    }

    private static String text(Policies policies) throws SQLException {
        try {
            return JobTypes.JSON.writeValueAsString(policies);
        } catch (JsonProcessingException impossible) {
            throw new SQLException("Policies cannot be written", impossible);
        }
    }

    private static Policies policies(String text) throws SQLException {
        try {
            return JobTypes.JSON.readValue(text, Policies.class);
        } catch (JsonProcessingException unknown) {
            throw new SQLException("The policies do not read", unknown);
        }
    }
}
