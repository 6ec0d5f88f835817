package io.longhaul.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on loopback for who has none: every path is a file of the same length. */
public final class LoopbackOrigin implements AutoCloseable {
    private static final int BACKLOG = 1024;
    private static final byte[] ZEROS = new byte[64 * 1024];

    private final HttpServer server;
    private final ExecutorService threads;

    private LoopbackOrigin(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /** Serves files of so many bytes, at a free port. */
    public static LoopbackOrigin start(long bytes) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
            ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
            server.setExecutor(threads);
            server.createContext("/", exchange -> serve(exchange, bytes));
            server.start();
            return new LoopbackOrigin(server, threads);
        } catch (IOException failed) {
            throw new LoadException("A server for the files cannot be started: " + failed.getMessage() + ".", failed);
        }
    }

    private static void serve(HttpExchange exchange, long bytes) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
            exchange.sendResponseHeaders(200, bytes == 0 ? -1 : bytes);
            OutputStream body = exchange.getResponseBody();
            for (long left = bytes; left > 0; left -= ZEROS.length) {
                body.write(ZEROS, 0, (int) Math.min(left, ZEROS.length));
            }
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port() + "/%d.bin";
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
