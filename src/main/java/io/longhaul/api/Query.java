package io.longhaul.api;

import akka.http.javadsl.model.HttpRequest;
import akka.http.scaladsl.model.IllegalUriException;
import akka.japi.Pair;
import io.longhaul.api.json.Names;
import io.longhaul.api.json.Refusal;
import io.longhaul.entity.JobFilter;
import io.longhaul.job.JobId;
import io.longhaul.job.JobRules;
import io.longhaul.job.JobSpec.JobType;
import io.longhaul.job.Owner;
import io.longhaul.job.Priority;
import io.longhaul.job.StateName;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The query parameters of a request: each known, each given once. */
final class Query {
    static final String LABEL = "label.";
    static final Set<String> FILTERS = Set.of(
            "state", "queue", "owner", "priority", "type", "displayName", "host", "createdAfter", "createdBefore");
    private static final Pattern LIMIT = Pattern.compile("[0-9]{1,4}");
    private static final int HIGHEST_LIMIT = 1000;
    private static final int LAST_YEAR = 9999;

    private final Map<String, String> values;

    private Query(Map<String, String> values) {
        this.values = values;
    }

    static Query of(HttpRequest request, Endpoint endpoint) {
        Map<String, String> values = new HashMap<>();
        for (Pair<String, String> given : pairs(request)) {
            String name = given.first();
            if (name.isEmpty() && given.second().isEmpty()) continue; // what is before, between or behind & and &
            if (name.isEmpty()) throw Refusal.invalid("A query parameter has no name.");
            boolean known = endpoint.parameters().contains(name)
                    || (endpoint.filtered() && (FILTERS.contains(name) || isLabel(name)));
            if (!known) throw Refusal.invalid("There is no query parameter " + name + " here.");
            if (given.second().indexOf('\0') >= 0 || name.indexOf('\0') >= 0)
                throw Refusal.invalid("A query parameter must not contain a NUL character.");
            if (values.put(name, given.second()) != null)
                throw Refusal.invalid("The query parameter " + name + " is given twice.");
        }
        return new Query(values);
    }

    private static Iterable<Pair<String, String>> pairs(HttpRequest request) {
        try {
            return request.getUri().query().toList();
        } catch (IllegalUriException malformed) {
            throw Refusal.invalid("The query of the URL is malformed.");
        }
    }

    private static boolean isLabel(String name) {
        return name.startsWith(LABEL) && name.length() > LABEL.length();
    }

    @Nullable
    String text(String name) {
        return values.get(name);
    }

    int limit(int otherwise) {
        String text = values.get("limit");
        if (text == null) return otherwise;
        int limit = LIMIT.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > HIGHEST_LIMIT) throw Refusal.invalid("limit must be 1 to " + HIGHEST_LIMIT + ".");
        return limit;
    }

    @Nullable
    JobId jobCursor() {
        String text = values.get("cursor");
        return text == null ? null : Cursors.job(text);
    }

    JobFilter filter() {
        Map<String, String> labels = new HashMap<>();
        values.forEach((name, value) -> {
            if (isLabel(name)) labels.put(name.substring(LABEL.length()), value);
        });
        String type = values.get("type");
        return new JobFilter(
                several(StateName.class, "state"),
                queue(),
                owner(),
                several(Priority.class, "priority"),
                type == null ? null : Names.parse(JobType.class, type, "type"),
                values.get("displayName"),
                labels,
                filled("host"),
                instant("createdAfter"),
                instant("createdBefore"));
    }

    private @Nullable String queue() {
        String queue = filled("queue");
        if (queue != null && !JobRules.isQueueName(queue))
            throw Refusal.invalid("queue must be the name of one queue.");
        return queue;
    }

    private <E extends Enum<E>> Set<E> several(Class<E> type, String name) {
        EnumSet<E> constants = EnumSet.noneOf(type);
        String text = values.get(name);
        if (text == null) return constants;
        for (String constant : text.split(",", -1)) constants.add(Names.parse(type, constant, name));
        return constants;
    }

    private @Nullable String filled(String name) {
        String text = values.get(name);
        if (text != null && text.isEmpty()) throw Refusal.invalid(name + " must not be empty.");
        return text;
    }

    private @Nullable Owner owner() {
        String text = values.get("owner");
        if (text == null) return null;
        return Owner.parse(text)
                .orElseThrow(() -> Refusal.invalid("owner must be 1 to 128 letters, digits and . _ @ + -."));
    }

    @Nullable
    Instant instant(String name) {
        String text = values.get(name);
        if (text == null) return null;
        try {
            OffsetDateTime at = OffsetDateTime.parse(text);
            if (at.getYear() < 1 || at.getYear() > LAST_YEAR)
                throw Refusal.invalid(name + " must lie in the years 1 to " + LAST_YEAR + ".");
            return at.toInstant();
        } catch (DateTimeException malformed) {
            throw Refusal.invalid(name + " must be a time as RFC 3339 writes it, for example 2026-11-20T09:30:00Z.");
        }
    }
}
