package io.longhaul.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The classes of the program as the JVM has them after it has loaded them, in a file beside the packaged program (class data
 * sharing). Nodes that tests start live for a minute, and more than a third of what that costs is loading classes.
 */
final class ClassArchive {
    private ClassArchive() {}

    /** What a JVM is told to use it; the first call for a program makes it. */
    static synchronized String option(Path program) {
        Path archive = program.resolveSibling("longhaul.jsa");
        try {
            if (!isOf(program, archive)) make(archive);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return "-XX:SharedArchiveFile=" + archive;
    }

    private static boolean isOf(Path program, Path archive) throws IOException {
        return Files.exists(archive)
                && Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(program)) > 0;
    }

    /** By a node that starts and ends. */
    private static void make(Path archive) throws IOException {
        Path folder = Files.createTempDirectory("longhaul-classes");
        Path made = archive.resolveSibling("longhaul.jsa.new");
        Files.deleteIfExists(made);
        int exit = NodeProcess.start("-XX:ArchiveClassesAtExit=" + made, folder).end();
        if (exit != 0) throw new AssertionError("The node that made the archive ended with " + exit);
        Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE);
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) Files.delete(path);
        }
    }
}
