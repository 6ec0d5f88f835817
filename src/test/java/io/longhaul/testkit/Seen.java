package io.longhaul.testkit;

import java.util.Map;

/**
 * A request as a server of the testkit saw it.
 *
 * @param target path and query
 * @param headers names in lower case
 * @param body as UTF-8; empty where the request told no length
 */
public record Seen(String method, String target, Map<String, String> headers, String body) {
    public Seen {
        headers = Map.copyOf(headers);
    }

    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** The header's value, or an empty text. The name in lower case. */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }
}
