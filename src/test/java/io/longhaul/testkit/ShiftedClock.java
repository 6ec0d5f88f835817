package io.longhaul.testkit;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.objectweb.asm.ClassVisitor;

/** The wall clock as some node processes see it, which a test may set; the program itself knows nothing of it. */
public final class ShiftedClock {
    private final Path agent;
    private final Path seconds;

    /** Right, until it is set. What it needs is kept in that folder. */
    ShiftedClock(Path folder) throws IOException {
        Files.createDirectories(folder);
        agent = folder.resolve("clock-agent.jar");
        seconds = folder.resolve("clock-shift-seconds");
        pack();
        set(Duration.ZERO);
    }

    /** Sets it to so long after the right time; it is seen within a tenth of a second, on a machine that is not busy. */
    public void set(Duration ahead) {
        try {
            // Written aside, so that nobody reads half a number
            Path written = Files.writeString(seconds.resolveSibling("written"), Long.toString(ahead.toSeconds()));
            Files.move(written, seconds, ATOMIC_MOVE, REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The variables of a process that sees this clock. */
    Map<String, String> environment() {
        return Map.of("JAVA_TOOL_OPTIONS", "-javaagent:" + agent + "=" + seconds);
    }

    private void pack() throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.put(Attributes.Name.CLASS_PATH, source(ClassVisitor.class).toString());
        attributes.putValue("Premain-Class", ClockAgent.class.getName());
        attributes.putValue("Can-Retransform-Classes", "true");
        String folder = ClockAgent.class.getPackageName().replace('.', '/') + "/";
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(agent), manifest);
                DirectoryStream<Path> classes = Files.newDirectoryStream(
                        Path.of(source(ClockAgent.class)).resolve(folder),
                        ClockAgent.class.getSimpleName() + "*.class")) {
            for (Path one : classes) {
                jar.putNextEntry(new JarEntry(folder + one.getFileName()));
                Files.copy(one, jar);
            }
        }
    }

    private static URI source(Class<?> type) {
        try {
            return type.getProtectionDomain().getCodeSource().getLocation().toURI();
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
