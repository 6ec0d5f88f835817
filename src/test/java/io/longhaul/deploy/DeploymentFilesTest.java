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
import java.util.List;
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

    /** The second of the compose files is laid over the first. */
    @Test
    void give_the_nodes_of_the_compose_files_the_secrets_that_their_settings_name() throws IOException {
        Set<String> named = new TreeSet<>();
        Set<String> given = new TreeSet<>();
        Set<String> defined = new TreeSet<>();
        for (String file : List.of("compose.yaml", "compose.tls.yaml")) {
            JsonNode compose = Kustomization.read(DEPLOY.resolve(file)).getFirst();
            JsonNode node = compose.get("x-node");
            named.addAll(matches(node.get("environment").toString(), "/run/secrets/([a-z-]+)"));
            node.get("secrets").forEach(secret -> given.add(secret.asText()));
            compose.get("secrets").fieldNames().forEachRemaining(defined::add);
        }
        assertEquals(Set.of("database-password", "cluster-certificate", "cluster-key", "cluster-authority"), named);
        assertEquals(named, given);
        assertEquals(named, defined);
    }

    private static Set<String> variablesIn(Path file) throws IOException {
        return matches(text(file), "(" + VARIABLE.pattern() + ")");
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }

    private static Set<String> matches(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.results().map(match -> match.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }
}
