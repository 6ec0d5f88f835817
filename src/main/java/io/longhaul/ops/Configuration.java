package io.longhaul.ops;

import static java.util.Objects.requireNonNull;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValue;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What is configured, for the node and for Akka. Each of these lies over the next one: system properties, those environment
 * variables that {@code longhaul.conf} names, a file of the operator's if there is one, {@code application.conf} as shipped.
 */
final class Configuration {
    static final String FILE = "LONGHAUL_CONFIG";
    private static final String SHIPPED = "longhaul.conf";

    private Configuration() {}

    static Config load() {
        return load(System.getenv());
    }

    /** @param environment where the variable may be that names the operator's file */
    static Config load(Map<String, String> environment) {
        return ConfigFactory.load(application(environment));
    }

    /** All but the system properties, and what libraries come with. */
    static Config application() {
        return application(System.getenv());
    }

    private static Config application(Map<String, String> environment) {
        String file = environment.getOrDefault(FILE, "");
        if (Stream.of("config.file", "config.resource", "config.url").anyMatch(System.getProperties()::containsKey))
            return over(ConfigFactory.defaultApplication());
        if (file.isBlank()) return shipped();
        return over(ConfigFactory.parseFile(
                new File(file), ConfigParseOptions.defaults().setAllowMissing(false)));
    }

    private static Config over(Config given) {
        return ofEnvironment().withFallback(given).withFallback(shipped());
    }

    /** Or else what a file says would win over a variable; an empty one says nothing. */
    private static Config ofEnvironment() {
        Config variables = ConfigFactory.empty();
        Config keys = ConfigFactory.parseResources(Configuration.class.getClassLoader(), SHIPPED)
                .resolve();
        for (Map.Entry<String, ConfigValue> entry : keys.entrySet())
            if (isOfEnvironment(entry.getValue())
                    && !entry.getValue().unwrapped().toString().isBlank())
                variables = variables.withValue(entry.getKey(), entry.getValue());
        return variables;
    }

    /** Whether it is what an environment variable holds, as it stands there. */
    static boolean isOfEnvironment(ConfigValue value) {
        String environment = ConfigFactory.systemEnvironment().root().origin().description();
        return value.origin().description().equals(environment);
    }

    /** {@code longhaul.conf}, with its comments and the names of its variables. */
    static String text() {
        try (InputStream shipped = Configuration.class.getClassLoader().getResourceAsStream(SHIPPED)) {
            return new String(requireNonNull(shipped).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Config shipped() {
        return ConfigFactory.parseResources(Configuration.class.getClassLoader(), "application.conf");
    }
}
