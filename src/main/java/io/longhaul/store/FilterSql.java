package io.longhaul.store;

import io.longhaul.entity.JobFilter;
import io.longhaul.job.JobId;
import io.longhaul.store.Sql.ArrayOf;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A filter as the condition of a WHERE on {@code job}, with its parameters. */
final class FilterSql {
    private final List<String> conditions = new ArrayList<>();
    private final List<@Nullable Object> parameters = new ArrayList<>();

    private FilterSql() {}

    static FilterSql of(JobFilter filter) {
        FilterSql sql = new FilterSql();
        sql.among("state", filter.states());
        sql.among("priority", filter.priorities());
        if (filter.queue() != null) sql.and("queue = ?", filter.queue());
        if (filter.owner() != null) sql.and("owner = ?", filter.owner().name());
        if (filter.type() != null) sql.and("type = ?", filter.type().name());
        if (filter.displayNamePrefix() != null) sql.prefix(filter.displayNamePrefix());
        filter.labels().forEach((key, value) -> sql.term(Terms.label(key, value)));
        if (filter.host() != null) sql.term(Terms.host(filter.host()));
        if (filter.createdAfter() != null) sql.and("created_at > ?", filter.createdAfter());
        if (filter.createdBefore() != null) sql.and("created_at < ?", filter.createdBefore());
        return sql;
    }

    FilterSql olderThan(@Nullable JobId before) {
        if (before != null) and("id < ?", before);
        return this;
    }

    /** Begins with WHERE; empty where everything matches. */
    String where() {
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    /** Those of the condition and then these. */
    @Nullable
    Object[] parametersAnd(Object... further) {
        List<@Nullable Object> all = new ArrayList<>(parameters);
        all.addAll(List.of(further));
        return all.toArray();
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

    private void among(String column, Collection<? extends Enum<?>> values) {
        if (values.isEmpty()) return;
        String[] names = values.stream().map(Enum::name).sorted().toArray(String[]::new);
        and(column + " = ANY (?)", new ArrayOf("text", names));
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

    @Override
    public String toString() {
        return where() + parameters.stream().map(String::valueOf).collect(Collectors.joining(", ", " [", "]"));
    }
}
