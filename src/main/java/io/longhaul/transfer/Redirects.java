package io.longhaul.transfer;

import io.longhaul.job.http.HttpOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The hops of one request. BITS never follows one to another scheme than http and https, in a circle or without end, and
 * from https to http only where a flag allows it.
 */
final class Redirects {
    private static final int LONGEST_URL = 8192;
    private static final String LEGAL =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%";

    private final int most;
    private final boolean toPlainHttp;
    private final Set<URI> visited = new HashSet<>();
    private URI present;

    /**
     * @param most hops
     * @param toPlainHttp whether a hop may lead from https to http
     */
    Redirects(URI start, int most, boolean toPlainHttp) {
        this.most = most;
        this.toPlainHttp = toPlainHttp;
        this.present = withoutFragment(start);
        visited.add(present);
    }

    /** Whether the status sends a GET elsewhere. */
    static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    /** RFC 9110, 15.4: some redirects turn the method into GET. */
    static String methodAfter(int status, String method) {
        boolean seeOther = status == 303 && !method.equals("HEAD");
        boolean oldHabit = (status == 301 || status == 302) && method.equals("POST");
        return seeOther || oldHabit ? HttpOptions.USUAL_METHOD : method;
    }

    URI present() {
        return present;
    }

    /** Whether the request has left the URL that the job names. */
    boolean followed() {
        return visited.size() > 1;
    }

    /** Goes on to the target; returns why it may not, in a sentence, or null where it may. */
    @Nullable
    String follow(@Nullable String location) {
        if (visited.size() > most) return "The server redirects more than " + most + " times.";
        if (location == null || location.isBlank()) return "The server redirects, but names no target.";
        URI target;
        try {
            target = belowRoot(withoutFragment(present.resolve(new URI(legal(location.strip())))));
        } catch (URISyntaxException | IllegalArgumentException malformed) {
            return "The server redirects to what is no URL.";
        }
        String problem = problem(target);
        if (problem != null) return problem;
        if (!visited.add(target)) return "The server redirects in a circle.";
        present = target;
        return null;
    }

    private @Nullable String problem(URI target) {
        String scheme = target.getScheme();
        if (scheme == null || !(scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https")))
            return "The server redirects to something that is neither http nor https.";
        if (target.getHost() == null || target.getPort() == 0 || target.getPort() > 65_535)
            return "The server redirects to what is no URL of a host.";
        if (target.getRawUserInfo() != null) return "The server redirects to a URL with credentials.";
        if (target.toString().length() > LONGEST_URL) return "The server redirects to a URL that is too long.";
        if (!toPlainHttp && present.getScheme().equalsIgnoreCase("https") && scheme.equalsIgnoreCase("http"))
            return "The server redirects from https to http.";
        return null;
    }

    /**
     * Whether both are of one scheme, host and port: only there go headers that may be secret. The host as it is spelled: a
     * name with a dot at its end may have another address than without.
     */
    static boolean sameOrigin(URI one, URI other) {
        return Connections.host(one).equals(Connections.host(other));
    }

    static URI withoutFragment(URI url) {
        if (url.getRawFragment() == null) return url;
        String text = url.toString();
        return URI.create(text.substring(0, text.indexOf('#')));
    }

    /** RFC 3986 drops what leads above the root; {@link URI#resolve} keeps it. */
    private static URI belowRoot(URI url) {
        String path = url.getRawPath();
        if (path == null || !path.startsWith("/..")) return url;
        String below = path;
        while (below.startsWith("/../")) below = below.substring("/..".length());
        if (below.equals("/..")) below = "/";
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        return URI.create(url.getScheme() + "://" + url.getRawAuthority() + below + query);
    }

    /** Servers send spaces and letters that a URL must not have; browsers and BITS encode them. */
    private static String legal(String location) {
        if (location.chars().allMatch(c -> LEGAL.indexOf(c) >= 0)) return location;
        StringBuilder encoded = new StringBuilder();
        for (byte octet : location.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (octet & 0xff);
            if (LEGAL.indexOf(c) >= 0) encoded.append(c);
            else encoded.append("%%%02X".formatted((int) c));
        }
        return encoded.toString();
    }
}
