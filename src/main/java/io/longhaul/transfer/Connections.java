package io.longhaul.transfer;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.ConnectionEndpoint;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpResponseFactory;
import org.apache.hc.core5.http.URIScheme;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.Lookup;
import org.apache.hc.core5.http.impl.DefaultConnectionReuseStrategy;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolStats;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The node's connections to remote servers: HTTP/1.1, kept alive in a pool, with nothing done behind the caller's back:
 * no redirects, no repeated requests, no decompression, no cookies.
 */
final class Connections implements AutoCloseable {
    private static final int LONGEST_LINE = 64 * 1024;
    private static final int MOST_HEADERS = 200;

    /** What is kept of them goes into the journal. */
    private static final int LONGEST_HEADERS = 4096;

    private static final int SESSION_BUFFER = 8 * 1024;
    private static final TimeValue KEPT_ALIVE = TimeValue.ofSeconds(30);
    private static final TimeValue CHECKED_AFTER = TimeValue.ofSeconds(1);

    /** A pool may hold several connections that the server has closed. */
    private static final int MOST_STALE = 3;

    /** For the pool: the usual one. */
    private static final int NO_LIMIT_OF_ITS_OWN = -1;

    private static final int CHEAP_TO_READ = 64 * 1024;

    private final PoolingHttpClientConnectionManager pool;
    private final HttpRequestExecutor executor = new HttpRequestExecutor();
    private final Timeout connectTimeout;

    /** The socket of each connection, below TLS: closing that one never waits. */
    private final Map<HttpClientConnection, Socket> sockets = Collections.synchronizedMap(new WeakHashMap<>());

    /** What the secure ones of them lie upon. */
    private final Map<Socket, ReadAheadSocket> belowTls = Collections.synchronizedMap(new WeakHashMap<>());

    /** The line of the run that opens a connection on this thread, so that it can be cut while it does. */
    private static final ThreadLocal<Line> OPENING = new ThreadLocal<>();

