package io.longhaul.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longhaul.api.json.Json;
import io.longhaul.api.json.SmallWriter;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One page of a list, and where the next one begins. */
record Page<T>(List<T> elements, @Nullable String next) {
    /** The most that a port gives at once. */
    static final int MOST = 1000;

    /** One element more than a page holds tells whether there is another page. */
    static int oneMore(int limit) {
        return Math.min(limit + 1, MOST);
    }

    /**
     * @param found at most {@link #oneMore} elements
     */
    static <T> Page<T> of(List<T> found, int limit, Function<T, String> cursor) {
        boolean more = found.size() >= oneMore(limit);
        List<T> shown = found.subList(0, Math.min(found.size(), limit));
        return new Page<>(shown, more ? cursor.apply(shown.getLast()) : null);
    }

    ObjectNode json(String name, Function<T, ObjectNode> element) {
        return SmallWriter.page(name, Json.array(elements.stream().map(element)), next);
    }
}
