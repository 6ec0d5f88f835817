package io.longhaul.notify;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's commands: BITS's command line, but that a job only names one. Nothing that a client sends is an
 * argument; it comes by the standard input, as a webhook would read it.
 */
final class Commands {
    private static final Logger LOG = LoggerFactory.getLogger(Commands.class);

    private final Map<String, List<String>> byName;
    private final Duration timeout;

    /**
     * @param byName a program and its arguments each
     * @param timeout after which one is ended
     */
    Commands(Map<String, List<String>> byName, Duration timeout) {
        this.byName = byName;
        this.timeout = timeout;
    }

    /** What came of one. */
    record Result(boolean succeeded, String text) {}

    /**
     * Runs it, on a thread of its own. Ends in limited time and never fails.
     *
     * @param variables its environment, besides PATH
     */
    CompletionStage<Result> run(String name, Map<String, String> variables, byte[] input) {
        List<String> command = byName.get(name);
        if (command == null)
            return CompletableFuture.completedStage(
                    new Result(false, "The operator has no command " + name + " any more."));
        CompletableFuture<Result> result = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("longhaul-command")
                .start(() -> result.complete(result(name, command, variables, input)));
        return result;
    }

    private Result result(String name, List<String> command, Map<String, String> variables, byte[] input) {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD);
        String path = builder.environment().get("PATH");
        builder.environment().clear(); // ours may hold passwords
        if (path != null) builder.environment().put("PATH", path);
        builder.environment().putAll(variables);
        try {
            Process process = builder.start();
            // It may end without reading a word, or never read and never end.
            Thread.ofVirtual().start(() -> write(process, input));
            try {
                if (!process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS))
                    return new Result(false, "Command " + name + " did not end within " + timeout.toSeconds() + " s.");
                int code = process.exitValue();
                return new Result(code == 0, "Command " + name + " ended with exit code " + code + ".");
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (IOException cannot) {
            LOG.warn("Command {} cannot be started: {}", name, cannot.toString());
            return new Result(false, "Command " + name + " cannot be started.");
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            return new Result(false, "Command " + name + " was not waited for.");
        }
    }

    private static void write(Process process, byte[] input) {
        try (OutputStream to = process.getOutputStream()) {
            to.write(input);
        } catch (IOException notRead) {
            LOG.debug("A command does not read its input: {}", notRead.toString());
        }
    }
}
