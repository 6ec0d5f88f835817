package io.longhaul.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Servers that the machine may have installed, as Debian does: Apache httpd with a file below {@code /basic} and one below
 * {@code /digest}, or squid, for one user. On 127.0.0.1, in the foreground, with a folder and a port of their own.
 */
public final class Installed implements AutoCloseable {
    private static final Duration STARTS_WITHIN = Duration.ofSeconds(30);
    private static final Path APACHE_MODULES = Path.of("/usr/lib/apache2/modules");
    private static final Path SQUID_HELPERS = Path.of("/usr/lib/squid");
    private static final String REALM = "files";

    private final Path folder;
    private final int port;
    private final Process process;

    private interface Settings {
        String of(Path folder, int port) throws IOException;
    }

    private Installed(String program, Settings settings, String... options) throws IOException {
        // Their processes give up the rights of root
        folder = Files.createTempDirectory(
                "longhaul-installed",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        port = FreePort.find();
        Path file = Files.writeString(folder.resolve("conf"), settings.of(folder, port));
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(options));
        command.addAll(List.of("-f", file.toString()));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile())
                .start();
        awaitListening();
    }

    /** Apache httpd; empty: it is not installed. */
    public static Optional<Installed> apache(String user, String password, byte[] content) {
        if (!Files.isDirectory(APACHE_MODULES)) return Optional.empty();
        return found("apache2")
                .map(program -> started(
                        program,
                        (folder, port) -> apacheSettings(folder, port, user, password, content),
                        "-D",
                        "FOREGROUND"));
    }

    /** Squid that asks for a login of that scheme, {@code basic} or {@code digest}; empty: it is not installed. */
    public static Optional<Installed> squid(String scheme, String user, String password) {
        if (!Files.isDirectory(SQUID_HELPERS)) return Optional.empty();
        return found("squid")
                .map(program ->
                        started(program, (folder, port) -> squidSettings(folder, port, scheme, user, password), "-N"));
    }

    private static Installed started(String program, Settings settings, String... options) {
        try {
            return new Installed(program, settings, options);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Optional<String> found(String program) {
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
        return Stream.of(path.split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    private static String apacheSettings(Path folder, int port, String user, String password, byte[] content)
            throws IOException {
        for (String guarded : List.of("basic", "digest"))
            Files.write(
                    Files.createDirectories(folder.resolve("www/" + guarded)).resolve("file.bin"), content);
        Files.writeString(folder.resolve("basic"), user + ":{SHA}" + base64(hash("SHA-1", password)) + "\n");
        Files.writeString(folder.resolve("digest"), user + ":" + REALM + ":" + ha1(user, password) + "\n");
        String modules = Stream.of(
                        "mpm_event",
                        "authn_core",
                        "authn_file",
                        "authz_core",
                        "authz_user",
                        "auth_basic",
                        "auth_digest")
                .map(name -> "LoadModule %s_module %s/mod_%s.so%n".formatted(name, APACHE_MODULES, name))
                .reduce("", String::concat);
        return modules + """
                ServerRoot "%1$s"
                ServerName localhost
                Listen 127.0.0.1:%2$d
                PidFile "%1$s/pid"
                ErrorLog "%1$s/error.log"
                DefaultRuntimeDir "%1$s"
                User www-data
                Group www-data
                DocumentRoot "%1$s/www"
                <Location "/basic">
                  AuthType Basic
                  AuthName %3$s
                  AuthUserFile "%1$s/basic"
                  Require valid-user
                </Location>
                <Location "/digest">
                  AuthType Digest
                  AuthName %3$s
                  AuthUserFile "%1$s/digest"
                  Require valid-user
                </Location>
                """.formatted(folder, port, REALM);
    }

    private static String squidSettings(Path folder, int port, String scheme, String user, String password)
            throws IOException {
        boolean digest = scheme.equals("digest");
        String secret = digest ? REALM + ":" + ha1(user, password) : hex(hash("MD5", password));
        Path users = Files.writeString(folder.resolve("users"), user + ":" + secret + "\n");
        String helper = digest ? "digest_file_auth -c" : "basic_ncsa_auth";
        return """
                http_port 127.0.0.1:%1$d
                auth_param %2$s program %3$s/%4$s %5$s
                auth_param %2$s realm %6$s
                auth_param %2$s children 1
                acl known proxy_auth REQUIRED
                http_access allow known
                http_access deny all
                cache deny all
                access_log none
                cache_log /dev/null
                cache_store_log none
                pid_filename none
                shutdown_lifetime 0 seconds
                coredump_dir %7$s
                """.formatted(port, scheme, SQUID_HELPERS, helper, users, REALM, folder);
    }

    private static String ha1(String user, String password) {
        return hex(hash("MD5", user + ":" + REALM + ":" + password));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] hash(String algorithm, String text) {
        try {
            return MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException none) {
            throw new IllegalStateException(none);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private void awaitListening() throws IOException {
        long end = System.nanoTime() + STARTS_WITHIN.toNanos();
        while (!listens()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                String said = Files.readString(folder.resolve("said"));
                close();
                throw new IllegalStateException("It does not listen: " + said);
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** {@code host:port}. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
            all.forEach(ProcessHandle::destroyForcibly);
            Folders.delete(folder);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
