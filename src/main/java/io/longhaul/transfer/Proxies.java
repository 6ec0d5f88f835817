package io.longhaul.transfer;

import io.longhaul.job.http.ProxyBypass;
import io.longhaul.job.http.ProxyServer;
import io.longhaul.job.http.ProxySettings;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Proxies, in the order in which they are tried, and hosts that are spoken to without one. Pure.
 *
 * @param trusted whether the operator says that there are these
 */
public record Proxies(List<ProxyServer> servers, ProxyBypass bypass, boolean trusted) {
    private static final int MOST_TOLD = 10;
    private static final int LONGEST_TOLD = 100;

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

    /**
     * Those of a job. A bypass list that an older version took may have entries that were never any host: they are passed
     * over.
     *
     * @throws IllegalArgumentException where the list of proxies is malformed
     */
    static Proxies ofJob(ProxySettings settings) {
        String bypass = settings.bypass();
        ProxyBypass understood = bypass == null ? ProxyBypass.NONE : ProxyBypass.understood(bypass, never -> {});
        return new Proxies(of(settings.list(), null, false).servers(), understood, false);
    }

    /**
     * What {@code http_proxy}, {@code https_proxy} and {@code no_proxy} say, in that spelling or in capitals.
     *
     * @param warned hears a sentence, where entries of {@code no_proxy} are no hosts
     */
    public static Proxies ofEnvironment(Map<String, String> environment, Consumer<String> warned) {
        List<ProxyServer> servers = new ArrayList<>();
        for (String scheme : List.of("http", "https")) {
            String value = variable(environment, scheme + "_proxy");
            // What names a user, or is no proxy of HTTP, is passed over: nobody has set it for us alone
            Optional<List<ProxyServer>> read = value == null ? Optional.empty() : ProxyServer.parse(value);
            read.ifPresent(proxies ->
                    proxies.forEach(proxy -> servers.add(new ProxyServer(scheme, proxy.host(), proxy.port()))));
        }
        String list = variable(environment, "no_proxy");
        List<String> malformed = new ArrayList<>();
        ProxyBypass bypass = list == null ? ProxyBypass.NONE : ProxyBypass.ofEnvironment(list, malformed::add);
        if (!servers.isEmpty() && !malformed.isEmpty()) warned.accept(warning(malformed));
        return new Proxies(servers, bypass, true);
    }

    private static String warning(List<String> malformed) {
        String told = malformed.stream()
                .limit(MOST_TOLD)
                .map(entry -> entry.length() > LONGEST_TOLD ? entry.substring(0, LONGEST_TOLD) + "…" : entry)
                .collect(Collectors.joining(", "));
        int more = malformed.size() - MOST_TOLD;
        return "no_proxy has entries that are neither hosts nor networks, and are passed over: " + told
                + (more > 0 ? " and " + more + " more." : ".");
    }

    private static @Nullable String variable(Map<String, String> environment, String name) {
        String value = environment.get(name);
        return value == null ? environment.get(name.toUpperCase(Locale.ROOT)) : value;
    }

    /** The proxies for that URL; none: it is fetched straight from its server. */
    List<ProxyServer> forUrl(URI url) {
        if (servers.isEmpty() || bypass.holds(url)) return List.of();
        return servers.stream().filter(server -> server.isFor(url.getScheme())).toList();
    }
}
