package io.longhaul.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The files to deploy with")
class DeploymentFilesTest {
    private static final Path DEPLOY = Path.of("deploy");
    private static final Pattern VARIABLE = Pattern.compile("\\bLONGHAUL_[A-Z_]+\\b");

    @Test
    void set_what_can_be_set() throws IOException {
        Set<String> known = variablesIn(Path.of("src/main/resources/longhaul.conf"));
        assertFalse(known.isEmpty());
        Set<String> unknown = new TreeSet<>();
        for (Path root : new Path[] {DEPLOY, Path.of("k8s"), Path.of("docs/operating")}) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    for (String variable : variablesIn(file)) {
                        if (!known.contains(variable)) unknown.add(file + " sets " + variable);
                    }
                }
            }
        }
        assertEquals(Set.of(), unknown);
    }

    @Test
    void hold_what_the_compose_file_mounts() throws IOException {
        ObjectNode compose = Kustomization.read(DEPLOY.resolve("compose.yaml")).getFirst();
        Set<String> mounted = new TreeSet<>();
        for (JsonNode service : compose.get("services")) {
            for (JsonNode volume : service.path("volumes")) {
                String source = volume.asText().split(":", 2)[0];
                if (source.startsWith("./")) mounted.add(source);
                else assertTrue(compose.get("volumes").has(source), source);
            }
        }
        assertFalse(mounted.isEmpty());
        for (String path : mounted) assertTrue(Files.exists(DEPLOY.resolve(path)), path);
    }

    @Test
    void tell_an_operator_what_to_do_about_every_alert() throws IOException {
        Set<String> alerts = matches(DEPLOY.resolve("prometheus/alerts.yml"), "alert: (\\w+)");
        assertFalse(alerts.isEmpty());
        assertEquals(alerts, matches(Path.of("docs/operating/monitoring.md"), "(?m)^### (Longhaul\\w+)$"));
    }

    private static Set<String> variablesIn(Path file) throws IOException {
        return matches(file, "(" + VARIABLE.pattern() + ")");
    }

    private static Set<String> matches(Path file, String pattern) throws IOException {
        Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(file, StandardCharsets.UTF_8));
        return matcher.results().map(match -> match.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }
}
