package io.longhaul.job.http;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Hosts that are spoken to without a proxy: names or addresses, {@code *} at the beginning for any text, and
 * {@code <local>} for names without a dot.
 */
public record ProxyBypass(List<String> patterns) {
    public static final ProxyBypass NONE = new ProxyBypass(List.of());

    private static final String LOCAL = "<local>";
    private static final int MOST = 1000;
    private static final Pattern FORM = Pattern.compile("\\*?[A-Za-z0-9._:\\[\\]-]*");

    public ProxyBypass {
        patterns = List.copyOf(patterns);
    }

    /** The patterns, separated by spaces or semicolons; empty where one is malformed, or there are more than 1,000. */
    public static Optional<ProxyBypass> parse(String list) {
        List<String> patterns = ProxyServer.split(list).stream()
                .map(pattern -> pattern.toLowerCase(Locale.ROOT))
                .toList();
        boolean wellFormed = patterns.stream()
                .allMatch(pattern ->
                        pattern.equals(LOCAL) || FORM.matcher(pattern).matches());
        return wellFormed && patterns.size() <= MOST ? Optional.of(new ProxyBypass(patterns)) : Optional.empty();
    }

    /** Whether the host of a URL, an IPv6 address in its brackets, is one of them. */
    public boolean holds(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return patterns.stream().anyMatch(pattern -> matches(pattern, name));
    }

    private static boolean matches(String pattern, String host) {
        if (pattern.equals(LOCAL)) return host.indexOf('.') < 0 && host.indexOf(':') < 0;
        return pattern.startsWith("*") ? host.endsWith(pattern.substring(1)) : host.equals(pattern);
    }
}
