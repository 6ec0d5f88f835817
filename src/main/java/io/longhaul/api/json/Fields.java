package io.longhaul.api.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The members of one JSON object, read strictly: a member that nobody knows, or of another type than asked for, is
 * refused by its full name. A member that is null counts as not given.
 */
final class Fields {
    private static final int LONGEST_NAME_SHOWN = 100;

    private final JsonNode node;
    private final String path;

    private Fields(JsonNode node, String path) {
        this.node = node;
        this.path = path;
    }

    /**
     * @param path how the object itself is called: empty for the body, else for example {@code files[0]}
     */
    static Fields of(JsonNode node, String path, Set<String> known) {
        if (!node.isObject()) throw Refusal.invalid((path.isEmpty() ? "The body" : path) + " must be a JSON object.");
        Fields fields = new Fields(node, path);
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) throw Refusal.invalid("There is no property " + fields.name(name) + ".");
        });
        return fields;
    }

    /** Whether the member is there, be it null. */
    boolean has(String name) {
        return node.has(name);
    }

    boolean isNull(String name) {
        return node.has(name) && node.get(name).isNull();
    }

    /** The full name of a member, cut where it is endless. */
    String name(String member) {
        return path.isEmpty() ? shown(member) : path + "." + shown(member);
    }

    private static String shown(String name) {
        return wellFormed(name.length() > LONGEST_NAME_SHOWN ? name.substring(0, LONGEST_NAME_SHOWN) + "…" : name);
    }

    @Nullable
    JsonNode given(String name) {
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }

    @Nullable
    String text(String name) {
        JsonNode value = given(name);
        return value == null ? null : text(value, name(name));
    }

    String requiredText(String name) {
        String value = text(name);
        if (value == null) throw Refusal.invalid(name(name) + " is required.");
        return value;
    }

    @Nullable
    Boolean flag(String name) {
        JsonNode value = given(name);
        if (value == null) return null;
        if (!value.isBoolean()) throw Refusal.invalid(name(name) + " must be true or false.");
        return value.booleanValue();
    }

    @Nullable
    Long whole(String name) {
        JsonNode value = given(name);
        if (value == null) return null;
        if (!value.isIntegralNumber()) throw Refusal.invalid(name(name) + " must be a whole number.");
        if (!value.canConvertToLong()) throw Refusal.invalid(name(name) + " is out of range.");
        return value.longValue();
    }

    <E extends Enum<E>> @Nullable E oneOf(Class<E> type, String name) {
        JsonNode value = given(name);
        return value == null ? null : oneOf(type, value, name(name));
    }

    static <E extends Enum<E>> E oneOf(Class<E> type, JsonNode value, String name) {
        return Names.parse(type, text(value, name), name);
    }

    /** A JSON object whose values are texts; with {@code nulls} also null, which in a merge patch removes. */
    @Nullable
    Map<String, @Nullable String> texts(String name, boolean nulls) {
        JsonNode value = given(name);
        if (value == null) return null;
        Fields members = of(value, name(name), namesOf(value));
        Map<String, @Nullable String> texts = new LinkedHashMap<>();
        for (String key : namesOf(value)) {
            String text = nulls && members.isNull(key) ? null : text(value.get(key), members.name(key));
            texts.put(key, text);
        }
        return texts;
    }

    /** The same of headers, none of which is given twice: their names are the same in any case. */
    @Nullable
    Map<String, @Nullable String> headers(String name, boolean nulls) {
        Map<String, @Nullable String> headers = texts(name, nulls);
        if (headers == null) return null;
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String header : headers.keySet()) {
            if (!names.add(header))
                throw Refusal.invalid(name(name) + " has " + shown(header) + " twice: its case makes no difference.");
        }
        return headers;
    }

    /** The members of an object whose names are the client's own, with their full names; none where it is not given. */
    Map<String, Element> members(String name) {
        JsonNode value = given(name);
        if (value == null) return Map.of();
        Fields members = of(value, name(name), namesOf(value));
        Map<String, Element> named = new LinkedHashMap<>();
        for (String key : namesOf(value)) named.put(key, new Element(value.get(key), members.name(key)));
        return named;
    }

    /** The elements of an array, with their full names; null where there is no array. */
    @Nullable
    List<Element> elements(String name) {
        JsonNode value = given(name);
        return value == null ? null : elements(value, name(name));
    }

    static List<Element> elements(JsonNode array, String name) {
        if (!array.isArray()) throw Refusal.invalid(name + " must be an array.");
        List<Element> elements = new ArrayList<>(array.size());
        for (int i = 0; i < array.size(); i++) elements.add(new Element(array.get(i), name + "[" + i + "]"));
        return elements;
    }

    /** One element of an array, by its full name. */
    record Element(JsonNode node, String name) {}

    private static Set<String> namesOf(JsonNode object) {
        Map<String, Boolean> names = new LinkedHashMap<>();
        object.fieldNames().forEachRemaining(name -> names.put(name, true));
        return names.keySet();
    }

    static String text(JsonNode value, String name) {
        if (!value.isTextual()) throw Refusal.invalid(name + " must be a text.");
        String text = value.textValue();
        if (!text.equals(wellFormed(text))) throw Refusal.invalid(name + " holds half of a character (a surrogate).");
        return text;
    }

    /** JSON can escape half a character; neither UTF-8 nor a database can hold one. */
    private static String wellFormed(String text) {
        if (!hasSurrogates(text)) return text;
        int[] points = text.codePoints().toArray();
        boolean broken = Arrays.stream(points).anyMatch(point -> point >= 0xD800 && point <= 0xDFFF);
        if (!broken) return text;
        StringBuilder whole = new StringBuilder(text.length());
        for (int point : points) whole.appendCodePoint(point >= 0xD800 && point <= 0xDFFF ? '\uFFFD' : point);
        return whole.toString();
    }

    /** A loop and not a stream: it looks at every name and every text of every job. */
    private static boolean hasSurrogates(String text) {
        for (int i = 0; i < text.length(); i++) if (Character.isSurrogate(text.charAt(i))) return true;
        return false;
    }
}
