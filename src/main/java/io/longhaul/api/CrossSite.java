package io.longhaul.api;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import io.longhaul.api.json.Refusal;
import io.longhaul.job.BitsError;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Calls that a page of some other site makes by way of somebody's browser. Where nobody has to say who he is, a browser on the
 * same machine is let in like everybody else, and sends a POST without a body for any page without asking.
 */
final class CrossSite {
    /** Names that no stranger can give an address to: addresses themselves, and those without a domain. */
    private static final Pattern NEAR = Pattern.compile("\\[.*]|[0-9.]+|[^.]+|(.+\\.)?localhost");

    private CrossSite() {}

    /**
     * Lets pass what no browser sends, what changes nothing, and pages of this node itself.
     *
     * @param near whether this node is called by names that are {@link #NEAR} only
     * @throws Refusal where the call comes from elsewhere
     */
    static void refuse(HttpRequest request, boolean near) {
        if (request.method().equals(HttpMethods.GET) || request.method().equals(HttpMethods.HEAD)) return;
        Optional<String> origin = request.getHeader("Origin").map(HttpHeader::value);
        if (origin.isEmpty()) return;
        String called = request.getHeader("Host").map(HttpHeader::value).orElse("");
        if (!authority(origin.get()).equals(called.toLowerCase(Locale.ROOT)) || (near && !isNear(called)))
            throw new Refusal(BitsError.E_ACCESSDENIED, "A page of another site may not call this.");
    }

    /** {@code name:port}, or the name alone, as Host has it. */
    private static String authority(String origin) {
        try {
            return String.valueOf(URI.create(origin).getRawAuthority()).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException malformed) {
            return "";
        }
    }

    private static boolean isNear(String host) {
        return NEAR.matcher(host.toLowerCase(Locale.ROOT).replaceFirst(":[0-9]*$", ""))
                .matches();
    }
}
