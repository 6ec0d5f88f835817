package io.longhaul.api.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Bytes to JSON and back: one value and nothing after it, no member twice. */
public final class Json {
    private static final int DEEPEST = 32;
    private static final int LONGEST_NUMBER = 40;
    private static final int LONGEST_REASON = 200;
    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final Pattern ABOUT_JACKSON =
            Pattern.compile(", from `[^`]*`|\\[Source: [^;\\]]*; ?|\\[Source: [^;\\]]*]");

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxNumberLength(LONGEST_NUMBER)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private Json() {}

    /**
     * Reads one JSON value.
     *
     * @throws Refusal where the bytes are not one JSON value
     */
    public static JsonNode read(byte[] content) {
        JsonNode node;
        try {
            // From a text: of bytes Jackson guesses the encoding, and it is lenient with what is none
            node = MAPPER.readTree(text(content));
        } catch (JsonProcessingException malformed) {
            throw Refusal.invalid("This is not JSON as it must be: " + reason(malformed));
        } catch (CharacterCodingException notUtf8) {
            throw Refusal.invalid("This is not JSON in UTF-8.");
        }
        if (node.isMissingNode()) throw Refusal.invalid("A JSON value is required, and there is none.");
        return node;
    }

    private static String text(byte[] content) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(content))
                .toString();
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
    }

    /** Jackson's own words, which for a member given twice name it, without what they say of its source and its settings. */
    private static String reason(JsonProcessingException malformed) {
        String first = malformed.getOriginalMessage().lines().findFirst().orElse("");
        String text = ABOUT_JACKSON.matcher(first).replaceAll("");
        return text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON) : text;
    }

    public static byte[] write(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException impossible) { // a tree in memory can always be written
            throw new UncheckedIOException(impossible);
        }
    }

    public static String text(JsonNode node) {
        return node.toString();
    }

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    public static ArrayNode array(Stream<? extends JsonNode> elements) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        elements.forEach(array::add);
        return array;
    }
}
