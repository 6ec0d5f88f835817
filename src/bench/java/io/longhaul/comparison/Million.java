package io.longhaul.comparison;

import io.longhaul.bench.Load;
import io.longhaul.bench.NodeApi;
import io.longhaul.bench.Progress;
import io.longhaul.bench.Workload;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a node with very many queued jobs takes, and what it still does. */
@Command(name = "million", description = "A node with a million queued jobs, beside one with a thousand, and aria2.")
final class Million implements Callable<Integer> {
    /** As G1 and ZGC tell it, and as Shenandoah does. */
    private static final Pattern USED =
            Pattern.compile("(?:garbage-first heap.*|ZHeap +)used (\\d+)([KM])|(\\d+)([KM]) used");

    private static final long ENOUGH_TO_DIVIDE = 10_000;
    private static final Duration PATIENCE = Duration.ofHours(1);
    private static final Duration GLANCE = Duration.ofMillis(20);

    @Mixin
    private Rounds rounds;

    @Option(names = "--jobs", defaultValue = "1000000")
    private long jobs;

    @Option(names = "--few", defaultValue = "1000", description = "Jobs that are compared with; no fewer than run.")
    private long few;

    @Option(names = "--warm-up", defaultValue = "100000", description = "Jobs that run before it is measured.")
    private long warmUp;

    @Option(names = "--seconds", defaultValue = "30", description = "Seconds that jobs run while it is measured.")
    private int seconds;

    @Option(names = "--rate", defaultValue = "1000", description = "Jobs a second that run while calls are timed.")
    private int rate;

    @Option(names = "--heap", defaultValue = "512m", description = "The node's -Xmx.")
    private String heap;

    @Option(
            names = "--java",
            defaultValue = "-XX:MaxGCPauseMillis=10",
            description = "More options for the node's JVM; those of the image unless told.")
    private List<String> java;

    @Override
    public Integer call() throws Exception {
        Path origin = Folders.empty(rounds.folder().resolve("origin"));
        FileServer.nginx();
        try (FileServer server = FileServer.small(origin)) {
            List<Contender> all = new ArrayList<>();
            String version = BenchNode.version();
            all.add(Contender.of("%s, %,d queued".formatted(version, jobs), folder -> longhaul(folder, server, jobs)));
            all.add(Contender.of("%s, %,d queued".formatted(version, few), folder -> longhaul(folder, server, few)));
            Optional<Aria2> aria2 = Aria2.installed();
            if (aria2.isPresent())
                all.add(Contender.of(
                        "%s, %,d paused".formatted(aria2.get().name(), jobs),
                        folder -> aria2(aria2.get(), folder, server)));
            String settings =
                    "Jobs with one file of 10 KiB from %s; %s; %,d run to warm up, %d s measured; calls beside %,d jobs/s."
                            .formatted(server.name(), String.join(" ", options()), warmUp, seconds, rate);
            new Comparison("million", settings, rounds.folder(), all).run(rounds.number());
        }
        return 0;
    }

    private String[] options() {
        return Stream.concat(Stream.of("-Xmx" + heap), java.stream()).toArray(String[]::new);
    }

    private Figures longhaul(Path folder, FileServer server, long queued) throws Exception {
        var workload = new Workload(
                "run", "bench", Optional.empty(), server.url(FileServer.SMALL), FileServer.SMALL_FILES, true);
        Figures figures = Figures.none();
        try (BenchNode node = BenchNode.start(folder, options());
                NodeApi api = node.as("bench")) {
            api.post("/v1/owners/bench/logoff");
            double heapBefore = heapMib(node);
            Load.Result created = Load.run(api, workload, queued, 1, Load.Until.ACCEPTED, Progress.NONE);
            if (created.accepted() != queued) throw new IllegalStateException("Refused: " + created.firstRefusal());
            awaitIndex(api, workload, queued);
            double heap = heapMib(node);
            figures.less("heap in use, MiB", heap);
            if (queued >= ENOUGH_TO_DIVIDE)
                figures.less("heap for each queued job, bytes", (heap - heapBefore) * 1024 * 1024 / queued);
            figures.less("resident, program, MiB", Processes.residentMib(node.pid()))
                    .less("resident, PostgreSQL, MiB", Processes.proportionalMib(node.postgres()));
            vacuum(node);
            api.post("/v1/owners/bench/logon"); // what runs from here to the end is what the next start goes on with
        }
        long served = server.requests();
        long startedAt = System.nanoTime();
        try (BenchNode node = BenchNode.start(folder, options());
                NodeApi api = node.as("bench")) {
            await(() -> server.requests() > served);
            figures.less("start until the first download, s", Processes.seconds(startedAt))
                    .less("start until ready, s", node.secondsToStart());
            work(figures, server, node, api, workload);
            call(figures, server, api, workload);
            figures.less("resident while jobs run, program, MiB", Processes.residentMib(node.pid()))
                    .less("resident while jobs run, PostgreSQL, MiB", Processes.proportionalMib(node.postgres()));
        }
        return figures;
    }

    /** Lets jobs run, and as many as run are queued again. */
    private void work(Figures figures, FileServer server, BenchNode node, NodeApi api, Workload workload)
            throws Exception {
        Feeder feeder = new Feeder(server, api, workload);
        long begun = server.requests();
        feeder.feed(() -> server.requests() - begun < warmUp);
        long served = server.requests();
        Cpu before = node.cpu();
        long startedAt = System.nanoTime();
        feeder.feed(() -> Processes.seconds(startedAt) < seconds);
        long ran = server.requests() - served;
        figures.more("jobs/s", ran / Processes.seconds(startedAt));
        node.cpu().minus(before).addTo(figures, ran);
    }

