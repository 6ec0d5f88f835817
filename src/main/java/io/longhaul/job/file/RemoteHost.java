package io.longhaul.job.file;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the limits for remote hosts count by, and what blocks mean: {@code name:port}. A host has one form here, however a URL
 * spells it: small letters, no dot at the end, and of an address the usual spelling, see {@link AddressLiteral}.
 */
public final class RemoteHost {
    /** 1 to 65535. */
    static final String PORT = "(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})";

    private static final Pattern NAME_AND_PORT =
            Pattern.compile("([^\\s\\p{Cntrl}:/?#\\[\\]@*]{1,255}|\\[[0-9a-fA-F:.]{2,45}]):" + PORT);

    private RemoteHost() {}

    /** {@code name:port} as somebody may write it, in the form that is used here; empty where it is none. */
    public static Optional<String> parse(String text) {
        return NAME_AND_PORT.matcher(text).matches() ? Optional.of(canonical(text)) : Optional.empty();
    }

    /** A name, an address or {@code name:port}, in the form that is used here. */
    public static String canonical(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        int colon = lower.indexOf(':', lower.lastIndexOf(']') + 1);
        if (colon < 0 || colon != lower.lastIndexOf(':')) return name(lower);
        return name(lower.substring(0, colon)) + lower.substring(colon);
    }

    private static String name(String text) {
        String name = text.length() > 1 && text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        return AddressLiteral.parse(name).map(AddressLiteral::text).orElse(name);
    }

    /**
     * {@code name:port} of an http or https URL, with the scheme's own port where the URL names none.
     *
     * @throws IllegalArgumentException where the text is no such URL
     */
    public static String of(String url) {
        return of(URI.create(url));
    }

    public static String of(URI url) {
        String scheme = url.getScheme();
        String host = url.getHost();
        if (scheme == null || host == null) throw new IllegalArgumentException("Not an absolute URL with a host");
        int port = url.getPort() >= 0 ? url.getPort() : scheme.equalsIgnoreCase("https") ? 443 : 80;
        return name(host.toLowerCase(Locale.ROOT)) + ":" + port;
    }
}
