package io.longhaul.testkit;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.longhaul.ops.Settings;
import java.nio.file.Path;
import java.util.Map;

/** Settings of nodes in tests: everything below one folder, every port a free one, the rest as shipped. */
public final class TestSettings {
    private TestSettings() {}

    /** As shipped but for the folder, the ports, and what is given, as in {@code "longhaul.http.port = 8080"}. */
    public static Settings below(Path folder, String... changes) {
        return Settings.of(config(folder, changes));
    }

    /** The same, before it is read. */
    public static Config config(Path folder, String... changes) {
        Config here = ConfigFactory.parseMap(Map.of(
                "longhaul.data-dir", folder.toString(),
                "longhaul.http.port", 0,
                "longhaul.management.port", 0,
                "longhaul.cluster.port", 0));
        return ConfigFactory.parseString(String.join("\n", changes))
                .withFallback(here)
                .withFallback(ConfigFactory.defaultApplication())
                .resolve();
    }
}
