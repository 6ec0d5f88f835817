package io.longhaul.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.longhaul.testkit.FreePort;
import io.longhaul.testkit.NodeProcess;
import io.longhaul.testkit.TestDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real program, as pods have it, against a server that speaks the protocol of the Kubernetes API. */
@Tag("slow")
@DisplayName("Nodes on Kubernetes")
class KubernetesBootstrapTest {
    private static final String NAMESPACE = "transfers";
    private static final String TOKEN = "the-token-of-the-service-account";

    @TempDir
    Path folder;

    private final KubernetesMockServer kubernetes =
            new KubernetesMockServer(new Context(), new MockWebServer(), new HashMap<>(), new JsonDispatcher(), true);
    private final List<NodeProcess> nodes = new ArrayList<>();
    private String[] database;

    /** The double keeps objects as the real one does, but does not say that it talks JSON. */
    private static final class JsonDispatcher extends KubernetesCrudDispatcher {
        @Override
        public MockResponse dispatch(RecordedRequest request) {
            MockResponse answer = super.dispatch(request);
            return answer.getWebSocketListener() == null
                    ? answer.setHeader("Content-Type", "application/json")
                    : answer;
        }
    }

    /** What a pod has of its own. */
    private record Place(String name, int managementPort, int clusterPort) {}

    @BeforeEach
    void start() throws IOException {
        kubernetes.init(InetAddress.getLoopbackAddress(), 0);
        Files.writeString(folder.resolve("token"), TOKEN);
        Files.writeString(folder.resolve("namespace"), NAMESPACE);
        database = Arrays.stream(TestDatabase.create())
                .map(line -> line.replace(" = ", "=").replace("\"", ""))
                .toArray(String[]::new);
    }

    @AfterEach
    void end() {
        nodes.forEach(NodeProcess::close);
        kubernetes.destroy();
    }

    @Test
    void form_one_cluster_of_the_pods_that_there_are_and_a_later_pod_joins_it() throws Exception {
        Place one = pod("longhaul-1", "longhaul");
        Place two = pod("longhaul-2", "longhaul");
        pod("stranger", "something-else"); // whom nobody may ask, and wait for
        var first = CompletableFuture.supplyAsync(() -> node(one));
        var second = CompletableFuture.supplyAsync(() -> node(two));
        nodes.add(first.get(2, TimeUnit.MINUTES));
        nodes.add(second.get(2, TimeUnit.MINUTES));
        assertEquals(Set.of(one.clusterPort(), two.clusterPort()), membersAsSeenBy(one));
        assertEquals(Set.of(one.clusterPort(), two.clusterPort()), membersAsSeenBy(two));

        Place three = pod("longhaul-3", "longhaul");
        nodes.add(node(three));
        var all = Set.of(one.clusterPort(), two.clusterPort(), three.clusterPort());
        assertEquals(all, membersAsSeenBy(one));
        assertEquals(all, membersAsSeenBy(three));
        assertTheyAskedAsTheirRoleLetsThem();
    }

    /** The role allows to list the pods of one namespace, and nothing else. */
    private void assertTheyAskedAsTheirRoleLetsThem() throws InterruptedException {
        int asked = 0;
        for (RecordedRequest request = kubernetes.takeRequest(0, TimeUnit.SECONDS);
                request != null;
                request = kubernetes.takeRequest(0, TimeUnit.SECONDS)) {
            if (!("Bearer " + TOKEN).equals(request.getHeader("Authorization"))) continue; // the test's own
            asked++;
            assertEquals("GET", request.getMethod());
            URI path = URI.create("https://kubernetes" + request.getPath());
            assertEquals("/api/v1/namespaces/" + NAMESPACE + "/pods", path.getPath());
            assertEquals("labelSelector=app.kubernetes.io/name=longhaul", path.getQuery());
        }
        assertTrue(asked >= nodes.size(), asked + " questions");
    }

    private NodeProcess node(Place place) {
        List<String> settings = new ArrayList<>(List.of(database));
        settings.addAll(List.of(
                "longhaul.cluster.bootstrap=kubernetes",
                "longhaul.cluster.bootstrap-nodes=2",
                "longhaul.cluster.port=" + place.clusterPort(),
                "longhaul.management.port=" + place.managementPort(),
                // Where a pod has them below /var/run/secrets
                "akka.discovery.kubernetes-api.api-ca-path="
                        + kubernetes.getSelfSignedCertificate().certificatePath(),
                "akka.discovery.kubernetes-api.api-token-path=" + folder.resolve("token"),
                "akka.discovery.kubernetes-api.pod-namespace-path=" + folder.resolve("namespace")));
        return NodeProcess.start(
                folder.resolve(place.name()),
                Map.of(
                        "KUBERNETES_SERVICE_HOST",
                        "127.0.0.1",
                        "KUBERNETES_SERVICE_PORT",
                        String.valueOf(kubernetes.getPort())),
                settings.toArray(String[]::new));
    }

    /** A pod as the kubelet reports it. On one machine the ports tell the pods apart, not the addresses. */
    private Place pod(String name, String application) throws IOException {
        var place = new Place(name, FreePort.find(), FreePort.find());
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .addToLabels("app.kubernetes.io/name", application)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("longhaul")
                .addNewPort()
                .withName("management")
                .withContainerPort(place.managementPort())
                .endPort()
                .addNewPort()
                .withName("cluster")
                .withContainerPort(place.clusterPort())
                .endPort()
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .withPodIP("127.0.0.1")
                .endStatus()
                .build();
        try (NamespacedKubernetesClient kubelet = kubernetes.createClient()) {
            kubelet.pods().inNamespace(NAMESPACE).resource(pod).create();
            kubelet.pods().inNamespace(NAMESPACE).resource(pod).updateStatus();
        }
        return place;
    }

    private static Set<Integer> membersAsSeenBy(Place place) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var uri = URI.create("http://127.0.0.1:" + place.managementPort() + "/cluster/members");
            var answer = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
            Set<Integer> ports = new TreeSet<>();
            for (JsonNode member : new ObjectMapper().readTree(answer.body()).get("members")) {
                String address = member.get("node").asText();
                ports.add(Integer.valueOf(address.substring(address.lastIndexOf(':') + 1)));
            }
            return ports;
        }
    }
}
