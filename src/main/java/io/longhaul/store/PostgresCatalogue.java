package io.longhaul.store;

import io.longhaul.codec.JobTypes;
import io.longhaul.entity.JobCatalogue;
import io.longhaul.entity.JobFilter;
import io.longhaul.entity.JobSummary;
import io.longhaul.job.JobId;
import io.longhaul.job.Priority;
import io.longhaul.job.StateName;
import io.longhaul.store.Sql.ArrayOf;
import io.longhaul.store.Sql.Session;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The index as lists and counts see it. */
public final class PostgresCatalogue implements JobCatalogue {
    private static final int MOST = 1000;

    private final Sql sql;

    /**
     * @param executor runs statements, which block
     * @param timeout of a statement, in whole seconds
     */
    public PostgresCatalogue(DataSource database, Executor executor, Duration timeout) {
        sql = new Sql(database, executor, timeout);
    }

    @Override
    public CompletionStage<List<JobSummary>> list(JobFilter filter, @Nullable JobId before, int limit) {
        if (limit < 1 || limit > MOST) throw new IllegalArgumentException("A page has 1 to 1000 jobs, not " + limit);
        FilterSql.Query newest = FilterSql.of(filter).olderThan(before).newest(limit);
        return sql.query(
                PostgresCatalogue::summary,
                "SELECT summary FROM job WHERE id IN (" + newest.sql() + ") ORDER BY id DESC",
                newest.parameters().toArray());
    }

    @Override
    public CompletionStage<Counts> count(JobFilter filter) {
        return sql.run(session -> {
            Tally tally = new Tally();
            for (Count count : isCounted(filter) ? counted(session, filter) : plainlyCounted(session, filter))
                tally.add(count);
            return new Counts(tally.total, tally.byState, tally.byPriority);
        });
    }

    /** Whether the projection keeps the numbers that this filter asks for. */
    private static boolean isCounted(JobFilter filter) {
        return (filter.queue() == null || filter.owner() == null)
                && filter.displayNamePrefix() == null
                && filter.labels().isEmpty()
                && filter.host() == null
                && filter.createdAfter() == null
                && filter.createdBefore() == null;
    }

    private static List<Count> counted(Session session, JobFilter filter) throws SQLException {
        CountScope scope = filter.queue() != null
                ? CountScope.queue(filter.queue())
                : filter.owner() != null ? CountScope.owner(filter.owner().name()) : CountScope.ALL;
        List<Count> all = session.query(
                Count::of,
                "SELECT '' AS name, state, priority, sum(jobs) AS jobs FROM job_count WHERE scope = ? AND name = ?"
                        + " AND (?::text IS NULL OR type = ?) GROUP BY state, priority",
                scope.scope(),
                scope.name().replace("\0", ""),
                filter.type() == null ? null : filter.type().name(),
                filter.type() == null ? null : filter.type().name());
        return all.stream()
                .filter(count -> filter.states().isEmpty() || filter.states().contains(count.state()))
                .filter(count ->
                        filter.priorities().isEmpty() || filter.priorities().contains(count.priority()))
                .toList();
    }

    private static List<Count> plainlyCounted(Session session, JobFilter filter) throws SQLException {
        FilterSql.Query all =
                FilterSql.of(filter).all("'' AS name, state, priority, count(*) AS jobs", " GROUP BY state, priority");
        return session.query(Count::of, all.sql(), all.parameters().toArray());
    }

    @Override
    public CompletionStage<Set<JobId>> begunBy(long event, List<JobId> jobs) {
        return sql.run(session -> Journal.begunBy(session, event, jobs));
    }

    @Override
    public CompletionStage<Progress> progress() {
        return sql.run(session -> new Progress(
                Journal.last(session),
                session.query(row -> row.getLong("ordering"), "SELECT ordering FROM index_offset")
                        .getFirst()));
    }

    @Override
    public CompletionStage<List<QueueDepth>> queues(@Nullable String after, int limit) {
        return sql.run(session -> {
            String first = after == null ? "" : after;
            List<String> names = session.query(row -> row.getString("name"), """
                    (SELECT DISTINCT name FROM job_count WHERE scope = 'queue' AND name > ? ORDER BY name LIMIT ?)
                    UNION
                    (SELECT queue FROM queue_setting WHERE queue > ? ORDER BY queue LIMIT ?)
                    ORDER BY name LIMIT ?
                    """, first, limit, first, limit, limit);
            return depths(session, names);
        });
    }

    @Override
    public CompletionStage<QueueDepth> queue(String name) {
        return sql.run(session -> depths(session, List.of(name)).getFirst());
    }

    private static List<QueueDepth> depths(Session session, List<String> names) throws SQLException {
        Map<String, Tally> tallies = new java.util.HashMap<>();
        for (Count count : session.query(
                Count::of,
                "SELECT name, state, priority, sum(jobs) AS jobs FROM job_count WHERE scope = 'queue' AND name = ANY (?)"
                        + " GROUP BY name, state, priority",
                new ArrayOf("text", names.toArray())))
            tallies.computeIfAbsent(count.name(), any -> new Tally()).add(count);
        List<QueueDepth> depths = new ArrayList<>();
        for (String name : names) {
            Tally tally = tallies.getOrDefault(name, new Tally());
            depths.add(new QueueDepth(name, tally.byState, tally.byPriority));
        }
        return depths;
    }

    private static JobSummary summary(ResultSet row) throws SQLException {
        try {
            return JobTypes.CBOR.readValue(row.getBytes("summary"), JobSummary.class);
        } catch (IOException unknown) {
            throw new SQLException("A row of the index does not read; the index can be rebuilt", unknown);
        }
    }

    private record Count(String name, StateName state, Priority priority, long jobs) {
        static Count of(ResultSet row) throws SQLException {
            return new Count(
                    row.getString("name"),
                    StateName.valueOf(row.getString("state")),
                    Priority.valueOf(row.getString("priority")),
                    row.getLong("jobs"));
        }
    }

    private static final class Tally {
        private long total;
        private final Map<StateName, Long> byState = new EnumMap<>(StateName.class);
        private final Map<Priority, Long> byPriority = new EnumMap<>(Priority.class);

        Tally() {
            for (StateName state : StateName.values()) byState.put(state, 0L);
            for (Priority priority : Priority.values()) byPriority.put(priority, 0L);
        }

        void add(Count count) {
            total += count.jobs();
            byState.merge(count.state(), count.jobs(), Long::sum);
            byPriority.merge(count.priority(), count.jobs(), Long::sum);
        }
    }

    @Override
    public CompletionStage<Optional<Waiting>> oldestQueued() {
        return sql.query(row -> new Waiting(Sql.id(row, "id"), Sql.instant(row, "place_since")), """
                SELECT id, place_since FROM job WHERE place_since IS NOT NULL AND slice_ends_at IS NULL
                ORDER BY place_since LIMIT 1
                """)
                .thenApply(found -> found.stream().findFirst());
    }
}
