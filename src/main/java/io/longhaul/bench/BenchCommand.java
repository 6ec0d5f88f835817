package io.longhaul.bench;

import java.io.PrintWriter;
import java.net.URI;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code longhaul bench}: how fast a running node is done with jobs. */
@Command(
        name = "bench",
        description = "Queues jobs at a running node, waits until they are done, and tells how fast that was.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:every job was done", "1:a job was refused or failed, or the node cannot be used"})
public final class BenchCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final long DEFAULT_SIZE = 10 * 1024;
    private static final int MOST_CONNECTIONS = 64;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--api",
            defaultValue = "http://127.0.0.1:8080",
            description = "The node's API (default: ${DEFAULT-VALUE}).")
    private URI api = URI.create("http://127.0.0.1:8080");

    @Option(names = "--jobs", defaultValue = "10000", description = "How many jobs (default: ${DEFAULT-VALUE}).")
    private long jobs;

    @Option(
            names = "--url-template",
            description = "Where the files are; %%d stands for a file's number, from 0. "
                    + "Without it this command serves them itself, on loopback.")
    private @Nullable String urlTemplate;

    @Option(
            names = "--files",
            description = "How many files there are, which the jobs take in turns (default: one a job).")
    private @Nullable Long files;

    @Option(
            names = "--size",
            description = "How long the files are that this command serves, in bytes (default: 10240).")
    private @Nullable Long size;

    @Option(names = "--queue", description = "The queue for the jobs (default: one of the run's own).")
    private @Nullable String queue;

    @Option(
            names = "--owner",
            defaultValue = "bench",
            description = "The owner of the jobs (default: ${DEFAULT-VALUE}).")
    private String owner = "bench";

    @Option(
            names = "--batch-connections",
            defaultValue = "1",
            description = "How many batches create the jobs at the same time (default: ${DEFAULT-VALUE}).")
    private int batchConnections;

    @Option(
            names = "--complete",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Complete the jobs when they are transferred, or leave them TRANSFERRED (default: complete).")
    private boolean complete;

    @Override
    public Integer call() {
        check();
        if (urlTemplate != null) return run(urlTemplate);
        try (LoopbackOrigin origin = LoopbackOrigin.start(size == null ? DEFAULT_SIZE : size)) {
            return run(origin.url());
        }
    }

    private void check() {
        atLeastOne("--jobs", jobs);
        if (files != null) atLeastOne("--files", files);
        if (size != null && size < 0) throw refused("--size must not be negative, but is " + size + ".");
        if (size != null && urlTemplate != null)
            throw refused("--size is for files that this command serves, and --url-template names others.");
        if (batchConnections < 1 || batchConnections > MOST_CONNECTIONS)
            throw refused(
                    "--batch-connections must be 1 to " + MOST_CONNECTIONS + ", but is " + batchConnections + ".");
        if (!"http".equals(api.getScheme()) && !"https".equals(api.getScheme()))
            throw refused("--api must be a URL as http://127.0.0.1:8080, but is " + api + ".");
    }

    private void atLeastOne(String option, long value) {
        if (value < 1) throw refused(option + " must be at least 1, but is " + value + ".");
    }

    private ParameterException refused(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }

    private int run(String template) {
        PrintWriter out = spec.commandLine().getOut();
        String name = "bench-" + HexFormat.of().toHexDigits(new SecureRandom().nextInt());
        var workload =
                new Workload(name, owner, Optional.ofNullable(queue), template, files == null ? jobs : files, true);
        Progress progress =
                CommandLine.Help.Ansi.AUTO.enabled() ? new TerminalProgress() : new LineProgress(out, System::nanoTime);
        Thread whenStopped = new Thread(() -> tellWhatIsLeft(workload), "bench-stopped");
        try (var node = new NodeApi(api, owner)) {
            node.get("/v1/stats"); // where it is not there nothing is left
            Runtime.getRuntime().addShutdownHook(whenStopped);
            Load.Result result = Load.run(
                    node,
                    workload,
                    jobs,
                    batchConnections,
                    complete ? Load.Until.COMPLETED : Load.Until.TRANSFERRED,
                    progress);
            Runtime.getRuntime().removeShutdownHook(whenStopped);
            out.print(Summary.of(workload, result, complete));
            out.flush();
            return result.failed() ? FAILED : 0;
        } catch (LoadException failed) {
            progress.end();
            throw failed; // and the hook tells what is left
        }
    }

    /** The run ended before its jobs did: by Ctrl-C, or because the node went away. */
    private static void tellWhatIsLeft(Workload workload) {
        System.err.printf(
                "%nThe run was ended; what it created stays at the node. GET /v1/jobs?%1$s lists these jobs,"
                        + " POST /v1/jobs/cancel?%1$s cancels those that are not done.%n",
                workload.filter());
    }
}
