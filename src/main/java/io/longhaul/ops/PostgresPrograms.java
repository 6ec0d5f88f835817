package io.longhaul.ops;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked from the class path the first time and found again afterwards. */
final class PostgresPrograms {
    private PostgresPrograms() {}

    /** The folder with {@code bin}, {@code lib} and {@code share}, below the given one. */
    static Path unpackedBelow(Path folder) {
        String archive = archive();
        try {
            // Named after what is in it, so that another version never meets this one's files.
            Path programs = folder.resolve(digest(archive));
            if (!Files.isDirectory(programs)) unpack(archive, programs);
            return programs;
        } catch (IOException failed) {
            throw new StartupException(
                    "The embedded PostgreSQL cannot be unpacked into " + folder + ": " + Sentences.firstLine(failed)
                            + ".",
                    failed);
        }
    }

    private static String archive() {
        String system =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac") ? "darwin" : "linux";
        String machine = switch (System.getProperty("os.arch", "")) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            case String other -> other;
        };
        String name = "/postgres-" + system + "-" + machine + ".txz";
        if (PostgresPrograms.class.getResource(name) == null) {
            throw new StartupException("There is no embedded PostgreSQL for " + System.getProperty("os.name") + " on "
                    + System.getProperty("os.arch") + "; set longhaul.database.url.");
        }
        return name;
    }

    private static InputStream open(String archive) throws IOException {
        InputStream stream = PostgresPrograms.class.getResourceAsStream(archive);
        if (stream == null) throw new IOException("no " + archive + " on the class path");
        return new BufferedInputStream(stream, 1 << 16);
    }

    private static String digest(String archive) throws IOException {
        try (var stream = new DigestInputStream(open(archive), MessageDigest.getInstance("SHA-256"))) {
            stream.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(stream.getMessageDigest().digest()).substring(0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** Into a folder of its own, then renamed: nobody ever sees half of it, and of two at once the first one wins. */
    private static void unpack(String archive, Path programs) throws IOException {
        Path parent = programs.toAbsolutePath().getParent();
        if (parent == null) throw new IOException("no folder above " + programs);
        Files.createDirectories(parent);
        Path unfinished = parent.resolve("unfinished-" + UUID.randomUUID());
        try (var tar = new TarArchiveInputStream(new XZInputStream(open(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpack(tar, entry, unfinished);
            }
            Files.move(unfinished, programs, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException somebodyWasFaster) {
            return; // with the same
        } finally {
            delete(unfinished); // it takes dozens of megabytes, and each attempt has another one
        }
    }

    private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path folder) throws IOException {
        Path target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder))
            throw new IOException("the archive names a file outside itself: " + entry.getName());
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Path parent = target.getParent();
        if (parent != null) Files.createDirectories(parent);
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else {
            Files.copy(tar, target);
            boolean program = (entry.getMode() & 0100) != 0;
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }
}
