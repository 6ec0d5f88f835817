package io.longhaul.comparison;

import io.longhaul.bench.Load;
import io.longhaul.bench.NodeApi;
import io.longhaul.bench.Progress;
import io.longhaul.bench.Workload;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What it takes to hold many slow transfers at once. */
@Command(name = "slow", description = "Memory of many slow transfers at once, against aria2 and curl.")
final class Slow implements Callable<Integer> {
    private static final int BYTES_PER_SECOND = 10 * 1024;
    private static final long BYTES = 3600L * BYTES_PER_SECOND;
    /** curl takes no more in parallel. */
    private static final int CURL_AT_ONCE = 250;

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration SETTLING = Duration.ofSeconds(10);

    @Mixin
    private Rounds rounds;

    @Option(names = "--transfers", defaultValue = "1000")
    private int transfers;

    @Option(names = "--heap", defaultValue = "128m", description = "The node's -Xmx.")
    private String heap;

    @Override
    public Integer call() throws Exception {
        Path origin = Folders.empty(rounds.folder().resolve("origin"));
        try (var file = new RandomAccessFile(origin.resolve("slow.bin").toFile(), "rw")) {
            file.setLength(BYTES);
        }
        String limit = "limit_rate " + BYTES_PER_SECOND + ";";
        try (FileServer server = FileServer.nginx(FileServer.nginx(), origin, limit, "")) {
            String settings = "%,d transfers at once from %s, 10 KiB/s each; -Xmx%s."
                    .formatted(transfers, server.name(), heap);
            new Comparison("slow", settings, rounds.folder(), contenders(server)).run(rounds.number());
        }
        return 0;
    }

    private List<Contender> contenders(FileServer server) throws Exception {
        List<Contender> all = new ArrayList<>();
        all.add(Contender.of(BenchNode.version(), folder -> longhaul(folder, server)));
        Optional<Aria2> aria2 = Aria2.installed();
        if (aria2.isPresent()) all.add(Contender.of(aria2.get().name(), folder -> aria2(aria2.get(), folder, server)));
        if (Processes.installed("curl").isPresent()) {
            String version = Processes.firstLine("curl", "--version").replaceFirst("^curl (\\S+).*", "curl $1");
            all.add(Contender.of(version + " -Z, " + CURL_AT_ONCE + " in a process", folder -> curl(folder, server)));
        }
        return all;
    }

    private Figures longhaul(Path folder, FileServer server) throws Exception {
        try (BenchNode node = BenchNode.start(
                        folder,
                        "-Xmx" + heap,
                        "-Dlonghaul.scheduler.slots-per-node=" + transfers,
                        "-Dlonghaul.scheduler.background-slots=" + transfers,
                        "-Dlonghaul.transfer.connections-per-host=" + transfers);
                NodeApi api = node.as("bench")) {
            double before = Processes.residentMib(node.pid());
            var workload = new Workload("run", "bench", Optional.empty(), server.url("/slow.bin"), 1, true);
            Load.run(api, workload, transfers, 1, Load.Until.ACCEPTED, Progress.NONE);
            await(() -> api.get("/v1/stats").path("transfersRunning").asLong());
            double resident = Processes.residentMib(node.pid());
            Figures figures = figures(resident, before)
                    .less("resident, PostgreSQL, MiB", Processes.proportionalMib(node.postgres()));
            api.post("/v1/jobs/cancel?" + workload.filter());
            return figures;
        }
    }

    private Figures aria2(Aria2 aria2, Path folder, FileServer server) throws Exception {
        Path list = Aria2.list(folder, server.url("/slow.bin"), transfers);
        return external(folder, server, List.of(aria2.command(list, transfers)));
    }

    private Figures curl(Path folder, FileServer server) throws Exception {
        List<List<String>> commands = new ArrayList<>();
        for (int from = 0; from < transfers; from += CURL_AT_ONCE) {
            var config = new StringBuilder("silent\nparallel-immediate\nparallel-max = " + CURL_AT_ONCE + "\n");
            for (int file = from; file < Math.min(transfers, from + CURL_AT_ONCE); file++) {
                config.append(
                        "url = \"%s\"%noutput = \"%s/%d.bin\"%n".formatted(server.url("/slow.bin"), folder, file));
            }
            Path file = Files.writeString(folder.resolve("curl-" + from), config);
            commands.add(List.of("curl", "--parallel", "--config", file.toString()));
        }
        return external(folder, server, commands);
    }

    private Figures external(Path folder, FileServer server, List<List<String>> commands) throws Exception {
        List<Process> running = new ArrayList<>();
        long served = server.requests();
        try {
            for (List<String> command : commands) running.add(Processes.start(folder, command));
            await(() -> requests(server) - served);
            return figures(
                    Processes.proportionalMib(running.stream().map(Process::pid).toList()), 0);
        } finally {
            for (Process process : running) process.destroyForcibly().waitFor();
        }
    }

    private static long requests(FileServer server) {
        try {
            return server.requests();
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Until all run, and a little longer. */
    private void await(LongSupplier running) {
        long startedAt = System.nanoTime();
        while (running.getAsLong() < transfers) {
            if (System.nanoTime() - startedAt > PATIENCE.toNanos())
                throw new IllegalStateException("Only " + running.getAsLong() + " run");
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
        LockSupport.parkNanos(SETTLING.toNanos());
    }

    private Figures figures(double resident, double before) {
        return Figures.none()
                .less("resident, MiB", resident)
                .less("resident for each transfer, KiB", (resident - before) * 1024 / transfers);
    }
}
