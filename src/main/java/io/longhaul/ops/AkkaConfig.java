package io.longhaul.ops;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValueFactory;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What the actor system is told: the settings in Akka's words, and what else is configured. */
final class AkkaConfig {
    private static final String JOURNAL = "akka.persistence.journal.plugin";
    private static final String JOURNAL_FALLBACK = "akka.persistence.journal-plugin-fallback";

    private AkkaConfig() {}

    /** @param database how the journal reaches its database */
    static Config of(Settings settings, Config database) {
        Config config = cluster(settings)
                .withFallback(database)
                .withFallback(Configuration.load())
                .resolve();
        return settled(config);
    }

    private static Config cluster(Settings settings) {
        Map<String, Object> akka = new HashMap<>();
        akka.put("akka.remote.artery.canonical.hostname", settings.cluster().host());
        akka.put("akka.remote.artery.canonical.port", settings.cluster().port());
        akka.put("akka.management.http.hostname", settings.management().host());
        akka.put("akka.management.http.port", settings.management().port());
        settings.cluster().tls().ifPresent(tls -> akka.putAll(ClusterTls.config(tls)));
        switch (settings.cluster().bootstrap()) {
            case NONE -> akka.put("akka.management.http.routes.cluster-bootstrap", "");
            case KUBERNETES ->
                akka.put(
                        "akka.management.cluster.bootstrap.contact-point-discovery.required-contact-point-nr",
                        settings.cluster().bootstrapNodes());
        }
        return ConfigFactory.parseMap(akka, "longhaul.conf");
    }

    /**
     * The same, so that merging it costs little. Whenever an actor with a journal starts, Akka merges the journal's part
     * with its fallback, and the whole, twice, with nothing, which copies its top level: that was a twelfth of all that a
     * busy node allocated. So the journal's part has its fallback and takes in nothing more; nor does the whole, and what
     * most of its top level was, the properties of the JVM, is left out.
     */
    private static Config settled(Config config) {
        String journal = config.getString(JOURNAL);
        Config merged = config.getConfig(journal).withFallback(config.getConfig(JOURNAL_FALLBACK));
        ConfigObject root = config.withValue(journal, complete(merged.root())).root();
        Set<String> ofJvm =
                new HashSet<>(ConfigFactory.systemProperties().root().keySet());
        ofJvm.removeAll(ConfigFactory.defaultReferenceUnresolved().root().keySet());
        ofJvm.removeAll(Configuration.application().root().keySet());
        for (String key : ofJvm) root = root.withoutKey(key);
        return complete(root).toConfig();
    }

    /** An object that a value which is none lies beneath, whatever else is put beneath that. */
    private static ConfigObject complete(ConfigObject object) {
        return object.withFallback(ConfigValueFactory.fromAnyRef("complete"));
    }
}
