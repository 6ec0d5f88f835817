package io.longhaul.store;

import static java.util.Objects.requireNonNull;

import io.longhaul.entity.JobFilter;
import io.longhaul.job.JobId;
import io.longhaul.store.Sql.ArrayOf;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A filter as SQL on {@code job}. */
final class FilterSql {
    private static final Duration CLOCKS_DIFFER = Duration.ofHours(1);

    /** A UUIDv7 has 48 bits for the time. */
    private static final long LAST_MILLI = (1L << 48) - 1;

    /** What an index has before the id, and which of its values match. */
    private final Map<String, List<String>> columns = new LinkedHashMap<>();

    private final List<String> conditions = new ArrayList<>();
    private final List<@Nullable Object> parameters = new ArrayList<>();
    private final boolean ranged;
    private @Nullable JobId before;

    private FilterSql(boolean ranged) {
        this.ranged = ranged;
    }

    static FilterSql of(JobFilter filter) {
        FilterSql sql = new FilterSql(filter.displayNamePrefix() != null);
        sql.in("state", names(filter.states()));
        if (filter.queue() != null) sql.in("queue", List.of(filter.queue()));
        if (filter.owner() != null) sql.in("owner", List.of(filter.owner().name()));
        if (!filter.priorities().isEmpty()) sql.and("priority = ANY (?)", texts(names(filter.priorities())));
        if (filter.type() != null) sql.and("type = ?", filter.type().name());
        if (filter.displayNamePrefix() != null) sql.prefix(filter.displayNamePrefix());
        filter.labels().forEach((key, value) -> sql.term(Terms.label(key, value)));
        if (filter.host() != null) sql.term(Terms.host(filter.host()));
        if (filter.createdAfter() != null) sql.and("created_at > ?", filter.createdAfter());
        if (filter.createdBefore() != null) sql.createdBefore(filter.createdBefore());
        return sql;
    }

    FilterSql olderThan(@Nullable JobId before) {
        this.before = before;
        return this;
    }

    /** A statement and its parameters. */
    record Query(String sql, List<@Nullable Object> parameters) {}

    /** Selects from {@code job} all that match. */
    Query all(String selected, String further) {
        Where where = new Where();
        columns.forEach(where::in);
        rest(where);
        return new Query("SELECT " + selected + " FROM job" + where + further, where.values);
    }

    /**
     * Selects the ids of the newest that match. Walking through all jobs from the newest on, which is what PostgreSQL
     * would like best, is slow where the matching ones are all old; where an index finds them, that is asked instead.
     */
    Query newest(int limit) {
        if (ranged) {
            Query all = all("id", "");
            return limited(
                    "WITH matching AS MATERIALIZED (" + all.sql()
                            + ") SELECT id FROM matching ORDER BY id DESC LIMIT ?",
                    all.parameters(),
                    limit);
        }
        if (columns.size() == 1 && conditions.isEmpty()) {
            String only = columns.keySet().iterator().next();
            // Compared as a range, if of one value, it has to be in the order, which the index of the ids alone lacks
            return eachOf(only, only + " >= one.value AND " + only + " <= one.value", only + " DESC, id DESC", limit);
        }
        if (columns.getOrDefault("state", List.of()).size() > 1)
            return eachOf("state", "state = one.value", "id DESC", limit);
        Query all = all("id", " ORDER BY id DESC LIMIT ?");
        return limited(all.sql(), all.parameters(), limit);
    }

    /** The newest of each value of the column, and of these the newest. */
    private Query eachOf(String column, String condition, String order, int limit) {
        Where where = new Where();
        where.texts.add(condition);
        where.values.add(texts(requireNonNull(columns.get(column))));
        columns.forEach((other, values) -> {
            if (!other.equals(column)) where.in(other, values);
        });
        rest(where);
        where.values.add(limit);
        return limited(
                "SELECT found.id FROM unnest(?) AS one(value) CROSS JOIN LATERAL (SELECT id FROM job" + where
                        + " ORDER BY " + order + " LIMIT ?) AS found ORDER BY found.id DESC LIMIT ?",
                where.values,
                limit);
    }

    private void rest(Where where) {
        where.texts.addAll(conditions);
        where.values.addAll(parameters);
        if (before == null) return;
        where.texts.add("id < ?");
        where.values.add(before);
    }

    private static Query limited(String sql, List<@Nullable Object> values, int limit) {
        List<@Nullable Object> all = new ArrayList<>(values);
        all.add(limit);
        return new Query(sql, all);
    }

    /** Conditions that all hold, and the parameters of the statement as far as it is written. */
    private static final class Where {
        private final List<String> texts = new ArrayList<>();
        private final List<@Nullable Object> values = new ArrayList<>();

        void in(String column, List<String> among) {
            texts.add(column + (among.size() == 1 ? " = ?" : " = ANY (?)"));
            values.add(among.size() == 1 ? among.getFirst() : texts(among));
        }

        @Override
        public String toString() {
            return texts.isEmpty() ? "" : " WHERE " + String.join(" AND ", texts);
        }
    }

    private void in(String column, List<String> values) {
        if (values.stream().anyMatch(FilterSql::isNowhere)) conditions.add("FALSE");
        else if (!values.isEmpty()) columns.put(column, values);
    }

    /** PostgreSQL's text holds no NUL, so nothing can be equal to one that does. */
    private static boolean isNowhere(String text) {
        return text.indexOf('\0') >= 0;
    }

    private void and(String condition, Object parameter) {
        if (parameter instanceof String text && isNowhere(text)) {
            conditions.add("FALSE");
            return;
        }
        conditions.add(condition);
        parameters.add(parameter);
    }

    private static List<String> names(Collection<? extends Enum<?>> values) {
        return values.stream().map(Enum::name).sorted().toList();
    }

    private static ArrayOf texts(List<String> values) {
        return new ArrayOf("text", values.toArray());
    }

    /** An id is made before its job is, by a clock that differs little: nothing younger has to be looked at. */
    private void createdBefore(Instant at) {
        and("created_at < ?", at);
        long younger = at.plus(CLOCKS_DIFFER).toEpochMilli();
        if (younger >= 0 && younger <= LAST_MILLI) and("id < ?", new JobId(new UUID(younger << 16, 0)));
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
