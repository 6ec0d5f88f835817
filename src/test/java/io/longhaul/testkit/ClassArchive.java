package io.longhaul.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The classes of the program as the JVM has them after it has loaded them, in a file beside the packaged program (class data
 * sharing). Nodes that tests start live for a minute, and more than a third of what that costs is loading classes.
 */
final class ClassArchive {
    /** What a JVM does by itself. */
    private static final String NONE = "-Xshare:auto";

    private static @Nullable String option;

    private ClassArchive() {}

    /** What a JVM is told to use it; where there is none for the program the first call makes it. */
    static synchronized String option(Path program) {
        String known = option;
        if (known != null) return known;
        Path archive = program.resolveSibling("longhaul.jsa");
        try {
            String found = isOf(program, archive) || make(archive) ? "-XX:SharedArchiveFile=" + archive : NONE;
            option = found;
            return found;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static boolean isOf(Path program, Path archive) throws IOException {
        return Files.exists(archive)
                && Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(program)) > 0;
    }

    /** By a node that starts and ends; false: a JVM without an archive of its own classes makes none. */
    private static boolean make(Path archive) throws IOException {
        Path folder = Files.createTempDirectory("longhaul-classes");
        Path made = archive.resolveSibling("longhaul.jsa.new");
        Files.deleteIfExists(made);
        int exit = NodeProcess.start("-XX:ArchiveClassesAtExit=" + made, folder, Map.of())
                .end();
        if (exit != 0) throw new AssertionError("The node that makes the archive ended with " + exit);
        Folders.delete(folder);
        if (!Files.exists(made)) return false;
        Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE);
        return true;
    }
}
