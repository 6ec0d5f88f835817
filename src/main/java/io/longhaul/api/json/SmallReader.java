package io.longhaul.api.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.entity.HostBlock;
import io.longhaul.job.Characters;
import io.longhaul.job.Value;
import io.longhaul.job.file.HostPattern;
import io.longhaul.policy.Policy;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The bodies of the smaller calls. */
public final class SmallReader {
    private static final int MOST_SLOTS = 1_000_000;

    private static final int LONGEST_REASON = 256;
    private static final Duration LONGEST_BLOCK = Duration.ofDays(3653);

    private SmallReader() {}

    /** {@code {"backgroundSlots": 4, "policy": {}}}, either or both. */
    public static QueueChange queue(JsonNode body) {
        Fields fields = Fields.of(body, "", Set.of("backgroundSlots", "policy"));
        QueueChange change = new QueueChange(
                fields.has("backgroundSlots") ? slots(fields) : null,
                fields.has("policy") ? new Value<>(PolicyReader.policy(fields, "policy")) : null);
        if (change.backgroundSlots() == null && change.policy() == null)
            throw Refusal.invalid("backgroundSlots or policy is required.");
        return change;
    }

    /**
     * What is to be changed of a queue; null: that stays.
     *
     * @param backgroundSlots empty: the configured figure again
     * @param policy of null: none of its own
     */
    public record QueueChange(
            @Nullable OptionalInt backgroundSlots, @Nullable Value<@Nullable Policy> policy) {}

    private static OptionalInt slots(Fields fields) {
        Long slots = fields.whole("backgroundSlots");
        if (slots == null) return OptionalInt.empty();
        if (slots < 1 || slots > MOST_SLOTS)
            throw Refusal.invalid("backgroundSlots must be 1 to " + MOST_SLOTS + ", or null.");
        return OptionalInt.of(Math.toIntExact(slots));
    }

    /** {@code {"reason": "…", "until": "…"}}; without {@code until} it holds until it is taken back. */
    public static HostBlock block(JsonNode body, HostPattern hosts, String by, Instant now) {
        Fields fields = Fields.of(body, "", Set.of("reason", "until"));
        String reason = fields.requiredText("reason").strip();
        if (reason.isEmpty() || Characters.in(reason) > LONGEST_REASON)
            throw Refusal.invalid("reason must be 1 to " + LONGEST_REASON + " characters.");
        if (!Characters.areText(reason)) throw Refusal.invalid("reason must be Unicode text without a NUL character.");
        String until = fields.text("until");
        return new HostBlock(hosts, reason, by, now, until == null ? null : future(until, now));
    }

    private static Instant future(String text, Instant now) {
        try {
            Instant at = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MICROS);
            if (!at.isAfter(now) || at.isAfter(now.plus(LONGEST_BLOCK)))
                throw Refusal.invalid("until must lie in the future, and not more than ten years from now.");
            return at;
        } catch (DateTimeException malformed) {
            throw Refusal.invalid("until must be a time as RFC 3339 writes it, for example 2026-11-20T09:30:00Z.");
        }
    }

    /** The body of a call that takes none: {@code {}}. */
    public static void nothing(JsonNode body) {
        Fields.of(body, "", Set.of());
    }
}
