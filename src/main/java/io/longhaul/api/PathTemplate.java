package io.longhaul.api;

import akka.http.javadsl.model.HttpRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A path as OpenAPI writes it, for example {@code /v1/jobs/{id}/files}. */
record PathTemplate(String text, List<String> segments) {
    PathTemplate {
        segments = List.copyOf(segments);
    }

    static PathTemplate of(String text) {
        return new PathTemplate(text, List.of(text.substring(1).split("/", -1)));
    }

    /** The decoded segments of a request's path: none is lost, so {@code /a/} is not {@code /a}. */
    static List<String> segmentsOf(HttpRequest request) {
        List<String> segments = new ArrayList<>();
        for (String raw : request.getUri().getPathString().substring(1).split("/", -1))
            segments.add(URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8));
        return segments;
    }

    /** The values of the names in braces; empty where the path is another one. */
    Optional<Map<String, String>> match(List<String> path) {
        if (path.size() != segments.size()) return Optional.empty();
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < path.size(); i++) {
            String segment = segments.get(i);
            if (path.get(i).isEmpty()) return Optional.empty();
            if (isName(segment)) values.put(segment.substring(1, segment.length() - 1), path.get(i));
            else if (!segment.equals(path.get(i))) return Optional.empty();
        }
        return Optional.of(values);
    }

    /** Of two templates that match, the one that spells out more is meant. */
    long literals() {
        return segments.stream().filter(segment -> !isName(segment)).count();
    }

    private static boolean isName(String segment) {
        return segment.startsWith("{");
    }
}
