package io.longhaul.ops;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The environment variables of {@code longhaul.conf}. Another one that begins like them is probably a slip, but no reason to
 * refuse to start: variables come from elsewhere, too.
 */
final class KnownVariables {
    private static final String PREFIX = "LONGHAUL_";
    private static final Pattern NAMED = Pattern.compile("\\$\\{\\?(" + PREFIX + "[A-Z_]+)}");

    /** What Kubernetes makes for a service that is called {@code longhaul} or {@code longhaul-something}. */
    private static final Pattern OF_SERVICE =
            Pattern.compile(".*_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

    private static final Pattern ADDRESS_OF_SERVICE = Pattern.compile("(tcp|udp|sctp)://.*");

    private KnownVariables() {}

    /** The names of those that begin like Longhaul's, and that nothing here reads. */
    static Set<String> unknown(Map<String, String> environment) {
        Set<String> unknown = new TreeSet<>();
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !isOfService(name, value)) unknown.add(name);
        });
        unknown.removeAll(known());
        return unknown;
    }

    private static boolean isOfService(String name, String value) {
        return OF_SERVICE.matcher(name).matches()
                || (name.endsWith("_PORT") && ADDRESS_OF_SERVICE.matcher(value).matches());
    }

    private static Set<String> known() {
        Set<String> known = new TreeSet<>(Set.of(Configuration.FILE));
        NAMED.matcher(Configuration.text())
                .results()
                .map((MatchResult variable) -> variable.group(1))
                .forEach(known::add);
        return known;
    }
}
