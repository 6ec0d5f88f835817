package io.longhaul.transfer;

import io.longhaul.entity.Admission;
import io.longhaul.entity.Transfers;
import io.longhaul.job.Job;
import io.longhaul.job.JobId;
import io.longhaul.job.JobOptions;
import io.longhaul.job.JobSpec;
import io.longhaul.job.JobTimes;
import io.longhaul.job.Owner;
import io.longhaul.job.Priority;
import io.longhaul.job.Suspended;
import io.longhaul.job.TransferReport;
import io.longhaul.job.file.ByteRange;
import io.longhaul.job.file.FileSource;
import io.longhaul.job.file.JobFile;
import io.longhaul.job.http.HttpOptions;
import io.longhaul.job.http.ProxySettings;
import io.longhaul.job.http.ProxyUsage;
import io.longhaul.job.http.RedirectPolicy;
import io.longhaul.job.http.SecurityFlag;
import io.longhaul.testkit.FakePolicies;
import io.longhaul.testkit.FakeSecrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** An engine over a store in a folder of the test, and jobs for it. What a run reports goes back into the job, as a job's actor would do. */
final class Bench implements AutoCloseable {
    static final Owner ALICE = new Owner("alice");
    static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");

    private static final Clock AT_NOW = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final long LIMIT_SECONDS = 30;

    final Clock clock;
    final Path root;
    final LocalFiles files;
    final TransferEngine engine;
    final FakePolicies audit;
    final FakeSecrets secrets = new FakeSecrets();
    final List<String> freed = new CopyOnWriteArrayList<>();

    Bench(Path root) throws IOException {
        this(root, settings -> settings);
    }

    Bench(Path root, UnaryOperator<Settings> change) throws IOException {
        this(root, change, Throttles.none());
    }

    Bench(Path root, UnaryOperator<Settings> change, Throttles throttles) throws IOException {
        this(root, change, throttles, Network.ofMachine());
    }

    Bench(Path root, UnaryOperator<Settings> change, Throttles throttles, Network network) throws IOException {
        this(new StoreFolders(root), change, throttles, network, AT_NOW);
    }

    /** One for which it is today, as it is for certificates. */
    static Bench ofToday(Path root, UnaryOperator<Settings> change) throws IOException {
        return new Bench(new StoreFolders(root), change, Throttles.none(), Network.ofMachine(), Clock.systemUTC());
    }

    /** On a disk of the test's. */
    Bench(Path root, UnaryOperator<Settings> change, OpenFolder.Disk disk) throws IOException {
        this(new StoreFolders(root, disk), change, Throttles.none(), Network.ofMachine(), AT_NOW);
    }

    private Bench(
            StoreFolders folders, UnaryOperator<Settings> change, Throttles throttles, Network network, Clock clock)
            throws IOException {
        this.clock = clock;
        this.audit = new FakePolicies(clock, List::of);
        this.root = folders.root();
        this.files = new LocalFiles(folders, clock);
        this.engine = new TransferEngine(
                change.apply(new Settings()).build(root),
                files,
                secrets,
                clock,
                (queue, host) -> freed.add(queue + "@" + host),
                throttles,
                network,
                new RefusedAddresses(audit, clock));
    }

    /** The settings of a test: limits are short enough to wait for and long enough for a slow machine. */
    static final class Settings {
        Duration connect = Duration.ofSeconds(5);
        Duration response = Duration.ofSeconds(5);
        Duration stall = Duration.ofSeconds(5);
        int redirects = 10;
        long checkpointBytes = 8 << 20;
        Duration checkpointInterval = Duration.ofSeconds(5);
        boolean directIo = true;
        int perHost = 32;
        int slots = 64;
        Path trusted;
        List<String> allowed;
        Long maxFileSize;

        TransferSettings build(Path root) {
            return new TransferSettings(
                    connect,
                    response,
                    stall,
                    redirects,
                    checkpointBytes,
                    checkpointInterval,
                    directIo,
                    perHost,
                    slots,
                    trusted,
                    allowed,
                    root,
                    maxFileSize,
                    "Longhaul/test",
                    Proxies.NONE,
                    Proxies.NONE,
                    null,
                    null);
        }
    }

