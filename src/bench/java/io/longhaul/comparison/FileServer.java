package io.longhaul.comparison;

import io.longhaul.bench.LoopbackOrigin;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where everybody downloads from: nginx on loopback where it is installed. */
final class FileServer implements AutoCloseable {
    static final String SMALL = "/small/%d.bin";
    static final int SMALL_FILES = 1000;
    static final int SMALL_BYTES = 10 * 1024;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Pattern REQUESTS = Pattern.compile("\\d+ \\d+ (\\d+) ");

    private final String name;
    private final int port;
    private final AutoCloseable server;
    private final HttpClient http = HttpClient.newHttpClient();
    private long asked;

    private FileServer(String name, int port, AutoCloseable server) {
        this.name = name;
        this.port = port;
        this.server = server;
    }

    /** For comparisons that cannot do without. */
    static String nginx() throws IOException {
        return Processes.installed("nginx").orElseThrow(() -> new IOException("This one needs nginx"));
    }

    /** Serves a thousand small files. */
    static FileServer small(Path folder) throws IOException {
        Optional<String> nginx = Processes.installed("nginx");
        if (nginx.isEmpty()) {
            LoopbackOrigin origin = LoopbackOrigin.start(SMALL_BYTES);
            return new FileServer("a server of its own", origin.port(), origin);
        }
        Path small = Folders.empty(folder.resolve("small"));
        var random = new Random(1);
        for (int file = 0; file < SMALL_FILES; file++) {
            byte[] content = new byte[SMALL_BYTES];
            random.nextBytes(content);
            Files.write(small.resolve(file + ".bin"), content);
        }
        return nginx(nginx.get(), folder, "", "");
    }

    /** Serves what is in that folder; more for its server, and more servers. */
    static FileServer nginx(String program, Path folder, String more, String servers) throws IOException {
        int port = freePort();
        Path home = Folders.empty(folder.resolve("nginx"));
        boolean root = "root".equals(System.getProperty("user.name"));
        Files.writeString(
                home.resolve("nginx.conf"), """
                %s
                worker_processes auto;
                pid nginx.pid;
                error_log error.log;
                daemon off;
                events { worker_connections 8192; }
                http {
                  access_log off;
                  sendfile on;
                  tcp_nopush on;
                  keepalive_requests 1000000000;
                  client_body_temp_path body;
                  proxy_temp_path proxy;
                  fastcgi_temp_path fastcgi;
                  uwsgi_temp_path uwsgi;
                  scgi_temp_path scgi;
                  server {
                    listen 127.0.0.1:%d backlog=4096;
                    root "%s";
                    location = /status { stub_status; }
                    %s
                  }
                  %s
                }
                """.formatted(root ? "user root;" : "", port, folder, more, servers));
        Process process = Processes.start(
                home,
                List.of(
                        program,
                        "-p",
                        home.toString(),
                        "-e",
                        "error.log",
                        "-c",
                        home.resolve("nginx.conf").toString()));
        awaitListening(process, port, home);
        String version = Processes.firstLine(program, "-v").replaceFirst(".*nginx/(\\S+).*", "$1");
        return new FileServer("nginx " + version, port, () -> {
            process.destroy();
            process.waitFor(10, TimeUnit.SECONDS);
        });
    }

    private static void awaitListening(Process process, int port, Path home) throws IOException {
        long startedAt = System.nanoTime();
        while (process.isAlive() && System.nanoTime() - startedAt < PATIENCE.toNanos()) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return;
            } catch (IOException notYet) {
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }
        process.destroy();
        throw new IOException("nginx does not listen: " + Files.readString(home.resolve("output")));
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    String name() {
        return name;
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    /** How many requests for files were ever answered or are being answered; nginx only. */
    synchronized long requests() throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url("/status"))).build();
        Matcher status =
                REQUESTS.matcher(http.send(request, BodyHandlers.ofString()).body());
        if (!status.find()) throw new IOException("nginx tells no status");
        asked++;
        return Long.parseLong(status.group(1)) - asked;
    }

    @Override
    public void close() throws Exception {
        server.close();
    }
}
