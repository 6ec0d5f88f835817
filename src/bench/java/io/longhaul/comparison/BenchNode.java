package io.longhaul.comparison;

import io.longhaul.bench.NodeApi;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged program as an operator starts it, on free ports and a data folder of its own. */
final class BenchNode implements AutoCloseable {
    static final String DATABASE_USER = "longhaul";

    private static final String READY = "Longhaul is ready: ";
    private static final Pattern DATABASE_PORT = Pattern.compile("(?m)^port = (\\d+)$");

    private final Process process;
    private final Path folder;
    private final URI api;
    private final double secondsToStart;

    private BenchNode(Process process, Path folder, URI api, double secondsToStart) {
        this.process = process;
        this.folder = folder;
        this.api = api;
        this.secondsToStart = secondsToStart;
    }

    /** Starts a node on that data folder; options as for {@code java}. */
    static BenchNode start(Path folder, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dlonghaul.data-dir=" + folder.toAbsolutePath(),
                "-Dlonghaul.http.port=0",
                "-Dlonghaul.management.port=0",
                "-Dlonghaul.cluster.port=0"));
        command.addAll(Arrays.asList(options));
        command.addAll(List.of("-jar", System.getProperty("longhaul.jar"), "node", "--end-with-parent"));
        Files.createDirectories(folder);
        long startedAt = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectError(folder.resolve("errors").toFile())
                .start();
        BufferedReader said = process.inputReader();
        String line = said.readLine();
        while (line != null && !line.startsWith(READY)) line = said.readLine();
        if (line == null) throw new IOException("No node: " + Files.readString(folder.resolve("errors")));
        double seconds = Processes.seconds(startedAt);
        Thread.ofVirtual().start(() -> said.lines().forEach(unread -> {}));
        return new BenchNode(process, folder, URI.create(line.substring(READY.length())), seconds);
    }

    static String version() throws IOException {
        return Processes.firstLine(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                System.getProperty("longhaul.jar"),
                "--version");
    }

    NodeApi as(String owner) {
        return new NodeApi(api, owner);
    }

    long pid() {
        return process.pid();
    }

    List<Long> postgres() throws IOException {
        return Processes.postgres(folder);
    }

    /** The address of its database. */
    String databaseUrl() throws IOException {
        Matcher port = DATABASE_PORT.matcher(Files.readString(folder.resolve("postgres/data/postgresql.conf")));
        if (!port.find()) throw new IOException("PostgreSQL has no port");
        return "jdbc:postgresql://127.0.0.1:" + port.group(1) + "/postgres";
    }

    /** To its database, as the node itself. */
    Connection connect() throws IOException, SQLException {
        String password = Files.readString(databasePassword()).strip();
        return DriverManager.getConnection(databaseUrl(), DATABASE_USER, password);
    }

    /** Where the password of {@link #DATABASE_USER} is. */
    Path databasePassword() {
        return folder.resolve("postgres/password");
    }

    /** Options by which another node uses its database. */
    List<String> sharedDatabase() throws IOException {
        return List.of(
                "-Dlonghaul.database.url=" + databaseUrl(),
                "-Dlonghaul.database.user=" + DATABASE_USER,
                "-Dlonghaul.database.password-file=" + databasePassword());
    }

    Path files(String owner) {
        return folder.resolve("files").resolve(owner);
    }

    double secondsToStart() {
        return secondsToStart;
    }

    /** kill -9, and waits until it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** The processor time that the node and its database have taken so far. */
    Cpu cpu() throws IOException {
        return new Cpu(Processes.cpuSeconds(pid()), Processes.cpuSeconds(postgres()));
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(2, TimeUnit.MINUTES)) process.destroyForcibly().waitFor();
    }
}
