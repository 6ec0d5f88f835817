package io.longhaul.transfer;

import io.longhaul.job.JobRules;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which headers a request carries: BITS's own, then the job's. Pure. */
final class RequestHeaders {
    /** A header with one of these in its name may be a secret. */
    private static final List<String> SECRETIVE = List.of(
            "auth", "cookie", "token", "key", "secret", "password", "passwd", "credential", "session", "signature");

    private RequestHeaders() {}

    /**
     * In the order in which they are sent.
     *
     * @param sameOrigin whether the request goes to the scheme, host and port that the job names, and not to where a
     *     redirect leads
     */
    static Map<String, String> of(
            TransferPlan.Request request, Map<String, String> custom, String userAgent, boolean sameOrigin) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (!has(custom, "Accept")) headers.put("Accept", "*/*");
        headers.put("Accept-Encoding", "identity");
        if (!has(custom, "User-Agent")) headers.put("User-Agent", userAgent);
        String range = request.range();
        if (range != null) headers.put("Range", range);
        if (range != null && request.ifRange() != null) headers.put("If-Range", request.ifRange());
        custom.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!JobRules.isSetByTransfer(lower) && (sameOrigin || !mayBeSecret(lower))) headers.put(name, value);
        });
        return headers;
    }

    static boolean mayBeSecret(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return SECRETIVE.stream().anyMatch(lower::contains);
    }

    private static boolean has(Map<String, String> custom, String name) {
        return custom.keySet().stream().anyMatch(name::equalsIgnoreCase);
    }
}
