package io.longhaul.transfer;

import io.longhaul.job.http.ProxyBypass;
import io.longhaul.job.http.ProxyServer;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Proxies, in the order in which they are tried, and hosts that are spoken to without one. Pure.
 *
 * @param trusted whether the operator says that there are these
 */
public record Proxies(List<ProxyServer> servers, ProxyBypass bypass, boolean trusted) {
    public static final Proxies NONE = new Proxies(List.of(), ProxyBypass.NONE, false);

    public Proxies {
        servers = List.copyOf(servers);
    }

    /**
     * Those of two lists, as {@link ProxyServer} and {@link ProxyBypass} write them.
     *
     * @throws IllegalArgumentException where one is malformed
     */
    public static Proxies of(@Nullable String list, @Nullable String bypass, boolean trusted) {
        if (list == null) return NONE;
        return new Proxies(
                ProxyServer.parse(list).orElseThrow(() -> new IllegalArgumentException("is no list of proxies")),
                bypass == null
                        ? ProxyBypass.NONE
                        : ProxyBypass.parse(bypass)
                                .orElseThrow(() -> new IllegalArgumentException("is no list of hosts")),
                trusted);
    }

    /** What {@code http_proxy}, {@code https_proxy} and {@code no_proxy} say, in that spelling or in capitals. */
    public static Proxies ofEnvironment(Map<String, String> environment) {
        List<ProxyServer> servers = new ArrayList<>();
        for (String scheme : List.of("http", "https")) {
            String value = variable(environment, scheme + "_proxy");
            // What names a user, or is no proxy of HTTP, is passed over: nobody has set it for us alone
            Optional<List<ProxyServer>> read = value == null ? Optional.empty() : ProxyServer.parse(value);
            read.ifPresent(proxies ->
                    proxies.forEach(proxy -> servers.add(new ProxyServer(scheme, proxy.host(), proxy.port()))));
        }
        return new Proxies(servers, bypass(variable(environment, "no_proxy")), true);
    }

    /** There a name also means all names below it. */
    private static ProxyBypass bypass(@Nullable String list) {
        List<String> patterns = new ArrayList<>();
        for (String entry : list == null ? new String[0] : list.split("[, ]+", -1)) {
            String name = entry.startsWith(".") ? entry.substring(1) : entry;
            if (name.isEmpty()) continue;
            patterns.add(name);
            if (!name.startsWith("*")) patterns.add("*." + name);
        }
        return ProxyBypass.parse(String.join(" ", patterns)).orElse(ProxyBypass.NONE);
    }

    private static @Nullable String variable(Map<String, String> environment, String name) {
        String value = environment.get(name);
        return value == null ? environment.get(name.toUpperCase(Locale.ROOT)) : value;
    }

    /** The proxies for that URL; none: it is fetched straight from its server. */
    List<ProxyServer> forUrl(URI url) {
        if (servers.isEmpty() || bypass.holds(url.getHost())) return List.of();
        return servers.stream().filter(server -> server.isFor(url.getScheme())).toList();
    }
}
