package io.longhaul.job.file;

import java.net.URI;
import java.util.Locale;

/** What the limits for remote hosts count by: {@code name:port}. */
public final class RemoteHost {
    private RemoteHost() {}

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
