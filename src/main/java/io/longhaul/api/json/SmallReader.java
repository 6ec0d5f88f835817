package io.longhaul.api.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.OptionalInt;
import java.util.Set;

/** The bodies of the smaller calls. */
public final class SmallReader {
    private static final int MOST_SLOTS = 1_000_000;

    private SmallReader() {}

    /** {@code {"backgroundSlots": 4}}; empty where it is null, which puts the configured figure back. */
    public static OptionalInt backgroundSlots(JsonNode body) {
        Fields fields = Fields.of(body, "", Set.of("backgroundSlots"));
        if (!fields.has("backgroundSlots")) throw Refusal.invalid("backgroundSlots is required.");
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
