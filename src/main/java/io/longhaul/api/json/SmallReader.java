package io.longhaul.api.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.job.JobChange.Value;
import io.longhaul.policy.Policy;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The bodies of the smaller calls. */
public final class SmallReader {
    private static final int MOST_SLOTS = 1_000_000;

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

    /** The body of a call that takes none: {@code {}}. */
    public static void nothing(JsonNode body) {
        Fields.of(body, "", Set.of());
    }
}
