package io.longhaul.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The real program as a process of its own, which a test may kill. */
public final class NodeProcess implements AutoCloseable {
    private static final String READY = "Longhaul is ready: ";
    private static final long STARTS_WITHIN_SECONDS = 120;

    private final Process process;
    private final URI api;
    private final Path folder;

    private NodeProcess(Process process, URI api, Path folder) {
        this.process = process;
        this.api = api;
        this.folder = folder;
    }

    /** Starts the packaged program on that data folder and waits until it is ready; settings as for {@code -D}. */
    public static NodeProcess start(Path folder, String... settings) {
        return start(folder, Map.of(), settings);
    }

    /** The same in an environment with these variables besides. */
    public static NodeProcess start(Path folder, Map<String, String> environment, String... settings) {
        return start(ClassArchive.option(program()), folder, environment, settings);
    }

    /** The same with that option for the JVM, and without the archive of classes that makes a start quick. */
    static NodeProcess start(String option, Path folder, Map<String, String> environment, String... settings) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(List.of(
                java,
                option,
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1", // a node that lives for a minute starts faster without the second compiler
                "-Dlonghaul.data-dir=" + folder,
                "-Dlonghaul.http.port=0",
                "-Dlonghaul.management.port=0",
                "-Dlonghaul.cluster.port=0",
                "-Dlonghaul.job.minimum-retry-delay=200ms"));
        Arrays.stream(settings).map(setting -> "-D" + setting).forEach(command::add);
        command.addAll(List.of("-jar", program().toString(), "node"));
        try {
            Files.createDirectories(folder);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectError(folder.resolve("stderr.txt").toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            return new NodeProcess(process, awaitReady(process, folder), folder);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Path program() {
        return Path.of(System.getProperty("longhaul.jar", "target/longhaul.jar"));
    }

    private static URI awaitReady(Process process, Path folder) throws IOException {
        CompletableFuture<URI> ready = new CompletableFuture<>();
        // Reads on after that line, so that the program never waits for a full pipe
        Thread.ofVirtual().start(() -> read(process, ready));
        try {
            return ready.get(STARTS_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        } catch (ExecutionException | TimeoutException failed) {
            process.destroyForcibly();
            throw new AssertionError(Files.readString(folder.resolve("stderr.txt")), failed);
        }
    }

    private static void read(Process process, CompletableFuture<URI> ready) {
        StringBuilder said = new StringBuilder();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!ready.isDone()) said.append(line).append('\n');
                if (line.startsWith(READY)) ready.complete(URI.create(line.substring(READY.length())));
            }
            ready.completeExceptionally(new AssertionError("It ended before it was ready:\n" + said));
        } catch (IOException broken) {
            ready.completeExceptionally(broken);
        }
    }

    /** Where its API is. */
    public URI api() {
        return api;
    }

    public ApiClient client(String owner) {
        return new ApiClient(api, owner);
    }

    /** The folder of an owner's files. */
    public Path files(String owner) {
        return folder.resolve("files").resolve(owner);
    }

    /** What it has said on standard error so far. */
    public String log() {
        return log(folder);
    }

    static String log(Path folder) {
        try {
            return Files.readString(folder.resolve("stderr.txt"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** kill -9, and waits until it is gone. Its embedded database lives on. */
    public void kill() {
        process.destroyForcibly();
        exitCode();
    }

    /** SIGSTOP: it stands still, and nobody is told. */
    public void freeze() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void thaw() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            int exit = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (exit != 0) throw new AssertionError("kill -" + name + ": " + exit);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /** Waits until it has ended by itself; returns the exit code. */
    public int awaitEnd() {
        return exitCode();
    }

    /** SIGTERM; returns the exit code. */
    public int end() {
        process.destroy();
        return exitCode();
    }

    private int exitCode() {
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS))
                throw new AssertionError("It does not end: " + log() + threads());
            return process.exitValue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /** What each of its threads does. */
    private String threads() {
        String jstack =
                Path.of(System.getProperty("java.home"), "bin", "jstack").toString();
        try {
            Process dump = new ProcessBuilder(jstack, Long.toString(process.pid()))
                    .redirectErrorStream(true)
                    .start();
            return new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException missing) {
            return missing.toString();
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) end();
    }
}
