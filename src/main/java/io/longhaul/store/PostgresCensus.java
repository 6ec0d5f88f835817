package io.longhaul.store;

import io.longhaul.entity.Census;
import io.longhaul.job.Priority;
import io.longhaul.job.StateName;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;

/** The index as operators see it from afar. */
public final class PostgresCensus implements Census {
    private final Sql sql;

    /**
     * @param executor runs statements, which block
     * @param timeout of a statement, in whole seconds
     */
    public PostgresCensus(DataSource database, Executor executor, Duration timeout) {
        sql = new Sql(database, executor, timeout);
    }

    private static final String COUNTS = """
            WITH waiting AS (
              SELECT name, priority, sum(jobs) AS jobs FROM job_count
              WHERE scope = 'queue' AND state = 'QUEUED' GROUP BY name, priority),
            deepest AS (SELECT name FROM waiting GROUP BY name ORDER BY sum(jobs) DESC, name LIMIT ?)
            SELECT d.name AS queue, w.priority AS priority, NULL AS state, sum(w.jobs) AS jobs
            FROM waiting w LEFT JOIN deepest d ON d.name = w.name GROUP BY d.name, w.priority
            UNION ALL
            SELECT NULL, NULL, state, sum(jobs) FROM job_count WHERE scope = 'all' GROUP BY state
            """;

    private static final String TIMES = """
            SELECT
              (SELECT min(place_since) FROM job WHERE place_since IS NOT NULL AND slice_ends_at IS NULL) AS oldest_queued,
              (SELECT count(*) FROM (SELECT FROM job WHERE final_at <= ? LIMIT ?) AS j) AS over,
              (SELECT min(final_at) FROM job WHERE final_at <= ?) AS longest_over,
              (SELECT min(at) FROM notification WHERE state = 'PENDING') AS oldest_notification
            """;

    @Override
    public CompletionStage<Figures> take(int mostQueues, Instant finalUntil) {
        return sql.run(session -> {
            Map<StateName, Long> byState = new EnumMap<>(StateName.class);
            for (StateName state : StateName.values()) byState.put(state, 0L);
            List<Depth> depths = new ArrayList<>();
            for (Count count : session.query(Count::of, COUNTS, mostQueues)) count.addTo(byState, depths);
            return session.query(
                            row -> new Figures(
                                    byState,
                                    depths,
                                    Sql.instantOrNull(row, "oldest_queued"),
                                    row.getLong("over"),
                                    Sql.instantOrNull(row, "longest_over"),
                                    Sql.instantOrNull(row, "oldest_notification")),
                            TIMES,
                            finalUntil,
                            Figures.MOST_OVER,
                            finalUntil)
                    .getFirst();
        });
    }

    /** Of a state, or else of a queue and a priority. */
    private sealed interface Count {
        void addTo(Map<StateName, Long> byState, List<Depth> depths);

        record OfState(StateName state, long jobs) implements Count {
            @Override
            public void addTo(Map<StateName, Long> byState, List<Depth> depths) {
                byState.put(state, jobs);
            }
        }

        record OfQueue(Depth depth) implements Count {
            @Override
            public void addTo(Map<StateName, Long> byState, List<Depth> depths) {
                depths.add(depth);
            }
        }

        static Count of(ResultSet row) throws SQLException {
            String state = row.getString("state");
            long jobs = row.getLong("jobs");
            return state != null
                    ? new OfState(StateName.valueOf(state), jobs)
                    : new OfQueue(new Depth(row.getString("queue"), Priority.valueOf(row.getString("priority")), jobs));
        }
    }
}
