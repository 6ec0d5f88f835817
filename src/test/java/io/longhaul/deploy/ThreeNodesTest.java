package io.longhaul.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
@DisplayName("The script that runs three nodes")
class ThreeNodesTest {
    private static final Pattern LINE = Pattern.compile("node (\\d): (process|ended with|Longhaul is ready:) (\\d*).*");

    @TempDir
    Path folder;

    private final Map<String, Long> processes = new HashMap<>();
    private int management;
    private Process script;

    @BeforeEach
    void start() throws IOException {
        management = freePorts(9);
        ProcessBuilder builder = new ProcessBuilder("deploy/three-nodes", folder.toString()).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.remove("LONGHAUL_DB_URL");
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("JAR", System.getProperty("longhaul.jar"));
        environment.put("MANAGEMENT_PORT", String.valueOf(management));
        environment.put("HTTP_PORT", String.valueOf(management + 3));
        environment.put("CLUSTER_PORT", String.valueOf(management + 6));
        script = builder.start();
    }

    @AfterEach
    void end() {
        script.descendants().forEach(ProcessHandle::destroyForcibly);
        script.destroyForcibly();
    }

    @Test
    void makes_one_cluster_brings_back_a_node_that_was_killed_and_leaves_nothing_running() throws Exception {
        try (BufferedReader said = script.inputReader()) {
            for (int ready = 0; ready < 3; ) if (next(said, "").startsWith("Longhaul is ready")) ready++;
            assertEquals(3, members());

            ProcessHandle.of(processes.get("2")).orElseThrow().destroyForcibly();
            while (!next(said, "2").startsWith("ended with")) {}
            while (!next(said, "2").startsWith("Longhaul is ready")) {}

            script.destroy();
            assertTrue(script.waitFor(90, TimeUnit.SECONDS));
        }
        assertEquals(0, script.exitValue());
        for (long process : processes.values())
            assertFalse(ProcessHandle.of(process).isPresent());
        assertTrue(Files.exists(folder.resolve("database/postgres/data/PG_VERSION")));
        assertFalse(Files.exists(folder.resolve("database/postgres/data/postmaster.pid")));
    }

    /** What the script says next of that node, or of any. */
    private String next(BufferedReader said, String node) throws IOException {
        while (true) {
            String line = said.readLine();
            if (line == null) throw new AssertionError("The script has ended");
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) continue;
            if (matcher.group(2).equals("process")) processes.put(matcher.group(1), Long.valueOf(matcher.group(3)));
            if (node.isEmpty() || node.equals(matcher.group(1))) return matcher.group(2);
        }
    }

    private int members() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            var uri = URI.create("http://127.0.0.1:" + management + "/cluster/members");
            var answer = http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
            return new ObjectMapper().readTree(answer.body()).get("members").size();
        }
    }

    /** The first of that many in a row. */
    private static int freePorts(int count) throws IOException {
        InetAddress here = InetAddress.getLoopbackAddress();
        while (true) {
            try (var first = new ServerSocket(0, 1, here)) {
                for (int i = 1; i < count; i++) new ServerSocket(first.getLocalPort() + i, 1, here).close();
                return first.getLocalPort();
            } catch (IOException | IllegalArgumentException taken) {
                // then another row
            }
        }
    }
}
