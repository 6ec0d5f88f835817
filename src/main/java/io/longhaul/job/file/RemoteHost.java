package io.longhaul.job.file;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the limits for remote hosts count by: {@code name:port}. */
public final class RemoteHost {
    /** 1 to 65535. */
    static final String PORT = "(6553[0-5]|655[0-2][0-9]|65[0-4][0-9]{2}|6[0-4][0-9]{3}|[1-5][0-9]{4}|[1-9][0-9]{0,3})";

    private static final Pattern NAME_AND_PORT =
            Pattern.compile("([^\\s\\p{Cntrl}:/?#\\[\\]@*]{1,255}|\\[[0-9a-fA-F:.]{2,45}]):" + PORT);

    private RemoteHost() {}

    /** {@code name:port} as somebody may write it, in the form that is used here; empty where it is none. */
    public static Optional<String> parse(String text) {
        return NAME_AND_PORT.matcher(text).matches() ? Optional.of(text.toLowerCase(Locale.ROOT)) : Optional.empty();
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
        return host.toLowerCase(Locale.ROOT) + ":" + port;
    }
}
