package io.longhaul.ops;

import static java.util.Comparator.comparingInt;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigValue;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** The keys of {@code longhaul.conf}: any other key below {@code longhaul} is a slip of somebody's who believes that it holds. */
final class KnownKeys {
    /** So many letters may be wrong, missing or too many in what was meant. */
    private static final int MOST_SLIPS = 3;

    private static final LevenshteinDistance SLIPS = LevenshteinDistance.getDefaultInstance();

    private static final ConfigObject SHIPPED = ConfigFactory.parseResources(
                    KnownKeys.class.getClassLoader(), "longhaul.conf")
            .resolve(ConfigResolveOptions.defaults().setUseSystemEnvironment(false))
            .getObject("longhaul");

    private KnownKeys() {}

    /** @throws StartupException where there is a key that is none of them */
    static void check(Config longhaul) {
        check(SHIPPED, longhaul.root(), "longhaul.");
    }

    /** Not by {@code entrySet} of a configuration, which leaves out the keys that have no value. */
    private static void check(ConfigObject known, ConfigObject given, String prefix) {
        for (Map.Entry<String, ConfigValue> entry : given.entrySet()) {
            String key = prefix + entry.getKey();
            ConfigValue shipped = known.get(entry.getKey());
            if (shipped == null) throw unknown(key, entry.getValue());
            // A value where a section should be, or the other way round, is told of when it is read
            if (shipped instanceof ConfigObject section && entry.getValue() instanceof ConfigObject inner)
                check(section, inner, key + ".");
        }
    }

    private static StartupException unknown(String key, ConfigValue value) {
        if (value instanceof ConfigObject section && !section.isEmpty()) {
            Map.Entry<String, ConfigValue> first = section.entrySet().iterator().next();
            return unknown(key + "." + first.getKey(), first.getValue());
        }
        Set<String> all = new TreeSet<>();
        collect(SHIPPED, "longhaul.", all);
        Optional<String> meant = all.stream()
                .min(comparingInt(known -> SLIPS.apply(known, key)))
                .filter(nearest -> SLIPS.apply(nearest, key) <= MOST_SLIPS);
        return new StartupException("There is no setting " + key
                + meant.map(one -> "; " + one + " is one").orElse("") + ".");
    }

    private static void collect(ConfigObject object, String prefix, Set<String> into) {
        object.forEach((name, value) -> {
            if (value instanceof ConfigObject section) collect(section, prefix + name + ".", into);
            else into.add(prefix + name);
        });
    }
}
