package io.longhaul.ops;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.longhaul.transfer.AllowedAddresses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Everything that can be set about a node, read once and checked; {@code longhaul.conf} says what each means. Components
 * are given their own part of it.
 */
public record Settings(
        Path dataDir,
        Http http,
        Management management,
        Cluster cluster,
        Database database,
        Secrets secrets,
        Store store,
        Scheduler scheduler,
        Job job,
        Transfer transfer,
        Notifications notifications) {

    private static final long KIB = 1024;

    private static final String WHOLE = "must be a whole number";

    /** From system properties, the environment, a file of the operator's, and {@code application.conf}. */
    public static Settings load() {
        try {
            return of(Configuration.load());
        } catch (ConfigException wrong) {
            throw unreadable(wrong);
        }
    }

    /** Reads what is below {@code longhaul}; anything wrong there is a {@link StartupException} that names the key. */
    public static Settings of(Config config) {
        try {
            Config longhaul = config.getConfig("longhaul");
            KnownKeys.check(longhaul);
            return read(longhaul);
        } catch (ConfigException wrong) {
            throw unreadable(wrong);
        }
    }

    private static StartupException unreadable(ConfigException wrong) {
        Throwable cause = wrong.getCause() == null ? wrong : wrong.getCause();
        // Of a file: the cause names it, too, and not by the way of a class
        String reason = Sentences.firstLine(wrong instanceof ConfigException.IO ? cause : wrong);
        return new StartupException("The configuration cannot be read: " + reason + ".", wrong);
    }

    private static Settings read(Config config) {
        return new Settings(
                path(config, "data-dir"),
                new Http(
                        config.getString("http.host"),
                        number(config, "http.port"),
                        flag(config, "http.trusted-network"),
                        config.getDuration("http.request-timeout"),
                        config.getBytes("http.max-body-bytes"),
                        config.getBytes("http.max-batch-line-bytes")),
                new Management(config.getString("management.host"), number(config, "management.port")),
                new Cluster(
                        config.getString("cluster.host"),
                        number(config, "cluster.port"),
                        seedNodes(config),
                        tls(config),
                        bootstrap(config),
                        number(config, "cluster.bootstrap-nodes")),
                new Database(
                        text(config, "database.url")
                                .map(url -> new External(url, text(config, "database.user"), password(config))),
                        number(config, "database.connections"),
                        number(config, "database.journal-connections"),
                        path(config, "database.binaries")),
                new Secrets(secretKeys(config)),
                new Store(path(config, "store.root")),
                new Scheduler(
                        config.getDuration("scheduler.time-slice"),
                        number(config, "scheduler.slots-per-node"),
                        number(config, "scheduler.background-slots")),
                new Job(
                        config.getDuration("job.minimum-retry-delay"),
                        config.getDuration("job.no-progress-timeout"),
                        config.getDuration("job.inactivity-timeout"),
                        config.getDuration("job.maximum-download-time"),
                        config.getDuration("job.retention"),
                        number(config, "job.max-files"),
                        number(config, "job.max-ranges-per-file")),
                new Transfer(
                        config.getDuration("transfer.connect-timeout"),
                        config.getDuration("transfer.response-timeout"),
                        config.getDuration("transfer.stall-timeout"),
                        number(config, "transfer.connections-per-host"),
                        number(config, "transfer.max-redirects"),
                        config.hasPath("transfer.max-file-size")
                                ? OptionalLong.of(config.getBytes("transfer.max-file-size"))
                                : OptionalLong.empty(),
                        config.getBytes("transfer.checkpoint-bytes"),
                        config.getDuration("transfer.checkpoint-interval"),
                        flag(config, "transfer.direct-io"),
                        file(config, "transfer.trusted-certificates"),
                        list(config, "transfer.allowed-addresses"),
                        text(config, "transfer.proxies"),
                        text(config, "transfer.proxy-bypass"),
                        file(config, "transfer.client-certificates").map(Path::toAbsolutePath),
                        file(config, "transfer.kerberos-conf").map(Path::toAbsolutePath)),
                new Notifications(
                        secrets(config),
                        config.getDuration("notify.timeout"),
                        number(config, "notify.at-once"),
                        number(config, "notify.per-owner"),
                        config.getDuration("notify.first-retry"),
                        config.getDuration("notify.longest-retry"),
                        commands(config),
                        config.getDuration("notify.command-timeout")));
    }

    /** The API's listener. */
    public record Http(
            String host,
            int port,
            boolean trustedNetwork,
            Duration requestTimeout,
            long maxBodyBytes,
            long maxBatchLineBytes) {
        public Http {
            notBlank("http.host", host);
            portNumber("http.port", port);
            positive("http.request-timeout", requestTimeout);
            atLeast("http.max-body-bytes", KIB, maxBodyBytes);
            atLeast("http.max-batch-line-bytes", KIB, maxBatchLineBytes);
            // Akka HTTP counts what it holds in memory as an int.
            atMost("http.max-batch-line-bytes", Integer.MAX_VALUE, maxBatchLineBytes);
        }
    }

    /** The listener for operators. */
    public record Management(String host, int port) {
        public Management {
            notBlank("management.host", host);
            portNumber("management.port", port);
        }
    }

    /** The address for the other nodes, and how to find them: by seed nodes, by a bootstrap, or not at all. */
    public record Cluster(
            String host,
            int port,
            List<SeedNode> seedNodes,
            Optional<Tls> tls,
            Bootstrap bootstrap,
            int bootstrapNodes) {
        /** One to listen on only: no node is reached at it. */
        private static final Pattern EVERY_ADDRESS = Pattern.compile("0(\\.0){0,3}|\\[?[0:]*:[0:]*]?");

        public Cluster {
            notBlank("cluster.host", host);
            if (EVERY_ADDRESS.matcher(host).matches())
                throw refused("cluster.host", "must be the address that the other nodes reach this one at", host);
            portNumber("cluster.port", port);
            seedNodes = List.copyOf(seedNodes);
            atLeast("cluster.bootstrap-nodes", 1, bootstrapNodes);
            if (bootstrap != Bootstrap.NONE && !seedNodes.isEmpty()) {
                throw new StartupException(
                        "longhaul.cluster.seed-nodes and longhaul.cluster.bootstrap exclude each other; take one.");
            }
        }
    }

    /** PEM files: what a node shows the others, and whose certificates it takes from them. */
    public record Tls(Path certificate, Path key, Path authority) {}

    /** Where nodes without seed nodes look for one another. */
    public enum Bootstrap {
        /** Nowhere: such a node is a cluster of its own. */
        NONE,
        /** Among the pods that the Kubernetes API knows. */
        KUBERNETES
    }

    /** A node to join. */
    public record SeedNode(String host, int port) {
        private static final Pattern HOST_AND_PORT =
                Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^\\s:/@\\[\\]]+):(\\d{1,5})");

        public SeedNode {
            notBlank("cluster.seed-nodes", host);
            if (port < 1) throw refused("cluster.seed-nodes", "must name ports from 1 to 65535", port);
            portNumber("cluster.seed-nodes", port);
        }

        static SeedNode parse(String text) {
            var match = HOST_AND_PORT.matcher(text);
            if (!match.matches()) {
                throw refused("cluster.seed-nodes", "must be host:port,host:port", '"' + text + '"');
            }
            return new SeedNode(match.group(1), Integer.parseInt(match.group(2)));
        }
    }

    /** Where the journal and the index are: an external database, or the embedded one. */
    public record Database(Optional<External> external, int connections, int journalConnections, Path binaries) {
        public Database {
            atLeast("database.connections", 2, connections);
            atLeast("database.journal-connections", 2, journalConnections);
        }
    }

    /** A database that somebody else runs. */
    public record External(String url, Optional<String> user, Optional<String> password) {
        /** The servers of an address, and what has to end them. */
        private static final Pattern SERVERS = Pattern.compile("jdbc:postgresql://([^/?]*)(/)?");

        private static final Pattern PORT = Pattern.compile("0*[1-9][0-9]{0,4}");

        public External {
            if (!url.startsWith("jdbc:postgresql:")) {
                // Not the value itself: it may hold a password.
                throw new StartupException("longhaul.database.url must begin with jdbc:postgresql: and does not.");
            }
            if (!isWellFormed(url)) {
                throw new StartupException("longhaul.database.url must be jdbc:postgresql://host:port/name, with a port"
                        + " from 1 to 65535, and is not.");
            }
        }

        /** The driver would write an address that it cannot read into the log, and its parameters with it. */
        private static boolean isWellFormed(String url) {
            Matcher servers = SERVERS.matcher(url);
            if (servers.lookingAt() && !(servers.group(2) != null && haveFitPorts(servers.group(1)))) return false;
            try {
                return DriverManager.getDriver(url).acceptsURL(url);
            } catch (SQLException malformed) {
                return false;
            }
        }

        private static boolean haveFitPorts(String servers) {
            return Arrays.stream(servers.split(",", -1)).allMatch(server -> {
                int colon = server.lastIndexOf(':');
                if (colon <= server.lastIndexOf(']')) return true; // an address of IPv6 has colons of its own
                String port = server.substring(colon + 1);
                return PORT.matcher(port).matches() && Integer.parseInt(port) <= 65535;
            });
        }

        @Override
        public String toString() {
            return "External[]"; // neither a password nor a URL with one gets into a log
        }
    }

    /** What the secrets of jobs are encrypted with; none: no job can have any. */
    public record Secrets(List<String> keys) {
        public Secrets {
            keys = List.copyOf(keys);
        }

        @Override
        public String toString() {
            return "Secrets[]"; // no key gets into a log
        }
    }

    /** Where transferred files go. */
    public record Store(Path root) {}

    /** Who runs when. */
    public record Scheduler(Duration timeSlice, int slotsPerNode, int backgroundSlots) {
        public Scheduler {
            if (timeSlice.compareTo(Duration.ofSeconds(1)) < 0) {
                throw refused("scheduler.time-slice", "must be at least 1 s", timeSlice);
            }
            atLeast("scheduler.slots-per-node", 1, slotsPerNode);
            atLeast("scheduler.background-slots", 1, backgroundSlots);
        }
    }

    /** What a new job has unless it says otherwise, how long it is kept, and how large it may be. */
    public record Job(
            Duration minimumRetryDelay,
            Duration noProgressTimeout,
            Duration inactivityTimeout,
            Duration maximumDownloadTime,
            Duration retention,
            int maxFiles,
            int maxRangesPerFile) {
        public Job {
            positive("job.minimum-retry-delay", minimumRetryDelay);
            positive("job.no-progress-timeout", noProgressTimeout);
            positive("job.inactivity-timeout", inactivityTimeout);
            positive("job.maximum-download-time", maximumDownloadTime);
            positive("job.retention", retention);
            atLeast("job.max-files", 1, maxFiles);
            atLeast("job.max-ranges-per-file", 1, maxRangesPerFile);
        }
    }

    /** How bytes are moved. */
    public record Transfer(
            Duration connectTimeout,
            Duration responseTimeout,
            Duration stallTimeout,
            int connectionsPerHost,
            int maxRedirects,
            OptionalLong maxFileSize,
            long checkpointBytes,
            Duration checkpointInterval,
            boolean directIo,
            Optional<Path> trustedCertificates,
            List<String> allowedAddresses,
            Optional<String> proxies,
            Optional<String> proxyBypass,
            Optional<Path> clientCertificates,
            Optional<Path> kerberosConf) {
        public Transfer {
            positive("transfer.connect-timeout", connectTimeout);
            positive("transfer.response-timeout", responseTimeout);
            positive("transfer.stall-timeout", stallTimeout);
            atLeast("transfer.connections-per-host", 1, connectionsPerHost);
            atLeast("transfer.max-redirects", 0, maxRedirects);
            if (maxFileSize.isPresent()) atLeast("transfer.max-file-size", 1, maxFileSize.getAsLong());
            atLeast("transfer.checkpoint-bytes", 64 * KIB, checkpointBytes);
            positive("transfer.checkpoint-interval", checkpointInterval);
            allowedAddresses = List.copyOf(allowedAddresses);
            for (String entry : allowedAddresses) {
                if (!AllowedAddresses.isAddressOrNetwork(entry)) {
                    throw refused("transfer.allowed-addresses", "must hold addresses and networks only", entry);
                }
            }
        }
    }

    /** How owners are told of their jobs. */
    public record Notifications(
            List<String> secrets,
            Duration timeout,
            int atOnce,
            int perOwner,
            Duration firstRetry,
            Duration longestRetry,
            Map<String, List<String>> commands,
            Duration commandTimeout) {
        private static final Pattern SECRET = Pattern.compile("(whsec_)?([A-Za-z0-9+/]{4})*[A-Za-z0-9+/]{2,4}={0,2}");

        /** As Standard Webhooks wants it: 24 to 64 bytes, in Base64. */
        private static final int SHORTEST_SECRET = 32;

        private static final Pattern COMMAND = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

        public Notifications {
            secrets = List.copyOf(secrets);
            for (String secret : secrets) {
                // Not the value itself.
                if (!SECRET.matcher(secret).matches()
                        || secret.replace("whsec_", "").length() < SHORTEST_SECRET)
                    throw new StartupException(
                            "longhaul.notify.secrets must be whsec_ and 24 bytes or more in Base64, each.");
            }
            positive("notify.timeout", timeout);
            atLeast("notify.at-once", 1, atOnce);
            atLeast("notify.per-owner", 1, perOwner);
            positive("notify.first-retry", firstRetry);
            if (longestRetry.compareTo(firstRetry) < 0)
                throw refused(
                        "notify.longest-retry", "must not be less than longhaul.notify.first-retry", longestRetry);
            commands = Map.copyOf(commands);
            commands.forEach((name, command) -> {
                if (!COMMAND.matcher(name).matches())
                    throw refused("notify.commands", "must name commands by letters, digits and . _ -", name);
                Path program = pathOf("notify.commands", command.isEmpty() ? "" : command.getFirst());
                if (!program.isAbsolute() || !Files.isExecutable(program))
                    throw refused("notify.commands", "must name programs by absolute paths that can be run", program);
            });
            positive("notify.command-timeout", commandTimeout);
        }

        @Override
        public String toString() {
            return "Notifications[commands=" + commands.keySet() + "]"; // no secret gets into a log
        }
    }

    private static List<String> secrets(Config config) {
        return fromFile(config, "notify.secrets-file")
                .map(text -> text.lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .toList())
                .orElseGet(() -> list(config, "notify.secrets"));
    }

    private static Map<String, List<String>> commands(Config config) {
        Map<String, List<String>> commands = new TreeMap<>();
        for (String entry : list(config, "notify.commands")) {
            int sign = entry.indexOf('=');
            if (sign < 1) throw refused("notify.commands", "must be name=/path/of/program argument …", entry);
            List<String> words = List.of(entry.substring(sign + 1).strip().split("\\s+", -1));
            if (commands.put(entry.substring(0, sign).strip(), words) != null)
                throw refused("notify.commands", "must give each name once", entry);
        }
        return commands;
    }

    private static Optional<Tls> tls(Config config) {
        List<Optional<Path>> files = Stream.of("certificate", "key", "authority")
                .map(file -> readable(config, "cluster.tls." + file))
                .toList();
        if (files.stream().allMatch(Optional::isEmpty)) return Optional.empty();
        if (files.stream().anyMatch(Optional::isEmpty))
            throw new StartupException(
                    "longhaul.cluster.tls must name a certificate, its key and its authority, or none of them.");
        return Optional.of(new Tls(
                files.get(0).orElseThrow(),
                files.get(1).orElseThrow(),
                files.get(2).orElseThrow()));
    }

    private static Optional<Path> readable(Config config, String key) {
        Optional<Path> file = file(config, key).map(Path::toAbsolutePath);
        if (file.isPresent() && !Files.isReadable(file.get()))
            throw refused(key, "must be a file that can be read", file.get());
        return file;
    }

    private static Bootstrap bootstrap(Config config) {
        String name = text(config, "cluster.bootstrap").orElse("none");
        return Arrays.stream(Bootstrap.values())
                .filter(bootstrap -> bootstrap.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> refused("cluster.bootstrap", "must be none or kubernetes", name));
    }

    /** From its file, if it has one: those who look at processes see their environment, too. */
    private static Optional<String> password(Config config) {
        return fromFile(config, "database.password-file").or(() -> text(config, "database.password"));
    }

    /** What stands in the file that the key names, if it names one. */
    private static Optional<String> fromFile(Config config, String key) {
        Optional<Path> file = file(config, key);
        if (file.isEmpty()) return Optional.empty();
        try {
            return Optional.of(Files.readString(file.get()).strip());
        } catch (IOException unreadable) {
            throw new StartupException(
                    "longhaul." + key + " cannot be read: " + Sentences.firstLine(unreadable) + ".", unreadable);
        }
    }

    /** From their file, if there is one: those who look at processes see their environment, too. */
    private static List<String> secretKeys(Config config) {
        Optional<Path> file = file(config, "secrets.keys-file");
        if (file.isEmpty()) return list(config, "secrets.keys");
        try {
            List<String> keys = Files.readAllLines(file.get()).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
            // Whoever names one wants secrets, which a node without a key refuses call by call
            if (keys.isEmpty())
                throw new StartupException("longhaul.secrets.keys-file has no key: " + file.get() + ".");
            return keys;
        } catch (IOException unreadable) {
            throw new StartupException(
                    "longhaul.secrets.keys-file cannot be read: " + Sentences.firstLine(unreadable) + ".", unreadable);
        }
    }

    private static int number(Config config, String key) {
        try {
            // As an int it would be cut off
            if (config.getDouble(key) % 1 != 0) throw refused(key, WHOLE, shown(config, key));
            return config.getInt(key);
        } catch (ConfigException.WrongType | ConfigException.BadValue none) {
            throw refused(key, WHOLE, shown(config, key));
        }
    }

    private static boolean flag(Config config, String key) {
        try {
            return config.getBoolean(key);
        } catch (ConfigException.WrongType none) {
            throw refused(key, "must be true or false", shown(config, key));
        }
    }

    /** The value, and the environment variable that gave it if one did: its name need not be like the key's. */
    private static String shown(Config config, String key) {
        ConfigValue value = config.getValue(key);
        String text = value.unwrapped().toString();
        if (!Configuration.isOfEnvironment(value)) return text;
        return System.getenv().entrySet().stream()
                .filter(variable -> variable.getKey().startsWith("LONGHAUL_")
                        && variable.getValue().equals(text))
                .map(variable -> text + ", as " + variable.getKey() + " has it")
                .sorted()
                .findFirst()
                .orElse(text);
    }

    private static List<SeedNode> seedNodes(Config config) {
        return list(config, "cluster.seed-nodes").stream().map(SeedNode::parse).toList();
    }

    /** A list, or one string with commas as an environment variable or a system property has it. */
    private static List<String> list(Config config, String key) {
        if (!config.hasPath(key)) return List.of();
        if (config.getValue(key).valueType() == ConfigValueType.LIST) return config.getStringList(key);
        return Arrays.stream(config.getString(key).split(",", -1))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .toList();
    }

    private static Path path(Config config, String key) {
        notBlank(key, config.getString(key));
        return pathOf(key, config.getString(key)).toAbsolutePath().normalize();
    }

    private static Optional<Path> file(Config config, String key) {
        return text(config, key).map(name -> pathOf(key, name));
    }

    /** Which letters a name may have Java takes from the locale that the process was started in. */
    private static Path pathOf(String key, String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException none) {
            String reason = name.indexOf('\0') >= 0
                    ? "it has a NUL in it"
                    : "it has other letters than ASCII, and the locale has none; LC_ALL=C.UTF-8 has them";
            throw new StartupException("longhaul." + key + " is no path here: " + reason + ".", none);
        }
    }

    /** An empty environment variable says nothing. */
    private static Optional<String> text(Config config, String key) {
        return config.hasPath(key)
                ? Optional.of(config.getString(key)).filter(value -> !value.isBlank())
                : Optional.empty();
    }

    private static void notBlank(String key, String value) {
        if (value.isBlank()) throw new StartupException("longhaul." + key + " must not be empty.");
    }

    private static void portNumber(String key, int port) {
        if (port < 0 || port > 65535) throw refused(key, "must be a port from 0 to 65535", port);
    }

    private static void positive(String key, Duration value) {
        if (!value.isPositive()) throw refused(key, "must be more than zero", value);
    }

    private static void atLeast(String key, long least, long value) {
        if (value < least) throw refused(key, "must be at least " + least, value);
    }

    private static void atMost(String key, long most, long value) {
        if (value > most) throw refused(key, "must be at most " + most, value);
    }

    private static StartupException refused(String key, String rule, Object value) {
        return new StartupException("longhaul." + key + " " + rule + ", but is " + value + ".");
    }
}
