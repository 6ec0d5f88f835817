package io.longhaul.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.stream.Stream;

/** What was measured on, and what else it did. */
record Machine(String load) {
    static Machine now() throws IOException {
        Path load = Path.of("/proc/loadavg");
        return new Machine(Files.exists(load) ? Files.readString(load).split(" ", 2)[0] : "unknown");
    }

    String describedUntil(Machine end) throws IOException {
        return """
                Measured on %s: %d cores (%s), %s RAM, %s %s, JDK %s (%s), %s. \
                Load of the machine: %s before, %s after.
                """.formatted(
                        LocalDate.now(ZoneOffset.UTC),
                        Runtime.getRuntime().availableProcessors(),
                        value("/proc/cpuinfo", "model name"),
                        memory(),
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        Runtime.version(),
                        System.getProperty("java.vendor"),
                        postgres(),
                        load,
                        end.load());
    }

    private static String memory() throws IOException {
        String kib = value("/proc/meminfo", "MemTotal").replaceAll("\\D", "");
        return kib.isEmpty() ? "unknown" : Math.round(Long.parseLong(kib) / 1024.0 / 1024.0) + " GiB";
    }

    private static String value(String file, String name) throws IOException {
        Path path = Path.of(file);
        if (!Files.exists(path)) return "unknown";
        try (Stream<String> lines = Files.lines(path)) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.split(":", 2)[1].strip())
                    .findFirst()
                    .orElse("unknown");
        }
    }

    /** The one that Longhaul brings along, unpacked by the first who needed it. */
    private static String postgres() throws IOException {
        String binaries = System.getenv("LONGHAUL_DB_BINARIES");
        if (binaries == null || !Files.isDirectory(Path.of(binaries))) return "no PostgreSQL";
        try (Stream<Path> unpacked = Files.list(Path.of(binaries))) {
            for (Path programs : (Iterable<Path>) unpacked::iterator) {
                Path program = programs.resolve("bin/postgres");
                if (Files.exists(program))
                    return Processes.firstLine(program.toString(), "--version")
                            .replace("(", "")
                            .replace(")", "");
            }
        }
        return "no PostgreSQL";
    }
}
