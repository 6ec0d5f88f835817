package io.longhaul.comparison;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** aria2c, which downloads a list and keeps nothing of it. */
final class Aria2 {
    private final String program;

    private Aria2(String program) {
        this.program = program;
    }

    static Optional<Aria2> installed() {
        return Processes.installed("aria2c").map(Aria2::new);
    }

    String name() throws IOException {
        return Processes.firstLine(program, "--version").replace(" version", "");
    }

    /** A list of so many files, a thousand in a folder. */
    static Path list(Path folder, String url, long jobs) throws IOException {
        Path list = folder.resolve("list");
        try (BufferedWriter lines = Files.newBufferedWriter(list)) {
            for (long job = 0; job < jobs; job++) {
                lines.write(url.replace("%d", Long.toString(job % FileServer.SMALL_FILES)));
                lines.write("\n  dir=" + folder.resolve("files/" + job / 1000) + "\n  out=" + job + ".bin\n");
            }
        }
        return list;
    }

    List<String> command(Path list, int atOnce, String... more) {
        List<String> command = new ArrayList<>(List.of(
                program,
                "--no-conf",
                "--quiet",
                "--file-allocation=none",
                "--max-connection-per-server=1",
                "--max-concurrent-downloads=" + atOnce,
                "--input-file=" + list));
        command.addAll(List.of(more));
        return command;
    }
}
