package io.longhaul.ops;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL of the node's own, below its data folder: a real server process that listens on loopback only, keeps its
 * data over restarts and writes durably. It outlives a JVM that was killed; the next start ends that one first. Where it
 * ends by itself, killed by somebody or for want of memory, it is started again, at the same address.
 *
 * <p>There is no shutdown hook here: who opens it closes it, once nobody uses it any more.
 */
final class EmbeddedDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
    private static final String USER = "longhaul";
    /** After a kill, a start first replays the write-ahead log. */
    private static final Duration START = Duration.ofMinutes(5);

    private static final Duration FAST_STOP = Duration.ofSeconds(30);
    private static final Duration IMMEDIATE_STOP = Duration.ofSeconds(10);
    private static final int PORT_ATTEMPTS = 3;

    private static final Duration LOOKS_EVERY = Duration.ofSeconds(1);

    /** Between attempts to start it again, each pause twice as long as the one before, up to this. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);

    /** The lines of a program's output that say why it failed. */
    private static final Pattern LOUD = Pattern.compile("(?:FATAL:|DETAIL:|error:|^unshare:) +(.*?)\\.?$");

    /** How the files end that a program writes to. */
    private static final String OUTPUT = ".out";

    private static final boolean IS_LINUX = Files.exists(Path.of("/proc/self"));

    private final Path folder;
    private final Path programs;
    private final Path data;
    private final String password;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("embedded-database").unstarted(task));

    private int port;

    /** These are guarded by this. */
    private @Nullable ProcessHandle server;

    private Duration pause = LOOKS_EVERY;

    private EmbeddedDatabase(Path folder, Path programs) throws IOException {
        this.folder = folder;
        this.programs = programs;
        this.data = folder.resolve("data");
        this.password = passwordIn(folder.resolve("password"));
    }

    /** Starts the server of this folder, which the caller holds the lock of; creates it the first time. */
    static EmbeddedDatabase start(Path folder, Path binaries) {
        try {
            // First of all: the programs may be below it, and would make it a folder that anybody reads.
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path programs = PostgresPrograms.unpackedBelow(binaries);
            deleteOutputs(folder);
            var database = new EmbeddedDatabase(folder, programs);
            database.create();
            database.endLeftover();
            database.start();
            database.lookIn(LOOKS_EVERY);
            return database;
        } catch (IOException failed) {
            throw new StartupException(
                    "The embedded PostgreSQL in " + folder + " cannot be started: " + failed + ".", failed);
        }
    }

    Settings.External connection() {
        return new Settings.External(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres", Optional.of(USER), Optional.of(password));
    }

    /** The same for other processes, which find the password in its file. */
    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=" + USER;
    }

    /** Ends the server in an orderly way: clients are sent away, everything is written, nothing is left to replay. */
    @Override
    public void close() {
        watch.shutdownNow(); // should it be starting the server again, it waits no longer
        end();
    }

    private synchronized void end() {
        try {
            Path pidFile = data.resolve("postmaster.pid");
            if (Files.exists(pidFile) && !hasEnded(pidIn(pidFile))) stop();
        } catch (IOException | StartupException failed) {
            LOG.warn(
                    "The embedded PostgreSQL in {} did not end, the next start will end it: {}",
                    folder,
                    failed.toString());
        }
    }

    /** Any user of this machine can reach a loopback port; only this node knows the password. */
    private static String passwordIn(Path file) throws IOException {
        if (Files.exists(file)) return Files.readString(file).strip();
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        Path unfinished = file.resolveSibling("password.new");
        Files.deleteIfExists(unfinished);
        Files.createFile(
                unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(unfinished, password + "\n");
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        return password;
    }

    /** Into a folder of its own, then renamed: a start that is cut off leaves no half of a database. */
    private void create() throws IOException {
        if (Files.isDirectory(data)) return;
        Path unfinished = folder.resolve("data.new");
        deleteTree(unfinished);
        Output output = run(
                Duration.ofMinutes(2),
                "initdb",
                "--pgdata=" + unfinished,
                "--username=" + USER,
                "--pwfile=" + folder.resolve("password"),
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--data-checksums");
        if (output.exitCode() != 0) throw refused("created", output.text());
        Files.move(unfinished, data, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The server of a node that was killed still runs and holds the folder. */
    private void endLeftover() throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) return;
        long pid = pidIn(pidFile);
        if (isServerOfThisFolder(pid)) {
            LOG.info("Ending the PostgreSQL (process {}) that an earlier node left running in {}", pid, folder);
            stop();
        } else {
            // PostgreSQL itself would refuse to start where the number has gone to another process.
            Files.deleteIfExists(pidFile);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a look never fails
    private void lookIn(Duration later) {
        try {
            watch.schedule(this::look, later.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            LOG.debug("Nobody looks after the PostgreSQL in {} any more", folder);
        }
    }

    /** Starts it again if it has ended. */
    private synchronized void look() {
        Duration next = LOOKS_EVERY;
        try {
            if (!watch.isShutdown() && server != null && hasEnded(server)) {
                LOG.warn("The PostgreSQL in {} has ended by itself, and is started again", folder);
                startAgain();
                LOG.info("The PostgreSQL in {} runs again", folder);
            }
            pause = LOOKS_EVERY;
        } catch (IOException | RuntimeException failed) {
            if (!watch.isShutdown())
                LOG.error(
                        "{} That is tried anew in {} s",
                        failed instanceof StartupException ? failed.getMessage() : failed + ".",
                        pause.toSeconds());
            next = pause;
            Duration longer = pause.multipliedBy(2);
            pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
        }
        lookIn(next);
    }

    /** At its address, which the node goes on to call. */
    private void startAgain() throws IOException {
        endLeftover();
        endOrphans();
        Output output = launch();
        if (output.exitCode() != 0) throw refused("started", output.text());
        server = runningServer();
    }

    /** The processes of a server that was killed: as long as one of them works in the folder PostgreSQL does not start there. */
    private void endOrphans() {
        if (!IS_LINUX) return; // nothing tells there whose they are; they end by themselves
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            try {
                if (isServerOfThisFolder(process.pid())) process.destroy();
            } catch (IOException ended) {
                LOG.debug("Process {} has just ended", process.pid(), ended);
            }
        }
    }

    private @Nullable ProcessHandle runningServer() throws IOException {
        return ProcessHandle.of(pidIn(data.resolve("postmaster.pid"))).orElse(null);
    }

    private static long pidIn(Path pidFile) throws IOException {
        try {
            return Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
        } catch (java.util.NoSuchElementException | NumberFormatException notWrittenYet) {
            return -1; // no process has it
        }
    }

    private boolean isServerOfThisFolder(long pid) throws IOException {
        if (hasEnded(pid)) return false;
        if (!IS_LINUX) { // there the name has to do
            return ProcessHandle.of(pid)
                    .flatMap(process -> process.info().command())
                    .orElse("postgres")
                    .endsWith("postgres");
        }
        Path proc = Path.of("/proc", Long.toString(pid));
        try {
            boolean isServer = Files.readAllLines(proc.resolve("status")).contains("Name:\tpostgres");
            // A server works inside its data folder.
            return isServer && Files.isSameFile(proc.resolve("cwd"), data);
        } catch (NoSuchFileException endedMeanwhile) {
            return false;
        } catch (AccessDeniedException ofAnotherUser) {
            return false;
        }
    }

    private static boolean hasEnded(long pid) {
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        return process.isEmpty() || hasEnded(process.get());
    }

    private static boolean hasEnded(ProcessHandle process) {
        if (!process.isAlive()) return true;
        if (!IS_LINUX) return false;
        try {
            // One that has ended and whose parent has not looked yet still has its number.
            return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                    .anyMatch(line -> line.matches("State:\t[ZX].*"));
        } catch (IOException endedMeanwhile) {
            return !process.isAlive();
        }
    }

    private synchronized void start() throws IOException {
        for (int attempt = 1; ; attempt++) {
            port = freePort();
            Files.writeString(data.resolve("postgresql.conf"), configuration());
            Output output = launch();
            if (output.exitCode() == 0) break;
            boolean portWasTaken = output.text().contains("could not bind");
            if (!portWasTaken || attempt == PORT_ATTEMPTS) throw refused("started", output.text());
        }
        server = runningServer();
    }

    /** Starts the server as its folder says; returns when it takes connections, or with what it said instead. */
    private Output launch() throws IOException {
        Path log = folder.resolve("startup.log");
        Files.deleteIfExists(log);
        // It also takes the server out of this process's group: Ctrl-C is for the node alone.
        Output output = run(
                START.plusSeconds(10),
                "pg_ctl",
                "start",
                "--pgdata=" + data,
                "--log=" + log,
                "--silent",
                "--wait",
                "--timeout=" + START.toSeconds());
        return new Output(output.exitCode(), output.text() + (Files.exists(log) ? Files.readString(log) : ""));
    }

    private void stop() throws IOException {
        if (stop("fast", FAST_STOP) != 0 && stop("immediate", IMMEDIATE_STOP) != 0) {
            throw new StartupException("The PostgreSQL that runs in " + folder + " cannot be ended.");
        }
    }

    private int stop(String mode, Duration patience) throws IOException {
        return run(
                        patience.plusSeconds(5),
                        "pg_ctl",
                        "stop",
                        "--pgdata=" + data,
                        "--mode=" + mode,
                        "--silent",
                        "--wait",
                        "--timeout=" + patience.toSeconds())
                .exitCode();
    }

    private String configuration() {
        return """
                # Written by Longhaul at every start.
                listen_addresses = '127.0.0.1'
                port = %d
                unix_socket_directories = ''
                max_connections = 100
                shared_buffers = 128MB
                max_wal_size = 2GB
                # What is acknowledged has to outlive a power failure.
                fsync = on
                synchronous_commit = on
                full_page_writes = on
                password_encryption = 'scram-sha-256'
                jit = off
                timezone = 'UTC'
                log_timezone = 'UTC'
                lc_messages = 'C'
                # A week of logs, one file for each day.
                logging_collector = on
                log_directory = '%s'
                log_filename = 'postgresql-%%a.log'
                log_truncate_on_rotation = on
                log_rotation_age = 1d
                log_rotation_size = 0
                """.formatted(
                port, folder.resolve("log").toString().replace("\\", "\\\\").replace("'", "''"));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private record Output(int exitCode, String text) {}

    /** Runs one of PostgreSQL's programs to its end; its output goes by way of a file, which nobody has to wait for. */
    private Output run(Duration patience, String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (isRoot()) command.addAll(List.of("unshare", "--user")); // PostgreSQL refuses to run as root
        command.add(programs.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        Path text = Files.createTempFile(folder, program, OUTPUT);
        try {
            var builder = new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                    .redirectErrorStream(true)
                    .redirectOutput(text.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
            builder.environment().put("LC_ALL", "C");
            Process process = builder.start();
            try {
                if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS))
                    return new Output(-1, program + " did not end within " + patience.toSeconds() + " s");
                return new Output(process.exitValue(), Files.readString(text));
            } finally {
                process.destroyForcibly(); // nobody waits for it any more
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StartupException("Waiting for " + program + " was interrupted.", interrupted);
        } finally {
            Files.deleteIfExists(text);
        }
    }

    /** Of programs whose node was killed while it waited for them. */
    private static void deleteOutputs(Path folder) throws IOException {
        try (var outputs = Files.newDirectoryStream(folder, "{initdb,pg_ctl}*" + OUTPUT)) {
            for (Path output : outputs) Files.deleteIfExists(output);
        }
    }

    private static boolean isRoot() throws IOException {
        Path self = Path.of("/proc/self");
        return Files.exists(self) && Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid"));
    }

    private StartupException refused(String what, String said) {
        String reason = said.lines()
                .map(LOUD::matcher)
                .filter(Matcher::find)
                .map(line -> line.group(1))
                .collect(Collectors.joining("; "));
        if (reason.isEmpty()) reason = said.strip().replaceAll("\\s*[\\r\\n]+\\s*", " | ");
        return new StartupException("The embedded PostgreSQL in " + folder + " cannot be " + what + ": " + reason
                + (said.contains("unshare: ") ? " (as an ordinary user it can; " : " (")
                + "longhaul.database.url takes another one).");
    }

    private static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
