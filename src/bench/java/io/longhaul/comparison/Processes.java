package io.longhaul.comparison;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** What processes take of the machine, as Linux tells it; 0 elsewhere. */
final class Processes {
    private static final double TICKS_PER_SECOND = 100;
    private static final double KIB_PER_MIB = 1024;

    private Processes() {}

    /** That program, where it is installed. */
    static Optional<String> installed(String program) {
        return Stream.concat(Arrays.stream(System.getenv("PATH").split(":")), Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    /** What a program says first. */
    static String firstLine(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return said.lines().findFirst().orElse("").strip();
    }

    /** Runs a program to its end, in that folder; what it says goes to {@code output} there. */
    static void run(Path folder, List<String> command) throws IOException, InterruptedException {
        Process process = start(folder, command);
        if (process.waitFor() != 0) {
            throw new IOException(command.getFirst() + " ended with " + process.exitValue() + ": "
                    + Files.readString(folder.resolve("output")));
        }
    }

    /** Starts a program in that folder, which ends with this one at the latest. */
    static Process start(Path folder, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
        return process;
    }

    /** The processor time that a process has taken so far, in seconds, with its children that have ended. */
    static double cpuSeconds(long pid) {
        String[] fields = statOf(pid);
        if (fields.length < 15) return 0;
        // After the name: state, parent, … utime, stime, cutime, cstime as fields 14 to 17 of proc(5)
        return Stream.of(fields[11], fields[12], fields[13], fields[14])
                        .mapToLong(Long::parseLong)
                        .sum()
                / TICKS_PER_SECOND;
    }

    /** The processor time of all programs that this one has started and that have ended, in seconds. */
    static double cpuSecondsOfEnded() {
        String[] fields = statOf(ProcessHandle.current().pid());
        return fields.length < 15 ? 0 : (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / TICKS_PER_SECOND;
    }

    /** Of everything that runs, the kernel's own threads among them, since the machine was started. */
    static double cpuSecondsOfMachine() throws IOException {
        // user nice system idle iowait irq softirq
        String[] ticks = firstLineOf(Path.of("/proc/stat")).split(" +", 9);
        long busy = 0;
        for (int column : new int[] {1, 2, 3, 6, 7}) busy += Long.parseLong(ticks[column]);
        return busy / TICKS_PER_SECOND;
    }

    private static String firstLineOf(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.findFirst().orElseThrow(() -> new IOException(file + " is empty"));
        }
    }

    private static String[] statOf(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        } catch (IOException ended) {
            return new String[0];
        }
    }

    /** The processes of the embedded PostgreSQL of a node with that data folder. */
    static List<Long> postgres(Path dataFolder) throws IOException {
        Path pidFile = dataFolder.resolve("postgres/data/postmaster.pid");
        if (!Files.exists(pidFile)) return List.of();
        long postmaster = Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
        List<Long> all = new ArrayList<>(List.of(postmaster));
        ProcessHandle.of(postmaster).stream()
                .flatMap(ProcessHandle::children)
                .map(ProcessHandle::pid)
                .forEach(all::add);
        return all;
    }

    static double cpuSeconds(List<Long> pids) {
        return pids.stream().mapToDouble(Processes::cpuSeconds).sum();
    }

    /** Resident memory of a process in MiB. */
    static double residentMib(long pid) {
        return field(pid, "status", "VmRSS:") / KIB_PER_MIB;
    }

    /** The most that it ever was. */
    static double mostResidentMib(long pid) {
        return field(pid, "status", "VmHWM:") / KIB_PER_MIB;
    }

    /** Resident memory of processes that share some, counted once, in MiB. */
    static double proportionalMib(List<Long> pids) {
        ToLongFunction<Long> pss = pid -> field(pid, "smaps_rollup", "Pss:");
        return pids.stream().mapToLong(pss).sum() / KIB_PER_MIB;
    }

    private static long field(long pid, String file, String name) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), file))) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.replaceAll("\\D", ""))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElse(0);
        } catch (IOException | java.io.UncheckedIOException ended) {
            return 0;
        }
    }

    static double seconds(long sinceNanos) {
        return (System.nanoTime() - sinceNanos) / (double) Duration.ofSeconds(1).toNanos();
    }
}
