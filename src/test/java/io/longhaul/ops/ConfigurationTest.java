package io.longhaul.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A file of the operator's")
class ConfigurationTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("node.conf"), """
                longhaul {
                  data-dir = /var/lib/transfers
                  scheduler.slots-per-node = 64
                }
                akka.cluster.roles = [here]
                """);
    }

    @AfterEach
    void forget() {
        set("config.file", null);
        set("longhaul.scheduler.slots-per-node", null);
    }

    @Test
    void lies_over_what_is_shipped_and_needs_not_include_it() {
        check(Configuration.load(Map.of("LONGHAUL_CONFIG", file.toString())));
        set("config.file", file.toString());
        check(Configuration.load());
    }

    private static void check(Config config) {
        assertEquals(64, config.getInt("longhaul.scheduler.slots-per-node"));
        assertEquals("/var/lib/transfers/files", config.getString("longhaul.store.root"));
        assertEquals(8080, config.getInt("longhaul.http.port"));
        assertEquals("cluster", config.getString("akka.actor.provider"));
        assertEquals("here", config.getStringList("akka.cluster.roles").getFirst());
    }

    @Test
    void may_include_what_is_shipped() throws IOException {
        Files.writeString(file, "include classpath(\"application.conf\")\n" + Files.readString(file));
        check(Configuration.load(Map.of("LONGHAUL_CONFIG", file.toString())));
    }

    @Test
    void lies_below_system_properties() {
        set("longhaul.scheduler.slots-per-node", "7");
        assertEquals(
                7,
                Configuration.load(Map.of("LONGHAUL_CONFIG", file.toString()))
                        .getInt("longhaul.scheduler.slots-per-node"));
    }

    @Test
    void is_not_there_where_none_is_named() {
        assertEquals(
                256, Configuration.load(Map.of("LONGHAUL_CONFIG", "")).getInt("longhaul.scheduler.slots-per-node"));
    }

    @Test
    void is_missed_where_it_is_named_and_missing() {
        Path missing = folder.resolve("no.conf");
        assertThrows(ConfigException.IO.class, () -> Configuration.load(Map.of("LONGHAUL_CONFIG", missing.toString())));
        set("config.file", missing.toString());
        assertEquals(
                "The configuration cannot be read: " + missing + " (No such file or directory).",
                assertThrows(StartupException.class, Settings::load).getMessage());
    }

    private static void set(String property, String value) {
        if (value == null) System.clearProperty(property);
        else System.setProperty(property, value);
        ConfigFactory.invalidateCaches();
    }
}
