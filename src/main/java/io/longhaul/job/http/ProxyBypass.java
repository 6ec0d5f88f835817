package io.longhaul.job.http;

import io.longhaul.job.file.AddressBlock;
import io.longhaul.job.file.AddressLiteral;
import io.longhaul.job.file.RemoteHost;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Hosts that are spoken to without a proxy: names, with {@code *} at the beginning for any text; addresses, and networks of
 * them; each with a port or with any; and {@code <local>} for names without a dot. No name is looked up: networks mean URLs
 * that have an address in the place of a name.
 */
public record ProxyBypass(List<Entry> entries) {
    public static final ProxyBypass NONE = new ProxyBypass(List.of());

    private static final int MOST = 1000;
    private static final Pattern ENVIRONMENT_SEPARATOR = Pattern.compile("[, \\t]+");

    public ProxyBypass {
        entries = List.copyOf(entries);
    }

    /** What stands in such a list. */
    sealed interface Entry {
        String LOCAL = "<local>";
        int ANY_PORT = 0;

        /** What has more colons is an IPv6 address, which then has no port. */
        Pattern WITH_PORT = Pattern.compile("([^:\\[\\]]+|\\[[^\\[\\]]+])(?::([1-9][0-9]{0,4}))?");

        Pattern NAME = Pattern.compile("\\*?[a-z0-9._-]*");
        int HIGHEST_PORT = 65_535;

        boolean matches(Target target);

        /** Empty where it is malformed. */
        static Optional<Entry> parse(String text) {
            String lower = text.toLowerCase(Locale.ROOT);
            if (lower.equals(LOCAL)) return Optional.of(new Local());
            Matcher form = WITH_PORT.matcher(lower);
            boolean plain = form.matches();
            String host = plain ? form.group(1) : lower;
            int port = plain && form.group(2) != null ? Integer.parseInt(form.group(2)) : ANY_PORT;
            if (port > HIGHEST_PORT) return Optional.empty();
            Entry network = network(host).map(block -> new Network(block, port)).orElse(null);
            return network == null ? name(host, port) : Optional.of(network);
        }

        private static Optional<AddressBlock> network(String host) {
            if (host.indexOf('/') >= 0) return AddressBlock.parse(host);
            return AddressLiteral.parse(host).map(InetAddress::getHostAddress).flatMap(AddressBlock::parse);
        }

        private static Optional<Entry> name(String host, int port) {
            if (!NAME.matcher(host).matches()) return Optional.empty();
            boolean anyBefore = host.startsWith("*");
            String name = RemoteHost.canonical(host);
            return Optional.of(new Name(anyBefore ? name.substring(1) : name, anyBefore, port));
        }
    }

    /** What is asked for: the host in the form that it has everywhere here, and its address where that is one. */
    record Target(String host, @Nullable InetAddress address, int port) {
        static Target of(URI url) {
            String nameAndPort = RemoteHost.of(url);
            int colon = nameAndPort.lastIndexOf(':');
            String host = nameAndPort.substring(0, colon);
            return new Target(
                    host, AddressLiteral.parse(host).orElse(null), Integer.parseInt(nameAndPort.substring(colon + 1)));
        }

        boolean hasPort(int wanted) {
            return wanted == Entry.ANY_PORT || wanted == port;
        }
    }

    record Local() implements Entry {
        @Override
        public boolean matches(Target target) {
            return target.address() == null && target.host().indexOf('.') < 0;
        }
    }

    /**
     * @param anyBefore whether any text may stand before it
     */
    record Name(String text, boolean anyBefore, int port) implements Entry {
        @Override
        public boolean matches(Target target) {
            boolean named =
                    anyBefore ? target.host().endsWith(text) : target.host().equals(text);
            return named && target.hasPort(port);
        }
    }

    record Network(AddressBlock block, int port) implements Entry {
        @Override
        public boolean matches(Target target) {
            return target.address() != null && block.holds(target.address()) && target.hasPort(port);
        }
    }

    /** Those of a list, separated by spaces or semicolons; empty where one is malformed, or there are more than 1,000. */
    public static Optional<ProxyBypass> parse(String list) {
        List<String> malformed = new ArrayList<>();
        ProxyBypass bypass = understood(list, malformed::add);
        return malformed.isEmpty() && bypass.entries.size() <= MOST ? Optional.of(bypass) : Optional.empty();
    }

    /** The same without those that are malformed. */
    public static ProxyBypass understood(String list, Consumer<String> malformed) {
        List<Entry> entries = new ArrayList<>();
        for (String text : ProxyServer.split(list))
            Entry.parse(text).ifPresentOrElse(entries::add, () -> malformed.accept(text));
        return new ProxyBypass(entries);
    }

    /** Those of {@code no_proxy}, as curl and Go read it: a name also means all names below it. */
    public static ProxyBypass ofEnvironment(String list, Consumer<String> malformed) {
        List<Entry> entries = new ArrayList<>();
        for (String text : ENVIRONMENT_SEPARATOR.split(list, -1)) {
            String name = text.startsWith(".") ? text.substring(1) : text;
            if (name.isEmpty()) continue;
            Entry entry = Entry.parse(name).orElse(null);
            if (entry == null) malformed.accept(text);
            else entries.add(entry);
            if (entry instanceof Name exact && !exact.anyBefore())
                entries.add(new Name("." + exact.text(), true, exact.port()));
        }
        return new ProxyBypass(entries);
    }

    /** Whether the host of that http or https URL is one of them. */
    public boolean holds(URI url) {
        if (entries.isEmpty()) return false;
        Target target = Target.of(url);
        return entries.stream().anyMatch(entry -> entry.matches(target));
    }
}