    /** What of a job matters here. */
    static final class Draft {
        final List<FileSource> sources = new ArrayList<>();
        Long maxDownloadBytes;
        boolean requireRanges;
        Long bandwidth;
        Map<String, String> headers = Map.of();
        ProxySettings proxy = ProxySettings.PRECONFIG;
        RedirectPolicy redirects = RedirectPolicy.ALLOW_SILENT;
        final List<JobOptions.Mode> modes = new ArrayList<>();
        final List<SecurityFlag> flags = new ArrayList<>();

        Draft with(SecurityFlag flag) {
            flags.add(flag);
            return this;
        }

        Draft with(JobOptions.Mode mode) {
            modes.add(mode);
            return this;
        }

        Draft by(String proxies) {
            proxy = new ProxySettings(ProxyUsage.OVERRIDE, proxies, null);
            return this;
        }

        Draft file(String url, String localName) {
            return file(url, localName, null);
        }

        Draft file(String url, String localName, String sha256, ByteRange... ranges) {
            sources.add(new FileSource(url, localName, List.of(ranges), sha256));
            return this;
        }

        Job job() {
            List<JobFile> files = new ArrayList<>();
            for (FileSource source : sources) files.add(JobFile.fresh(files.size(), source, ALICE));
            JobSpec spec = new JobSpec(
                    ALICE,
                    "default",
                    "test",
                    "",
                    JobSpec.JobType.DOWNLOAD,
                    Priority.NORMAL,
                    Collections.emptySortedMap(),
                    Duration.ofMinutes(10),
                    Duration.ofDays(14),
                    Duration.ofDays(90),
                    Duration.ofDays(90),
                    maxDownloadBytes,
                    requireRanges,
                    bandwidth,
                    new TreeMap<>(headers),
                    null,
                    new JobOptions(modes, List.of(), List.of(), null),
                    new HttpOptions(proxy, flags, redirects, "GET", List.of(), false, null, null));
            return Bench.with(new JobId(UUID.randomUUID()), spec, files, 1);
        }
    }

    static Draft draft() {
        return new Draft();
    }

    static Job job(String url, String localName) {
        return draft().file(url, localName).job();
    }

    static Job with(JobId id, JobSpec spec, List<JobFile> files, long lastRun) {
        return with(id, spec, files, lastRun, null);
    }

    /** The same, with runs that ended unheard. */
    static Job withLeftovers(Job job, List<JobFile> files) {
        return with(job.id(), job.spec(), files, job.lastRun(), true);
    }

    private static Job with(JobId id, JobSpec spec, List<JobFile> files, long lastRun, Boolean leftovers) {
        return new Job(
                id,
                1,
                spec,
                files,
                new Suspended(NOW),
                new JobTimes(NOW, NOW, NOW, null),
                lastRun,
                lastRun,
                0,
                null,
                Duration.ZERO,
                true,
                null,
                List.of(),
                null,
                leftovers);
    }

    static Job withFile(Job job, JobFile file) {
        List<JobFile> files = new ArrayList<>(job.files());
        files.set(file.index(), file);
        return with(job.id(), job.spec(), files, job.lastRun());
    }

    /** The job after what the run told. */
    static Job after(Job job, List<TransferReport> reports) {
        Job next = job;
        for (TransferReport report : reports) {
            switch (report) {
                case TransferReport.FileOpened it ->
                    next = withFile(
                            next,
                            next.files().get(it.fileIndex()).opened(it.version(), it.bytesTotal(), it.resumable()));
                case TransferReport.Checkpointed it ->
                    next = withFile(next, next.files().get(it.fileIndex()).held(it.bytes(), it.run()));
                case TransferReport.PieceCheckpointed it ->
                    next = withFile(next, next.files().get(it.fileIndex()).holding(it.piece(), it.run()));
                case TransferReport.Redirected it ->
                    next = withFile(next, next.files().get(it.fileIndex()).renamed(it.remoteName()));
                case TransferReport.FileRestarted it ->
                    next = withFile(next, next.files().get(it.fileIndex()).restarted());
                case TransferReport.FileFinished it ->
                    next = withFile(
                            next,
                            next.files()
                                    .get(it.fileIndex())
                                    .asTransferred(it.version(), it.bytes(), it.run(), it.resumable()));
                default -> {}
            }
        }
        return next;
    }

