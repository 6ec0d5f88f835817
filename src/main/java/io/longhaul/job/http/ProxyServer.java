package io.longhaul.job.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One proxy of a list: {@code [<proto>=][http://]<server>[:<port>]}.
 *
 * @param scheme of the URLs that it is for, http or https; null: for both
 * @param host an address or a name; an IPv6 address without its brackets
 */
public record ProxyServer(@Nullable String scheme, String host, int port) {
    private static final int USUAL_PORT = 80;
    private static final int HIGHEST_PORT = 65_535;
    private static final int MOST = 100;
    private static final Pattern FORM = Pattern.compile(
            "(?:(https?)=)?(?:http://)?([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(?::([0-9]{1,5}))?/?");

    /**
     * The proxies of a list, in its order; they are separated by spaces or semicolons. Empty where the list is malformed, or
     * there are more than 100.
     */
    public static Optional<List<ProxyServer>> parse(String list) {
        List<ProxyServer> proxies = new ArrayList<>();
        for (String entry : split(list)) {
            ProxyServer proxy = proxy(entry);
            if (proxy == null || proxies.size() == MOST) return Optional.empty();
            proxies.add(proxy);
        }
        return proxies.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(proxies));
    }

    static List<String> split(String list) {
        List<String> entries = new ArrayList<>();
        for (String entry : list.split("[ ;]+", -1)) if (!entry.isEmpty()) entries.add(entry);
        return entries;
    }

    private static @Nullable ProxyServer proxy(String entry) {
        Matcher form = FORM.matcher(entry);
        if (!form.matches()) return null;
        int port = form.group(3) == null ? USUAL_PORT : Integer.parseInt(form.group(3));
        if (port < 1 || port > HIGHEST_PORT) return null;
        String host = form.group(2);
        return new ProxyServer(form.group(1), host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
    }

    public boolean isFor(String urlScheme) {
        return scheme == null || scheme.equals(urlScheme.toLowerCase(Locale.ROOT));
    }
}