    /** Asks for this and that while jobs of another owner come and run at a given rate; the many stay where they are. */
    private void call(Figures figures, FileServer server, NodeApi api, Workload many) throws Exception {
        String one = api.get("/v1/jobs?limit=1&" + many.filter())
                .path("jobs")
                .path(0)
                .path("id")
                .asText();
        api.post("/v1/owners/bench/logoff");
        var others = new Workload(
                "others", "others", Optional.empty(), server.url(FileServer.SMALL), FileServer.SMALL_FILES, true);
        try (var running = new SteadyJobs(api.base(), others, rate)) {
            for (long startedAt = System.nanoTime(); Processes.seconds(startedAt) < seconds; )
                LockSupport.parkNanos(GLANCE.toNanos());
            long served = server.requests();
            long startedAt = System.nanoTime();
            List<Double> ones = new ArrayList<>();
            List<Double> pages = new ArrayList<>();
            List<Double> counts = new ArrayList<>();
            while (Processes.seconds(startedAt) < seconds) {
                ones.add(millis(api, "/v1/jobs/" + one));
                pages.add(millis(api, "/v1/jobs?limit=50&" + many.filter()));
                counts.add(millis(api, "/v1/jobs/count?" + many.filter()));
                LockSupport.parkNanos(GLANCE.toNanos());
            }
            figures.more("jobs/s beside calls", (server.requests() - served) / Processes.seconds(startedAt))
                    .less("GET of a job, 99 %, ms", percentile99(ones))
                    .less("a page of 50, 99 %, ms", percentile99(pages))
                    .less("a count, 99 %, ms", percentile99(counts));
        }
    }

    /** Keeps as many jobs queued as there were. */
    private static final class Feeder {
        private static final long LEAST = 250;

        private final FileServer server;
        private final NodeApi api;
        private final Workload workload;
        private long replaced;

        Feeder(FileServer server, NodeApi api, Workload workload) throws Exception {
            this.server = server;
            this.api = api;
            this.workload = workload;
            this.replaced = server.requests();
        }

        void feed(Condition goOn) throws Exception {
            while (goOn.holds()) {
                long lacking = server.requests() - replaced;
                if (lacking < LEAST) {
                    LockSupport.parkNanos(GLANCE.toNanos());
                    continue;
                }
                replaced += Load.run(api, workload, lacking, 1, Load.Until.ACCEPTED, Progress.NONE)
                        .accepted();
            }
        }
    }

    /** By a client that stays on its thread: others take a good part of what is measured for going from one to the next. */
    private static double millis(NodeApi api, String path) throws IOException {
        long askedAt = System.nanoTime();
        var call = (HttpURLConnection) api.base().resolve(path).toURL().openConnection();
        call.setRequestProperty("X-Longhaul-Owner", api.owner());
        try (InputStream answer = call.getInputStream()) {
            answer.readAllBytes();
        }
        return Processes.seconds(askedAt) * 1000;
    }

    static double percentile99(List<Double> all) {
        if (all.isEmpty()) return Double.NaN;
        Collections.sort(all);
        return all.get(Math.max(0, (int) Math.ceil(all.size() * 0.99) - 1));
    }

    /** The list is loaded and nothing begins. */
    private Figures aria2(Aria2 aria2, Path folder, FileServer server) throws Exception {
        Path list = Aria2.list(folder, server.url(FileServer.SMALL), jobs);
        String port = Integer.toString(FileServer.freePort());
        long startedAt = System.nanoTime();
        Process process = Processes.start(
                folder, aria2.command(list, 32, "--pause=true", "--enable-rpc", "--rpc-listen-port=" + port));
        try {
            double before = -1;
            double resident = 0;
            while (resident > before || resident == 0) {
                if (!process.isAlive()) throw new IOException("aria2 has ended");
                before = resident;
                LockSupport.parkNanos(Duration.ofSeconds(2).toNanos());
                resident = Processes.residentMib(process.pid());
            }
            return Figures.none()
                    .less("resident, program, MiB", resident)
                    .less("start until ready, s", Processes.seconds(startedAt));
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private static void awaitIndex(NodeApi api, Workload workload, long queued) throws Exception {
        await(() -> api.get("/v1/jobs/count?" + workload.filter())
                        .path("byState")
                        .path("QUEUED")
                        .asLong()
                >= queued);
    }

    /** PostgreSQL does so by itself within minutes of so many new rows, whatever else is measured at that time. */
    private static void vacuum(BenchNode node) throws IOException, SQLException {
        try (var connection = node.connect();
                var statement = connection.createStatement()) {
            statement.execute("VACUUM (ANALYZE)");
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long startedAt = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - startedAt > PATIENCE.toNanos()) throw new IOException("It never came");
            LockSupport.parkNanos(GLANCE.toNanos());
        }
    }

    /** After a collection. */
    private static double heapMib(BenchNode node) throws IOException {
        jcmd(node, "GC.run");
        Matcher used = USED.matcher(jcmd(node, "GC.heap_info"));
        if (!used.find()) throw new IOException("jcmd tells nothing of the heap");
        int number = used.group(1) == null ? 3 : 1;
        return Long.parseLong(used.group(number)) / ("K".equals(used.group(number + 1)) ? 1024.0 : 1);
    }

    private static String jcmd(BenchNode node, String command) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(node.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