    /** Starts run 1. */
    Ran start(Job job) {
        return start(job, 1);
    }

    Ran start(Job job, long number) {
        return start(engine, job, number);
    }

    /** By the engine, or by what stands before it. */
    Ran start(Transfers transfers, Job job, long number) {
        Ran ran = new Ran(job, number);
        Admission.Admitted permit = (Admission.Admitted) transfers.admit(
                "default",
                job.spec().priority(),
                job.files().getFirst().source().host(),
                false);
        ran.run = transfers.start(job, number, permit, ran);
        return ran;
    }

    /** Runs it to its end. */
    Ran run(Job job) {
        return start(job).awaitEnd();
    }

    Ran run(Job job, long number) {
        return start(job, number).awaitEnd();
    }

    /** What the audit was told, the oldest first. */
    List<String> audited() {
        return audit.lines().stream()
                .map(line -> line.by() + " " + line.action() + " " + line.subject())
                .toList();
    }

    /** The names in the owner's folder, and below it. */
    List<String> names() {
        Path folder = root.resolve("alice");
        if (!Files.isDirectory(folder)) return List.of();
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile)
                    .map(path -> folder.relativize(path).toString())
                    .sorted()
                    .toList();
        } catch (IOException problem) {
            throw new AssertionError(problem);
        }
    }

    Path temporary() {
        return root.resolve("alice")
                .resolve(names().stream()
                        .filter(name -> name.contains("BIT-"))
                        .findFirst()
                        .orElseThrow());
    }

    @Override
    public void close() {
        engine.close();
        files.close();
    }

    /** A run and its reports. */
    static final class Ran implements Consumer<List<TransferReport>> {
        private final Job job;
        final long number;
        Transfers.Run run;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition news = lock.newCondition();
        private final List<TransferReport> reports = new ArrayList<>();
        private final List<List<TransferReport>> batches = new ArrayList<>();
        private volatile boolean over;

        Ran(Job job, long number) {
            this.job = job;
            this.number = number;
        }

        @Override
        public void accept(List<TransferReport> batch) {
            lock.lock();
            try {
                if (over) throw new AssertionError("A report after the end: " + batch);
                batches.add(batch);
                reports.addAll(batch);
                news.signalAll();
            } finally {
                lock.unlock();
            }
        }

        Ran awaitEnd() {
            try {
                run.ended().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
                over = true;
                return this;
            } catch (Exception problem) {
                throw new AssertionError("The run does not end; it told " + reports(), problem);
            }
        }

        Ran stop() {
            run.stop();
            return awaitEnd();
        }

        /** Waits for a report of that kind for which the condition holds. */
        <T extends TransferReport> T await(Class<T> kind, Predicate<T> condition) {
            lock.lock();
            try {
                long left = TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
                while (true) {
                    for (TransferReport report : reports)
                        if (kind.isInstance(report) && condition.test(kind.cast(report))) return kind.cast(report);
                    if (left <= 0) throw new AssertionError("No such " + kind.getSimpleName() + " in " + reports);
                    left = news.awaitNanos(left);
                }
            } catch (InterruptedException end) {
                throw new AssertionError(end);
            } finally {
                lock.unlock();
            }
        }

        List<TransferReport> reports() {
            lock.lock();
            try {
                return List.copyOf(reports);
            } finally {
                lock.unlock();
            }
        }

        List<List<TransferReport>> batches() {
            lock.lock();
            try {
                return List.copyOf(batches);
            } finally {
                lock.unlock();
            }
        }

        <T extends TransferReport> List<T> all(Class<T> kind) {
            return reports().stream().filter(kind::isInstance).map(kind::cast).toList();
        }

        boolean isDone() {
            return !all(TransferReport.RunDone.class).isEmpty();
        }

        TransferReport.RunFailed failure() {
            List<TransferReport.RunFailed> failures = all(TransferReport.RunFailed.class);
            if (failures.size() != 1) throw new AssertionError("Not one failure: " + reports());
            return failures.getFirst();
        }

        /** The job after what it told so far. */
        Job jobNow() {
            return Bench.after(job, reports());
        }

        JobFile fileNow() {
            return jobNow().files().getFirst();
        }
    }
}