    /**
     * No connection is made yet.
     *
     * @throws IOException where the trusted certificates cannot be read
     */
    Connections(TransferSettings settings) throws IOException {
        TlsSocketStrategy tls =
                readingAhead(new DefaultClientTlsStrategy(TrustedCertificates.context(settings.trustedCertificates())));
        connectTimeout = Timeout.of(settings.connectTimeout());
        Http1Config http = Http1Config.custom()
                .setBufferSize(SESSION_BUFFER)
                .setMaxLineLength(LONGEST_LINE)
                .setMaxHeaderCount(MOST_HEADERS)
                .setMaxEmptyLineCount(2)
                .build();
        pool = new CuttableConnections(new AllowedAddresses(settings.allowedAddresses()))
                .setTlsSocketStrategy(tls)
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(http)
                        .responseParserFactory(config -> new Parser(http))
                        .build())
                .setMaxConnTotal(settings.slotsPerNode())
                .setMaxConnPerRoute(settings.connectionsPerHost())
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(connectTimeout)
                        .setSocketTimeout(Timeout.DISABLED)
                        .setValidateAfterInactivity(CHECKED_AFTER)
                        .build())
                .setDefaultSocketConfig(SocketConfig.custom()
                        .setSoTimeout(Timeout.DISABLED)
                        .setTcpNoDelay(true)
                        .build())
                .build();
    }

    private TlsSocketStrategy readingAhead(TlsSocketStrategy tls) {
        return (socket, host, port, attachment, context) -> {
            ReadAheadSocket below = new ReadAheadSocket(socket);
            SSLSocket secure = tls.upgrade(below, host, port, attachment, context);
            belowTls.put(secure, below);
            return secure;
        };
    }

    /**
     * Sends a GET and waits for the head of the answer. The line can be cut all the while, and while the body is read.
     *
     * @throws TransferFailed where no answer comes
     */
    Exchange get(URI url, Map<String, String> headers, Line line) throws TransferFailed {
        for (int tries = 1; ; tries++) {
            Exchange exchange = lease(url);
            FailureKind.Phase phase = FailureKind.Phase.CONNECTING;
            boolean answered = false;
            try {
                line.connecting(System.nanoTime());
                exchange.connect(line);
                phase = FailureKind.Phase.TALKING;
                line.awaitingAnswer(System.nanoTime());
                exchange.send(request(url, headers), line);
                answered = true;
                return exchange;
            } catch (IOException | HttpException problem) {
                // The server had closed the connection while nobody used it: that is no failure of the transfer.
                boolean stale = exchange.reused && line.cut() == null;
                if (!stale || tries > MOST_STALE)
                    throw new TransferFailed(FailureKind.ofConnection(problem, phase), problem);
            } finally {
                if (!answered) exchange.close();
            }
        }
    }

    private Exchange lease(URI url) throws TransferFailed {
        try {
            HttpHost host = host(url);
            boolean secure = URIScheme.HTTPS.same(host.getSchemeName());
            return new Exchange(pool.lease("", new HttpRoute(host, null, secure), connectTimeout, null)
                    .get(connectTimeout));
        } catch (TimeoutException | ExecutionException problem) {
            throw new TransferFailed(FailureKind.ofConnection(problem, FailureKind.Phase.CONNECTING), problem);
        } catch (InterruptedException problem) {
            Thread.currentThread().interrupt();
            throw new TransferFailed(FailureKind.ofConnection(problem, FailureKind.Phase.CONNECTING), problem);
        }
    }

    private static HttpHost host(URI url) {
        boolean https = URIScheme.HTTPS.same(url.getScheme());
        int port = url.getPort() >= 0 ? url.getPort() : https ? 443 : 80;
        return new HttpHost(https ? URIScheme.HTTPS.id : URIScheme.HTTP.id, unbracketed(url.getHost()), port);
    }

    /** {@link URI} keeps the brackets of an IPv6 address, a socket wants none. */
    private static String unbracketed(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    private static ClassicHttpRequest request(URI url, Map<String, String> headers) {
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String target = url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
        ClassicHttpRequest request = new BasicClassicHttpRequest("GET", host(url), target);
        boolean namesPort = url.getPort() >= 0;
        request.addHeader("Host", namesPort ? url.getHost() + ":" + url.getPort() : url.getHost());
        request.addHeader("Connection", "keep-alive");
        headers.forEach(request::addHeader);
        return request;
    }

    /** Idle connections are not kept for ever. */
    void tick() {
        pool.closeExpired();
        pool.closeIdle(KEPT_ALIVE);
    }

    /** Connections to each host, {@code name:port}, whether or not they are in use; hosts without one are left out. */
    Map<String, Integer> open() {
        Map<String, Integer> open = new HashMap<>();
        for (HttpRoute route : pool.getRoutes()) {
            PoolStats stats = pool.getStats(route);
            int count = stats.getLeased() + stats.getAvailable();
            if (count > 0) open.merge(name(route.getTargetHost()), count, Integer::sum);
        }
        return open;
    }

    private static String name(HttpHost host) {
        String name = host.getHostName().toLowerCase(Locale.ROOT);
        return (name.contains(":") ? "[" + name + "]" : name) + ":" + host.getPort();
    }

    /**
     * So many at once to that host, {@code name:port}, and no more: a run that finds one of another that is about to be
     * given back waits for it. Only then: the pool does not look at those who wait when the limit is raised.
     */
    void limit(String host, int most) {
        for (HttpRoute route : routes(host)) pool.setMaxPerRoute(route, most > 0 ? most : NO_LIMIT_OF_ITS_OWN);
    }

    /** At least so many. */
    void raiseLimit(String host, int least) {
        for (HttpRoute route : routes(host)) if (pool.getMaxPerRoute(route) < least) pool.setMaxPerRoute(route, least);
    }

    private static List<HttpRoute> routes(String host) {
        int colon = host.lastIndexOf(':');
        String name = unbracketed(host.substring(0, colon));
        int port = Integer.parseInt(host.substring(colon + 1));
        return List.of(
                new HttpRoute(new HttpHost(URIScheme.HTTP.id, name, port), null, false),
                new HttpRoute(new HttpHost(URIScheme.HTTPS.id, name, port), null, true));
    }

    /** Closes those that nobody uses. */
    void closeIdle() {
        pool.closeIdle(TimeValue.ZERO_MILLISECONDS);
    }

    @Override
    public void close() {
        pool.close(CloseMode.IMMEDIATE);
    }

    /** One request and its answer, on a connection of its own until it is closed. */
    final class Exchange implements Closeable {
        private final ConnectionEndpoint endpoint;
        private final HttpCoreContext context = HttpCoreContext.create();
        private boolean reused;
        private @Nullable ManagedHttpClientConnection connection;
        private @Nullable Socket socket;
        private @Nullable ReadAheadSocket ahead;
        private @Nullable ClassicHttpRequest sent;
        private @Nullable Head head;
        private boolean read;
        private @Nullable Line line;

        private Exchange(ConnectionEndpoint endpoint) {
            this.endpoint = endpoint;
        }

        private void connect(Line cuttable) throws IOException {
            line = cuttable;
            reused = endpoint.isConnected();
            if (reused) return;
            OPENING.set(cuttable);
            try {
                pool.connect(endpoint, connectTimeout, context);
            } finally {
                OPENING.remove();
            }
        }

        private void send(ClassicHttpRequest request, Line cuttable) throws IOException, HttpException {
            sent = request;
            head = (Head) endpoint.execute(
                    "",
                    request,
                    (toSend, on, with) -> {
                        connection = (ManagedHttpClientConnection) on;
                        Socket used = reused ? sockets.get(on) : cuttable.socket();
                        if (used == null) throw new SocketException("The connection has no socket");
                        sockets.put(on, used);
                        cuttable.uses(used);
                        socket = used;
                        ahead = belowTls.get(connection.getSocket());
                        return executor.execute(toSend, on, with);
                    },
                    context);
        }

        Answer answer() {
            HttpEntity entity = head().getEntity();
            long length = entity == null ? 0 : entity.getContentLength();
            return new Answer(
                    head().getCode(),
                    length >= 0 ? Long.valueOf(length) : null,
                    value("Content-Range"),
                    value("Content-Type"),
                    value("Accept-Ranges"),
                    value("ETag"),
                    value("Last-Modified"),
                    value("Retry-After"),
                    value("Location"),
                    value("Repr-Digest"),
                    value("Content-Digest"));
        }

        /** The headers, a line each, without those that may be secret, as far as they are not endless. */
        String headers() {
            StringBuilder lines = new StringBuilder();
            for (Header header : head().getHeaders()) {
                int length = header.getName().length()
                        + ": \n".length()
                        + String.valueOf(header.getValue()).length();
                if (RequestHeaders.mayBeSecret(header.getName()) || lines.length() + length > LONGEST_HEADERS) continue;
                lines.append(header.getName())
                        .append(": ")
                        .append(header.getValue())
                        .append('\n');
            }
            return lines.toString();
        }

        InputStream body() throws IOException {
            HttpEntity entity = head().getEntity();
            return entity == null ? InputStream.nullInputStream() : entity.getContent();
        }

        /**
         * Whether what is left of the body can be read from the socket's channel, which saves two copies of each byte:
         * there is no TLS and no chunk in between, and nothing of it lies in the session's buffer any more. The caller
         * counts, then.
         */
        boolean mayReadDirectly() {
            return channel() != null
                    && head().getEntity() != null
                    && head().getEntity().getContentLength() >= 0
                    && head().received.length() == 0;
        }

        int readDirectly(ByteBuffer buffer) throws IOException {
            SocketChannel channel = channel();
            if (channel == null) throw new SocketException("The connection has no channel");
            return channel.read(buffer);
        }

        private @Nullable SocketChannel channel() {
            // The socket is the one below TLS: what comes through its channel then is not the body
            if (connection == null || connection.getSSLSession() != null) return null;
            return connection.getSocket().getChannel();
        }

        boolean isBehindTls() {
            return ahead != null;
        }

        /** Reads ahead below TLS from here on, or no longer: see {@link ReadAheadSocket#readAheadInto}. */
        void readAheadInto(@Nullable ByteBuffer lent) {
            if (ahead != null) ahead.readAheadInto(lent);
        }

        /** Whether something has come that can be read without waiting for the server, but for the end of a record. */
        boolean isMoreAtHand() throws IOException {
            if (head().received.length() > 0) return true;
            Socket source = ahead == null ? socket : ahead;
            return source != null && source.getInputStream().available() > 0;
        }

        /** The body has been read to its end: the connection may be used again. */
        void bodyRead() {
            read = true;
        }

        /** Whether the server has sent more than it promised. */
        boolean hasSurplus() throws IOException {
            if (head().received.length() > 0) return true;
            return connection != null && connection.getSocket().getInputStream().available() > 0;
        }

        /** Reads a body that nobody wants where that is cheaper than a new connection. */
        void skipBody() throws IOException {
            Long length = answer().contentLength();
            if (length == null || length > CHEAP_TO_READ) return;
            body().skipNBytes(length);
            bodyRead();
        }

        private @Nullable String value(String name) {
            Header header = head().getFirstHeader(name);
            return header == null ? null : header.getValue();
        }

        private Head head() {
            if (head == null) throw new IllegalStateException("No answer yet");
            return head;
        }

        private boolean mayBeUsedAgain() {
            if (!read || head == null || sent == null || head.received.length() > 0) return false;
            return DefaultConnectionReuseStrategy.INSTANCE.keepAlive(sent, head, context);
        }

        /** Gives the connection back; one in the middle of a body is closed, for nobody wants the rest. */
        @Override
        public void close() {
            if (line != null) line.idle();
            if (!mayBeUsedAgain()) endpoint.close(CloseMode.IMMEDIATE);
            pool.release(endpoint, null, KEPT_ALIVE);
        }
    }

    /** The head of an answer, and the buffer in which what follows it has perhaps arrived already. */
    private static final class Head extends BasicClassicHttpResponse {
        private static final long serialVersionUID = 1;

        @SuppressWarnings("serial")
        private final SessionInputBuffer received;

        Head(int status, @Nullable String reason, SessionInputBuffer received) {
            super(status, reason);
            this.received = received;
        }
    }

    /** Garbage is no answer: unlike HttpClient's own parser this one does not look for a status line behind it. */
    private static final class Parser extends DefaultHttpResponseParser {
        private final Heads heads;

        Parser(Http1Config http) {
            this(http, new Heads());
        }

        private Parser(Http1Config http, Heads heads) {
            super(http, null, heads);
            this.heads = heads;
        }

        @Override
        public ClassicHttpResponse parse(SessionInputBuffer buffer, InputStream in) throws IOException, HttpException {
            heads.received = buffer;
            return super.parse(buffer, in);
        }
    }

    private static final class Heads implements HttpResponseFactory<ClassicHttpResponse> {
        private @Nullable SessionInputBuffer received;

        @Override
        public ClassicHttpResponse newHttpResponse(int status, @Nullable String reason) {
            return new Head(status, reason, Objects.requireNonNull(received));
        }

        @Override
        public ClassicHttpResponse newHttpResponse(int status) {
            return newHttpResponse(status, null);
        }
    }

    /** Opens sockets that the run can close while they are being connected, and only to addresses that are allowed. */
    private static final class CuttableConnections extends PoolingHttpClientConnectionManagerBuilder {
        private final AllowedAddresses allowed;

        CuttableConnections(AllowedAddresses allowed) {
            this.allowed = allowed;
        }

        @Override
        protected HttpClientConnectionOperator createConnectionOperator(
                @Nullable SchemePortResolver ports, @Nullable DnsResolver names, @Nullable TlsSocketStrategy tls) {
            Lookup<TlsSocketStrategy> strategies = scheme -> URIScheme.HTTPS.same(scheme) ? tls : null;
            return new DefaultHttpClientConnectionOperator(
                    noProxy -> open(), ports, new AllowedNames(allowed), strategies);
        }

        private static Socket open() throws IOException {
            Socket socket = SocketChannel.open().socket();
            Line line = OPENING.get();
            if (line != null) line.uses(socket);
            return socket;
        }
    }

    /** What a name means, as far as it may be fetched from. */
    private record AllowedNames(AllowedAddresses allowed) implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            InetAddress[] usable = Arrays.stream(InetAddress.getAllByName(host))
                    .filter(allowed::allows)
                    .toArray(InetAddress[]::new);
            if (usable.length == 0) throw new ForbiddenAddressException(host);
            return usable;
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}
