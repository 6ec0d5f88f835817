package io.longhaul.store;

import io.longhaul.entity.JobFilter;
import io.longhaul.job.JobId;
import io.longhaul.store.Sql.ArrayOf;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A filter as SQL on {@code job}. */
final class FilterSql {
    private static final Duration CLOCKS_DIFFER = Duration.ofHours(1);

    private static final String OLDER = "id < ?";

    /** A UUIDv7 has 48 bits for the time. */
    private static final long LAST_MILLI = (1L << 48) - 1;

    private final List<String> conditions = new ArrayList<>();
    private final List<@Nullable Object> parameters = new ArrayList<>();

    private final List<String> states;
    private final boolean ranged;

    private FilterSql(List<String> states, boolean ranged) {
        this.states = states;
        this.ranged = ranged;
    }

    static FilterSql of(JobFilter filter) {
        FilterSql sql = new FilterSql(names(filter.states()), filter.displayNamePrefix() != null);
        sql.among("priority", filter.priorities());
        if (filter.queue() != null) sql.and(equal("queue"), filter.queue());
        if (filter.owner() != null) sql.and(equal("owner"), filter.owner().name());
        if (filter.type() != null) sql.and("type = ?", filter.type().name());
        if (filter.displayNamePrefix() != null) sql.prefix(filter.displayNamePrefix());
        filter.labels().forEach((key, value) -> sql.term(Terms.label(key, value)));
        if (filter.host() != null) sql.term(Terms.host(filter.host()));
        if (filter.createdAfter() != null) sql.and("created_at > ?", filter.createdAfter());
        if (filter.createdBefore() != null) sql.createdBefore(filter.createdBefore());
        return sql;
    }

    FilterSql olderThan(@Nullable JobId before) {
        if (before != null) and(OLDER, before);
        return this;
    }

    /** A statement and its parameters. */
    record Query(String sql, List<@Nullable Object> parameters) {}

    /** Selects from {@code job} all that match. */
    Query all(String columns, String further) {
        List<String> where = new ArrayList<>(conditions);
        List<@Nullable Object> values = new ArrayList<>(parameters);
        if (!states.isEmpty()) {
            where.add("state = ANY (?)");
            values.add(new ArrayOf("text", states.toArray()));
        }
        return new Query("SELECT " + columns + " FROM job" + where(where) + further, values);
    }

    /**
     * Selects the ids of the newest that match. Walking through all jobs from the newest on, which is what PostgreSQL
     * would like best, is slow where the matching ones are all old; where an index finds them, that is asked instead.
     */
    Query newest(int limit) {
        String column = onlyColumn();
        if (column != null) return inOrder(column, limit);
        if (ranged) {
            Query all = all("id", "");
            List<@Nullable Object> values = new ArrayList<>(all.parameters());
            values.add(limit);
            return new Query(
                    "WITH matching AS MATERIALIZED (" + all.sql()
                            + ") SELECT id FROM matching ORDER BY id DESC LIMIT ?",
                    values);
        }
        if (states.size() > 1) return forEach(states, "state = one.value", "id DESC", conditions, parameters, limit);
        Query all = all("id", " ORDER BY id DESC LIMIT ?");
        List<@Nullable Object> values = new ArrayList<>(all.parameters());
        values.add(limit);
        return new Query(all.sql(), values);
    }

    /** The column that alone decides, where an index has it before the id; a page may begin anywhere. */
    private @Nullable String onlyColumn() {
        List<String> deciding =
                conditions.stream().filter(one -> !one.equals(OLDER)).toList();
        if (deciding.isEmpty()) return states.isEmpty() ? null : "state";
        if (deciding.size() > 1 || !states.isEmpty()) return null;
        return Stream.of("queue", "owner")
                .filter(column -> deciding.getFirst().equals(equal(column)))
                .findFirst()
                .orElse(null);
    }

    /**
     * By the index of that column. A column that is compared as a range, if of one value, has to be in the order too, and
     * there the index of the ids alone, which may be walked for long before one matches, serves nothing.
     */
    private Query inOrder(String column, int limit) {
        String range = column + " >= one.value AND " + column + " <= one.value";
        String order = column + " DESC, id DESC";
        return column.equals("state")
                ? forEach(states, range, order, conditions, parameters, limit)
                : forEach(
                        parameters.subList(0, 1),
                        range,
                        order,
                        withoutFirst(conditions),
                        withoutFirst(parameters),
                        limit);
    }

    private static <T extends @Nullable Object> List<T> withoutFirst(List<T> all) {
        return all.subList(1, all.size());
    }

    private static Query forEach(
            List<? extends @Nullable Object> values,
            String condition,
            String order,
            List<String> further,
            List<@Nullable Object> parameters,
            int limit) {
        List<String> where = new ArrayList<>(List.of(condition));
        where.addAll(further);
        List<@Nullable Object> all = new ArrayList<>();
        all.add(new ArrayOf("text", values.toArray()));
        all.addAll(parameters);
        all.add(limit);
        all.add(limit);
        return new Query(
                "SELECT found.id FROM unnest(?) AS one(value) CROSS JOIN LATERAL (SELECT id FROM job" + where(where)
                        + " ORDER BY " + order + " LIMIT ?) AS found ORDER BY found.id DESC LIMIT ?",
                all);
    }

    private static String where(List<String> conditions) {
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    private void and(String condition, Object parameter) {
        // PostgreSQL's text holds no NUL, so nothing can be equal to one that does.
        if (parameter instanceof String text && text.indexOf('\0') >= 0) {
            conditions.add("FALSE");
            return;
        }
        conditions.add(condition);
        parameters.add(parameter);
    }

    private static List<String> names(Collection<? extends Enum<?>> values) {
        return values.stream().map(Enum::name).sorted().toList();
    }

    private static String equal(String column) {
        return column + " = ?";
    }

    private void among(String column, Collection<? extends Enum<?>> values) {
        if (!values.isEmpty())
            and(column + " = ANY (?)", new ArrayOf("text", names(values).toArray()));
    }

    /** An id is made before its job is, by a clock that differs little: nothing younger has to be looked at. */
    private void createdBefore(Instant at) {
        and("created_at < ?", at);
        long younger = at.plus(CLOCKS_DIFFER).toEpochMilli();
        if (younger >= 0 && younger <= LAST_MILLI) and(OLDER, new JobId(new UUID(younger << 16, 0)));
    }

    /** As a range, which an index serves whatever the prefix is. */
    private void prefix(String prefix) {
        and("display_name >= ?", prefix);
        String end = afterAllWith(prefix);
        if (end != null) and("display_name < ?", end);
    }

    private void term(String term) {
        and("EXISTS (SELECT FROM job_term t WHERE t.term = ? AND t.id = job.id)", term);
    }

    /** The first text that sorts behind everything with this prefix, by code points; null: there is none. */
    static @Nullable String afterAllWith(String prefix) {
        int[] points = prefix.codePoints().toArray();
        for (int last = points.length - 1; last >= 0; last--) {
            if (points[last] < Character.MAX_CODE_POINT) {
                int next = points[last] + 1;
                // Surrogates are no characters.
                if (next >= Character.MIN_SURROGATE && next <= Character.MAX_SURROGATE)
                    next = Character.MAX_SURROGATE + 1;
                return new String(points, 0, last) + Character.toString(next);
            }
        }
        return null;
    }
}
