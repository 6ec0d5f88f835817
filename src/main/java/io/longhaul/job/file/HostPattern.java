package io.longhaul.job.file;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Some remote hosts: {@code name:port}, {@code name} with any port, or {@code *.domain} for all below a domain, with a
 * port or with any.
 */
public record HostPattern(String text) {
    private static final Pattern FORM = Pattern.compile(
            "((\\*\\.)?[^\\s\\p{Cntrl}:/?#\\[\\]@*]{1,253}|\\[[0-9a-f:.]{2,45}])(:" + RemoteHost.PORT + ")?");

    private static final String ALL_BELOW = "*.";

    /** The pattern as somebody may write it; empty where it is none. */
    public static Optional<HostPattern> parse(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return FORM.matcher(lower).matches()
                ? Optional.of(new HostPattern(RemoteHost.canonical(lower)))
                : Optional.empty();
    }

    /**
     * Every pattern that means this host.
     *
     * @param host {@code name:port}
     */
    public static List<HostPattern> meaning(String host) {
        int colon = host.lastIndexOf(':');
        String name = host.substring(0, colon);
        String port = host.substring(colon);
        List<HostPattern> all = new ArrayList<>();
        all.add(new HostPattern(host));
        all.add(new HostPattern(name));
        for (int dot = name.indexOf('.'); dot >= 0 && !name.startsWith("["); dot = name.indexOf('.', dot + 1)) {
            String domain = ALL_BELOW + name.substring(dot + 1);
            all.add(new HostPattern(domain + port));
            all.add(new HostPattern(domain));
        }
        return all;
    }
}
