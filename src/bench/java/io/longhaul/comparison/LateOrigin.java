package io.longhaul.comparison;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/** A server that is far away: every answer comes so much later. Every path is a file of the same length. */
final class LateOrigin implements AutoCloseable {
    private static final int BACKLOG = 1024;
    private static final byte[] FILE = new byte[FileServer.SMALL_BYTES];

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    LateOrigin(Duration latency) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        server.setExecutor(threads);
        server.createContext("/", exchange -> serve(exchange, latency));
        server.start();
    }

    private static void serve(HttpExchange exchange, Duration latency) throws IOException {
        try (exchange) {
            LockSupport.parkNanos(latency.toNanos());
            exchange.sendResponseHeaders(200, FILE.length);
            exchange.getResponseBody().write(FILE);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/%d.bin";
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
