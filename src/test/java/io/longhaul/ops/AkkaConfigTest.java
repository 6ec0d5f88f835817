package io.longhaul.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What the actor system is told")
class AkkaConfigTest {
    private static final String USER = "akka-persistence-jdbc.shared-databases.slick.db.user";

    private final Config config = AkkaConfig.of(
            Settings.of(ConfigFactory.defaultApplication().resolve()), ConfigFactory.parseMap(Map.of(USER, "anna")));

    @Test
    void has_the_settings_the_database_and_what_akka_comes_with() {
        assertEquals("127.0.0.1", config.getString("akka.remote.artery.canonical.hostname"));
        assertEquals(25520, config.getInt("akka.remote.artery.canonical.port"));
        assertEquals("anna", config.getString(USER));
        assertEquals("cluster", config.getString("akka.actor.provider"));
        config.checkValid(ConfigFactory.defaultReference(), "akka");
    }

    @Test
    void has_nothing_of_the_jvm() {
        assertTrue(ConfigFactory.load().hasPath("java.home"));
        assertFalse(config.hasPath("java"));
    }

    /** As Akka does for each actor that starts. */
    @Test
    void merges_the_journal_with_its_fallback_once_and_for_all() {
        Config journal = config.getConfig("jdbc-journal");
        assertEquals(30, journal.getDuration("recovery-event-timeout", TimeUnit.SECONDS));
        assertEquals(400, journal.getInt("batchSize"));
        Config more = ConfigFactory.parseMap(Map.of("more", 1));
        assertSame(journal, journal.withFallback(more));
        assertSame(config, config.withFallback(more));
    }
}
