package io.longhaul;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.testkit.FreePort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar as an operator has it, in a process of its own. */
@Tag("slow")
@DisplayName("The program")
class ProgramTest {
    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void leave_nothing_running() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void tells_its_version_and_its_commands() throws Exception {
        assertTrue(outputOf("--version").startsWith("longhaul "));
        assertTrue(outputOf("--help").contains("node"));
    }

    @Test
    void ends_with_0_when_it_is_told_to_end_and_starts_again_at_once_also_after_a_kill() throws Exception {
        Process told = startNode();
        told.destroy();
        assertEquals(0, exitCodeOf(told));

        Process killed = startNode();
        killed.destroyForcibly();
        exitCodeOf(killed);

        Process again = startNode();
        again.destroy();
        assertEquals(0, exitCodeOf(again));
    }

    @Test
    void ends_with_0_also_when_it_is_told_to_end_while_it_looks_for_other_nodes() throws Exception {
        int management = FreePort.find();
        Process looking = start(
                "-Dlonghaul.cluster.seed-nodes=127.0.0.1:" + FreePort.find(),
                "-Dlonghaul.management.port=" + management,
                "node");
        // That port opens just before
        while (!isOpen(management)) assertTrue(looking.isAlive(), this::errorsOrNone);
        looking.destroy();
        assertEquals(0, exitCodeOf(looking));
        assertFalse(Files.exists(folder.resolve("data/postgres/data/postmaster.pid")), "its database has ended too");
    }

    @Test
    void ends_its_database_also_when_it_is_told_to_end_while_that_starts() throws Exception {
        Process starting = start("database");
        Path creation = folder.resolve("data/postgres/data.new");
        while (!Files.exists(creation)) assertTrue(starting.isAlive(), this::errorsOrNone);
        starting.destroy();
        assertEquals(0, exitCodeOf(starting));
        assertFalse(Files.exists(creation));
        assertFalse(Files.exists(folder.resolve("data/postgres/data/postmaster.pid")), "it has ended too");
    }

    @Test
    void says_in_one_sentence_why_a_node_cannot_start() throws Exception {
        Process refused = start("-Dlonghaul.http.port=70000", "node");
        assertEquals(1, exitCodeOf(refused));
        assertEquals(
                List.of("longhaul.http.port must be a port from 0 to 65535, but is 70000."),
                Files.readAllLines(errors()));
    }

    @Test
    void says_in_one_sentence_that_its_port_is_taken_and_nothing_else() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process refused = start("-Dlonghaul.http.port=" + taken.getLocalPort(), "node");
            assertEquals(1, exitCodeOf(refused));
            assertEquals(
                    List.of("longhaul.http.port is " + taken.getLocalPort()
                            + ", which cannot be listened on at 127.0.0.1: Address already in use."),
                    Files.readAllLines(errors()).stream()
                            .filter(line -> !line.startsWith("WARNING: ")) // of Java
                            .toList());
        }
    }

    @Test
    void takes_a_file_with_settings_and_lets_variables_win_over_it_which_it_names() throws Exception {
        Path file = Files.writeString(folder.resolve("node.conf"), "longhaul.http.prot = 9000");
        assertEquals(
                List.of("There is no setting longhaul.http.prot; longhaul.http.port is one."),
                refusal(Map.of("LONGHAUL_CONFIG", file.toString())));

        Files.writeString(file, "longhaul.cluster.bootstrap-nodes = 3");
        assertEquals(
                List.of("longhaul.cluster.bootstrap-nodes must be a whole number, but is two, as"
                        + " LONGHAUL_CLUSTER_BOOTSTRAP_NODES has it."),
                refusal(Map.of("LONGHAUL_CONFIG", file.toString(), "LONGHAUL_CLUSTER_BOOTSTRAP_NODES", "two")));
    }

    private List<String> refusal(Map<String, String> environment) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(command("node")).directory(folder.toFile()).redirectError(errors().toFile());
        builder.environment().putAll(environment);
        Process refused = builder.start();
        started.add(refused);
        assertEquals(1, exitCodeOf(refused));
        return Files.readAllLines(errors());
    }

    /** As Maven starts it. */
    @Test
    void ends_with_the_process_that_started_it_if_it_shall() throws Exception {
        Process parent = startParentOfNode();
        try (var said = Files.newBufferedReader(output())) {
            assertTrue(said.readLine().startsWith("Longhaul is "), this::errorsOrNone);
            parent.destroyForcibly();
            assertNull(said.readLine(), "only the node's end closes its output");
        }
    }

    /** The build can be broken off at any time. */
    @Test
    void ends_also_with_a_parent_that_ended_while_it_started() throws Exception {
        Process parent = startParentOfNode();
        try (var said = Files.newBufferedReader(output())) {
            while (!Files.exists(folder.resolve("data"))) Thread.onSpinWait();
            parent.destroyForcibly();
            while (said.readLine() != null) {} // only the node's end closes its output
        }
    }

    /** A shell whose node writes to {@link #output}, a pipe that only the node holds open. */
    private Process startParentOfNode() throws Exception {
        assertEquals(0, exitCodeOf(start(List.of("mkfifo", output().toString()))));
        List<String> shell = new ArrayList<>(List.of("sh", "-c", "\"$@\" > output & wait", "sh"));
        shell.addAll(command("node", "--end-with-parent"));
        return start(shell);
    }

    private Path output() {
        return folder.resolve("output");
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private Process startNode() throws IOException {
        Process node = start("node");
        String said = node.inputReader().readLine();
        assertTrue(said != null && said.startsWith("Longhaul is "), () -> said + ", errors: " + errorsOrNone());
        return node;
    }

    private String outputOf(String argument) throws Exception {
        Process process = start(argument);
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertEquals(0, exitCodeOf(process));
        return output;
    }

    private Process start(String... arguments) throws IOException {
        return start(command(arguments));
    }

    private Process start(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectError(errors().toFile())
                .start();
        started.add(process);
        return process;
    }

    /** System properties go before the jar, arguments after it. */
    private static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String part : List.of("http", "management", "cluster")) command.add("-Dlonghaul." + part + ".port=0");
        for (String argument : arguments) if (argument.startsWith("-D")) command.add(argument);
        command.addAll(List.of("-jar", System.getProperty("longhaul.jar")));
        for (String argument : arguments) if (!argument.startsWith("-D")) command.add(argument);
        return command;
    }

    private static int exitCodeOf(Process process) throws InterruptedException {
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return process.exitValue();
    }

    private Path errors() {
        return folder.resolve("errors");
    }

    private String errorsOrNone() {
        try {
            return Files.readString(errors());
        } catch (IOException none) {
            return "none";
        }
    }
}
