package io.longhaul.deploy;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
@DisplayName("The manifests of an overlay")
class ManifestsTest {
    private static final Path OVERLAYS = Path.of("k8s");
    private static final String OURS = "longhaul";

    /** In prod the operator makes them, and nobody writes them into a file here. */
    private static final Set<String> SECRETS = Set.of("Secret/longhaul-database", "Secret/longhaul-cluster");

    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    void fit_the_schemas(String overlay) throws IOException {
        List<ObjectNode> objects = render(overlay);
        assertFalse(objects.isEmpty());
        objects.forEach(Schemas::check);
    }

    @Test
    void would_not_fit_with_a_field_that_is_unknown_or_one_that_is_missing_or_one_of_another_type() throws IOException {
        ObjectNode unknown = ours("prod");
        unknown.withObject("/spec").put("minReadySecond", 20);
        assertThrows(IllegalArgumentException.class, () -> Schemas.check(unknown));

        ObjectNode missing = ours("prod");
        missing.withObject("/spec").remove("selector");
        assertThrows(IllegalArgumentException.class, () -> Schemas.check(missing));

        ObjectNode ofAnotherType = ours("prod");
        ofAnotherType.withObject("/spec").put("minReadySeconds", "a while");
        assertThrows(RuntimeException.class, () -> Schemas.check(ofAnotherType));

        ObjectNode monitor = find(render("prod"), "ServiceMonitor");
        monitor.withObject("/spec").put("jobLable", "job");
        assertThrows(IllegalArgumentException.class, () -> Schemas.check(monitor));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    void name_only_one_another(String overlay) throws IOException {
        List<ObjectNode> objects = render(overlay);
        Set<String> there = objects.stream().map(ManifestsTest::name).collect(toSet());
        assertEquals(objects.size(), there.size(), "two objects of one name");
        if (overlay.equals("prod")) {
            for (String secret : SECRETS) assertTrue(there.add(secret), "a secret that everybody can read");
        }

        Set<String> named = new TreeSet<>();
        for (ObjectNode object : objects) {
            JsonNode pod = object.at("/spec/template/spec");
            if (pod.has("serviceAccountName"))
                named.add("ServiceAccount/" + pod.get("serviceAccountName").asText());
            texts(pod, "claimName").forEach(claim -> named.add("PersistentVolumeClaim/" + claim));
            texts(pod, "secretName").forEach(secret -> named.add("Secret/" + secret));
            pod.findValues("secretKeyRef")
                    .forEach(key -> named.add("Secret/" + key.get("name").asText()));
            pod.findValues("configMapKeyRef")
                    .forEach(key -> named.add("ConfigMap/" + key.get("name").asText()));
            for (String reference : List.of("/roleRef", "/spec/scaleTargetRef")) {
                JsonNode other = object.at(reference);
                if (!other.isMissingNode())
                    named.add(
                            other.get("kind").asText() + "/" + other.get("name").asText());
            }
            for (JsonNode subject : object.path("subjects")) {
                named.add(
                        subject.get("kind").asText() + "/" + subject.get("name").asText());
            }
        }
        assertFalse(named.isEmpty());
        named.removeAll(there);
        assertEquals(Set.of(), named);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    void select_pods_and_ports_that_there_are(String overlay) throws IOException {
        List<ObjectNode> objects = render(overlay);
        for (ObjectNode service : all(objects, "Service")) {
            JsonNode workload = selected(objects, service.at("/spec/selector"), name(service));
            for (JsonNode port : service.at("/spec/ports")) {
                assertTrue(portsOf(workload).contains(port.get("targetPort").asText()), () -> name(service) + port);
            }
        }
        for (ObjectNode policy : all(objects, "NetworkPolicy")) {
            JsonNode workload = selected(objects, policy.at("/spec/podSelector/matchLabels"), name(policy));
            for (JsonNode rule : policy.at("/spec/ingress")) {
                for (JsonNode port : rule.get("ports")) {
                    assertTrue(portsOf(workload).contains(port.get("port").asText()), () -> name(policy) + port);
                }
            }
        }
        for (ObjectNode budget : all(objects, "PodDisruptionBudget")) {
            selected(objects, budget.at("/spec/selector/matchLabels"), name(budget));
        }
        for (ObjectNode monitor : all(objects, "ServiceMonitor")) {
            JsonNode labels = monitor.at("/spec/selector/matchLabels");
            JsonNode service = all(objects, "Service").stream()
                    .filter(candidate -> holds(candidate.at("/metadata/labels"), labels))
                    .reduce((one, other) -> {
                        throw new AssertionError("Two services would be watched, and each node twice");
                    })
                    .orElseThrow();
            assertEquals(service.at("/spec/ports/0/name"), monitor.at("/spec/endpoints/0/port"));
            // What the alerts look for
            assertEquals("app.kubernetes.io/name", monitor.at("/spec/jobLabel").asText());
            assertEquals(
                    OURS,
                    service.at("/metadata/labels").get("app.kubernetes.io/name").asText());
        }
    }

    /** What Kubernetes asks of pods in a namespace that enforces the restricted standard, and a file system to read. */
    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    void give_a_pod_no_more_rights_than_it_needs(String overlay) throws IOException {
        List<ObjectNode> objects = render(overlay);
        assertEquals(
                "restricted",
                find(objects, "Namespace")
                        .at("/metadata/labels")
                        .get("pod-security.kubernetes.io/enforce")
                        .asText());
        for (ObjectNode object : objects) {
            JsonNode pod = object.at("/spec/template/spec");
            if (pod.isMissingNode()) continue;
            assertTrue(pod.at("/securityContext/runAsNonRoot").asBoolean(), name(object));
            assertEquals(
                    "RuntimeDefault",
                    pod.at("/securityContext/seccompProfile/type").asText());
            assertEquals(Set.of(), setOf(pod, "hostPath", "hostNetwork", "hostPID", "hostIPC", "privileged"));
            for (JsonNode container : pod.get("containers")) {
                JsonNode rights = container.get("securityContext");
                assertFalse(rights.get("allowPrivilegeEscalation").asBoolean(true), name(object));
                assertTrue(rights.get("readOnlyRootFilesystem").asBoolean(), name(object));
                assertEquals("ALL", rights.at("/capabilities/drop/0").asText());
                assertTrue(container.at("/resources/limits").has("memory"), name(object));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    void mount_every_secret_where_a_setting_looks_for_it(String overlay) throws IOException {
        JsonNode pod = workload(render(overlay)).at("/spec/template/spec");
        Set<String> mounted = new TreeSet<>();
        for (JsonNode mount : pod.at("/containers/0/volumeMounts")) {
            for (JsonNode volume : pod.get("volumes")) {
                if (!volume.get("name").equals(mount.get("name"))) continue;
                for (JsonNode item : volume.at("/secret/items")) {
                    mounted.add(mount.get("mountPath").asText() + "/"
                            + item.get("path").asText());
                }
            }
        }
        Set<String> wanted = environmentOf(workload(render(overlay))).values().stream()
                .filter(value -> value.startsWith("/run/secrets/"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(wanted, mounted);
    }

    @Test
    void let_several_nodes_talk_over_tls_only() throws IOException {
        assertTrue(environmentOf(workload(render("prod")))
                .keySet()
                .containsAll(
                        Set.of("LONGHAUL_CLUSTER_CERTIFICATE", "LONGHAUL_CLUSTER_KEY", "LONGHAUL_CLUSTER_AUTHORITY")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    void carry_what_the_nodes_look_for_to_find_one_another(String overlay) throws IOException {
        Config bootstrap = ConfigFactory.parseFile(new File("src/main/resources/bootstrap.conf"));
        Config contactPoints = bootstrap.getConfig("akka.management.cluster.bootstrap.contact-point-discovery");
        String[] label = bootstrap
                .getString("akka.discovery.kubernetes-api.pod-label-selector")
                .formatted(contactPoints.getString("effective-name"))
                .split("=", 2);
        List<ObjectNode> objects = render(overlay);
        JsonNode workload = workload(objects);
        assertEquals(
                label[1],
                workload.at("/spec/template/metadata/labels").get(label[0]).asText());
        assertTrue(portsOf(workload).contains(contactPoints.getString("port-name")));
        JsonNode rule = find(objects, "Role").at("/rules/0");
        assertEquals("pods", rule.at("/resources/0").asText());
        assertTrue(rule.get("verbs").toString().contains("\"list\""));
        Map<String, String> environment = environmentOf(workload);
        assertEquals("kubernetes", environment.get("LONGHAUL_CLUSTER_BOOTSTRAP"));
        int nodes = overlay.equals("dev")
                ? 1
                : find(objects, "HorizontalPodAutoscaler")
                        .at("/spec/minReplicas")
                        .asInt();
        int needed = Integer.parseInt(environment.get("LONGHAUL_CLUSTER_BOOTSTRAP_NODES"));
        assertTrue(needed <= nodes && needed > nodes / 2, () -> needed + " of " + nodes + " start a cluster");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    @EnabledIf("kubectlIsThere")
    void are_what_kubectl_makes_of_it(String overlay) throws Exception {
        Path rendered = Files.createTempFile("kustomize", ".yaml");
        try {
            Process kubectl = new ProcessBuilder(
                            "kubectl", "kustomize", OVERLAYS.resolve(overlay).toString())
                    .redirectOutput(rendered.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            assertEquals(0, kubectl.waitFor());
            assertEquals(byName(Kustomization.read(rendered)), byName(render(overlay)));
        } finally {
            Files.delete(rendered);
        }
    }

    static boolean kubectlIsThere() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "kubectl")));
    }

    private static List<ObjectNode> render(String overlay) throws IOException {
        return Kustomization.render(OVERLAYS.resolve(overlay));
    }

    private static ObjectNode ours(String overlay) throws IOException {
        return workload(render(overlay));
    }

    private static ObjectNode workload(List<ObjectNode> objects) {
        return find(objects, "Deployment");
    }

    private static ObjectNode find(List<ObjectNode> objects, String kind) {
        return all(objects, kind).getFirst();
    }

    private static List<ObjectNode> all(List<ObjectNode> objects, String kind) {
        return objects.stream()
                .filter(object -> object.get("kind").asText().equals(kind))
                .toList();
    }

    private static Map<String, JsonNode> byName(List<ObjectNode> objects) {
        return objects.stream().collect(toMap(ManifestsTest::name, object -> object));
    }

    private static String name(JsonNode object) {
        return object.get("kind").asText() + "/" + object.at("/metadata/name").asText();
    }

    private static List<String> texts(JsonNode pod, String field) {
        return pod.findValuesAsText(field);
    }

    private static Set<String> setOf(JsonNode pod, String... fields) {
        return Stream.of(fields).filter(field -> pod.findValue(field) != null).collect(toSet());
    }

    /** The one workload whose pods carry these labels. */
    private static JsonNode selected(List<ObjectNode> objects, JsonNode labels, String by) {
        List<ObjectNode> workloads = objects.stream()
                .filter(object -> holds(object.at("/spec/template/metadata/labels"), labels))
                .toList();
        assertEquals(1, workloads.size(), by + " selects " + labels);
        return workloads.getFirst();
    }

    private static boolean holds(JsonNode labels, JsonNode wanted) {
        assertFalse(wanted.isEmpty(), "selects everything");
        return wanted.properties().stream().allMatch(label -> label.getValue().equals(labels.get(label.getKey())));
    }

    private static Set<String> portsOf(JsonNode workload) {
        Set<String> ports = new HashSet<>();
        for (JsonNode container : workload.at("/spec/template/spec/containers")) {
            for (JsonNode port : container.path("ports"))
                ports.add(port.get("name").asText());
        }
        return ports;
    }

    private static Map<String, String> environmentOf(JsonNode workload) {
        Map<String, String> environment = new java.util.HashMap<>();
        for (JsonNode variable : workload.at("/spec/template/spec/containers/0/env")) {
            environment.put(
                    variable.get("name").asText(), variable.path("value").asText());
        }
        return environment;
    }
}
