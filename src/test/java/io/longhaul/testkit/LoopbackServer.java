package io.longhaul.testkit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ServerSocketFactory;

/** An HTTP server on 127.0.0.1 at a port of its own, a virtual thread for each connection. */
abstract class LoopbackServer implements AutoCloseable {
    private static final int LONGEST_LINE = 64 * 1024;
    private static final int LONGEST_BODY = 1024 * 1024;
    private static final int BACKLOG = 1024;

    private final String scheme;
    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger mostOpen = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicInteger answering = new AtomicInteger();
    private final AtomicInteger mostAnswering = new AtomicInteger();
    private final Queue<Answering> log = new ConcurrentLinkedQueue<>();

    LoopbackServer(String scheme, ServerSocketFactory sockets) {
        this.scheme = scheme;
        try {
            listening = sockets.createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
        Thread.ofVirtual().name("origin-" + port()).start(this::accept);
    }

    abstract Script scriptOf(Seen request);

    public final int port() {
        return listening.getLocalPort();
    }

    /** {@code name:port}, as limits for remote hosts count. */
    public final String host() {
        return "127.0.0.1:" + port();
    }

    public final String url(String path) {
        return scheme + "://" + host() + path;
    }

    /** Connections that are open now. */
    public final int connections() {
        return open.size();
    }

    /** The most connections that were open at once. */
    public final int mostConnections() {
        return mostOpen.get();
    }

    /** The most requests that were answered at once. */
    public final int mostRequests() {
        return mostAnswering.get();
    }

    /** Connections that were ever made. */
    public final int connectionsMade() {
        return accepted.get();
    }

    /** The server's log: every request so far, those that are being answered too. */
    public final List<Served> served() {
        return log.stream().map(Answering::sofar).toList();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                socket.setTcpNoDelay(true);
                open.add(socket);
                accepted.incrementAndGet();
                mostOpen.accumulateAndGet(open.size(), Math::max);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (Seen request = read(in); request != null; request = read(in)) {
                Script script = scriptOf(request);
                Answering line = new Answering(host(), request);
                log.add(line);
                Reply reply = new Reply(socket, in, script.gate(), bytes -> {
                    line.sent(bytes);
                    script.sent(bytes);
                });
                mostAnswering.accumulateAndGet(answering.incrementAndGet(), Math::max);
                try {
                    script.next(request).answer(request, reply);
                } finally {
                    answering.decrementAndGet();
                    line.end();
                }
                if (reply.isClosed()) return;
            }
        } catch (IOException clientIsGone) {
            // which is for the client to judge
        } finally {
            open.remove(socket);
        }
    }

    /** A line of the log that is being written. */
    private static final class Answering {
        private final String host;
        private final Seen request;
        private final long begunAt = System.nanoTime();
        private volatile long endedAt = Served.STILL;
        private final LongAdder sent = new LongAdder();

        Answering(String host, Seen request) {
            this.host = host;
            this.request = request;
        }

        void sent(long bytes) {
            sent.add(bytes);
        }

        void end() {
            endedAt = System.nanoTime();
        }

        Served sofar() {
            return new Served(host, request.path(), request.header("range"), begunAt, endedAt, sent.sum());
        }
    }

    private static Seen read(InputStream in) throws IOException {
        String first = line(in);
        if (first == null || first.isEmpty()) return null;
        String[] parts = first.split(" ", -1);
        if (parts.length != 3) throw new IOException("Not HTTP");
        Map<String, String> headers = new HashMap<>();
        for (String header = line(in); header != null && !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            if (colon < 0) throw new IOException("Not HTTP");
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        return new Seen(parts[0], parts[1], headers, body(in, headers.getOrDefault("content-length", "0")));
    }

    private static String body(InputStream in, String length) throws IOException {
        int bytes = Integer.parseInt(length);
        if (bytes > LONGEST_BODY) throw new IOException("The body is too long");
        return new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.length() < LONGEST_LINE) {
            int c = in.read();
            if (c < 0) return null;
            if (c == '\n') return line.toString();
            if (c != '\r') line.append((char) c);
        }
        throw new IOException("The line is too long");
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (Socket socket : open) socket.close();
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }
}
