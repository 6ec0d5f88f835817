package io.longhaul.api.json;

import io.longhaul.job.JobOptions;
import io.longhaul.job.JobOptions.FileAclFlag;
import io.longhaul.job.JobOptions.Mode;
import io.longhaul.job.JobOptions.PeerCachingFlag;
import io.longhaul.job.OptionsChange;
import io.longhaul.job.Value;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Those properties of a job that few jobs have. */
final class OptionsReader {
    private static final Map<String, Mode> MODES = Map.of(
            "highPerformance", Mode.HIGH_PERFORMANCE,
            "dynamicContent", Mode.DYNAMIC_CONTENT,
            "onDemand", Mode.ON_DEMAND,
            "keepResponseHeaders", Mode.KEEP_RESPONSE_HEADERS);
    private static final String PEER_CACHING = "peerCachingFlags";
    private static final String FILE_ACLS = "fileAclFlags";
    private static final String DEADLINE = "deadline";
    private static final int LAST_YEAR = 9999;

    /** What they are called. */
    static final Set<String> KNOWN = known();

    private OptionsReader() {}

    private static Set<String> known() {
        Set<String> known = new LinkedHashSet<>(MODES.keySet());
        known.addAll(List.of(PEER_CACHING, FILE_ACLS, DEADLINE));
        return Set.copyOf(known);
    }

    static JobOptions options(Fields fields) {
        List<Mode> modes = new ArrayList<>();
        MODES.forEach((name, mode) -> {
            if (Boolean.TRUE.equals(fields.flag(name))) modes.add(mode);
        });
        return new JobOptions(
                modes,
                flags(PeerCachingFlag.class, fields, PEER_CACHING),
                flags(FileAclFlag.class, fields, FILE_ACLS),
                instant(fields, DEADLINE));
    }

    /** What a merge patch says of them; null: nothing. */
    static @Nullable OptionsChange change(Fields fields) {
        if (KNOWN.stream().noneMatch(fields::has)) return null;
        List<Mode> on = new ArrayList<>();
        List<Mode> off = new ArrayList<>();
        MODES.forEach((name, mode) -> {
            if (fields.has(name)) (Boolean.TRUE.equals(fields.flag(name)) ? on : off).add(mode);
        });
        return new OptionsChange(
                on,
                off,
                fields.has(PEER_CACHING) ? new Value<>(flags(PeerCachingFlag.class, fields, PEER_CACHING)) : null,
                fields.has(FILE_ACLS) ? new Value<>(flags(FileAclFlag.class, fields, FILE_ACLS)) : null,
                fields.has(DEADLINE) ? new Value<>(instant(fields, DEADLINE)) : null);
    }

    private static <E extends Enum<E>> List<E> flags(Class<E> type, Fields fields, String name) {
        List<Fields.Element> elements = fields.elements(name);
        if (elements == null) return List.of();
        List<E> flags = new ArrayList<>();
        for (Fields.Element element : elements) flags.add(Fields.oneOf(type, element.node(), element.name()));
        return flags;
    }

    private static @Nullable Instant instant(Fields fields, String name) {
        String text = fields.text(name);
        if (text == null) return null;
        try {
            OffsetDateTime at = OffsetDateTime.parse(text);
            if (at.getYear() >= 1 && at.getYear() <= LAST_YEAR) return at.toInstant();
        } catch (DateTimeException malformed) {
            // said below
        }
        throw Refusal.invalid(
                fields.name(name) + " must be a time as RFC 3339 writes it, for example 2026-11-20T09:30:00Z.");
    }
}
