package io.longhaul.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigResolveOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** {@code docs/reference/configuration.md} is {@code longhaul.conf}, as a page. */
@DisplayName("The reference of the configuration")
class ConfigurationReferenceTest {
    private static final Path CONF = Path.of("src/main/resources/longhaul.conf");
    private static final Path PAGE = Path.of("docs/reference/configuration.md");
    private static final Path FRESH = Path.of("target/configuration.md");

    private static final Pattern SECTION = Pattern.compile("([a-z-]+) \\{");
    private static final Pattern FROM_ENVIRONMENT = Pattern.compile("([a-z-]+) = \\$\\{\\?([A-Z_]+)}");
    private static final Pattern VALUE = Pattern.compile("([a-z-]+) = (.+)");

    private record Key(String name, String meaning, String value, String environment) {}

    @Test
    void is_up_to_date() throws IOException {
        String fresh = page(keys(Files.readAllLines(CONF)).values());
        String kept = Files.exists(PAGE) ? Files.readString(PAGE) : "";
        if (!fresh.equals(kept)) Files.writeString(FRESH, fresh);
        assertTrue(fresh.equals(kept), PAGE + " is stale; this makes it anew: cp " + FRESH + " " + PAGE);
    }

    @Test
    void names_every_key() throws IOException {
        Config shipped = ConfigFactory.parseFile(CONF.toFile())
                .resolve(ConfigResolveOptions.defaults().setUseSystemEnvironment(false));
        var there = new TreeSet<String>();
        collect(shipped.root(), "", there);
        assertEquals(there, new TreeSet<>(keys(Files.readAllLines(CONF)).keySet()));
    }

    /** Not {@code entrySet}, which leaves out the keys that have no value. */
    private static void collect(Map<String, ?> object, String prefix, Set<String> into) {
        object.forEach((name, value) -> {
            if (value instanceof Map<?, ?> section) {
                var inner = new LinkedHashMap<String, Object>();
                section.forEach((key, content) -> inner.put(String.valueOf(key), content));
                collect(inner, prefix + name + ".", into);
            } else {
                into.add(prefix + name);
            }
        });
    }

    private static Map<String, Key> keys(List<String> lines) {
        var keys = new LinkedHashMap<String, Key>();
        Deque<String> path = new ArrayDeque<>();
        List<String> comment = new ArrayList<>();
        for (String line : lines.stream().map(String::strip).toList()) {
            Matcher section = SECTION.matcher(line);
            Matcher environment = FROM_ENVIRONMENT.matcher(line);
            Matcher value = VALUE.matcher(line);
            String prefix = String.join(".", path);
            if (line.startsWith("#")) {
                comment.add(line.substring(1).strip());
            } else if (section.matches()) {
                path.addLast(section.group(1));
                comment.clear();
            } else if (line.equals("}")) {
                path.removeLast();
            } else if (environment.matches()) {
                String name = prefix + "." + environment.group(1);
                keys.computeIfPresent(
                        name, (same, key) -> new Key(name, key.meaning(), key.value(), environment.group(2)));
            } else if (value.matches()) {
                String name = prefix + "." + value.group(1);
                assertEquals(false, comment.isEmpty(), name + " has no comment");
                keys.put(name, new Key(name, String.join(" ", comment), value.group(2), ""));
                comment.clear();
            } else {
                assertEquals("", line, "a line of " + CONF + " that this test does not understand");
            }
        }
        return keys;
    }

    private static String page(Iterable<Key> keys) {
        var page = new StringBuilder("""
                # Configuration

                Every key can be given as a system property (`-Dlonghaul.http.port=9000`), some also as
                an environment variable, and every one in [a file](../operating/install.md#a-file-of-settings). A
                property wins over a variable, and a variable over the file. A key below `longhaul` that is not here is
                refused; of a variable that begins with `LONGHAUL_` and is not here the log warns. This page is made from `src/main/resources/longhaul.conf`.

                | key | default | environment | meaning |
                | --- | --- | --- | --- |
                """);
        for (Key key : keys) {
            page.append("| `%s` | `%s` | %s | %s |%n"
                    .formatted(
                            key.name(),
                            key.value().replace("${longhaul.data-dir}\"", "\"<data-dir>"),
                            key.environment().isEmpty() ? "" : "`" + key.environment() + "`",
                            key.meaning().replace("<", "&lt;").replace("|", "\\|")));
        }
        return page.toString();
    }
}
