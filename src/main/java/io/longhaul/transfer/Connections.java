package io.longhaul.transfer;

import io.longhaul.job.file.AddressLiteral;
import io.longhaul.job.file.RemoteHost;
import io.longhaul.job.http.HttpOptions;
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
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.RouteInfo.LayerType;
import org.apache.hc.client5.http.RouteInfo.TunnelType;
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
import org.apache.hc.core5.http.ParseException;
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
import org.apache.hc.core5.http.message.BasicLineParser;
import org.apache.hc.core5.http.message.StatusLine;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolStats;
import org.apache.hc.core5.util.CharArrayBuffer;
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
    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;
    private static final TimeValue KEPT_ALIVE = TimeValue.ofSeconds(30);
    private static final TimeValue CHECKED_AFTER = TimeValue.ofSeconds(1);

    /** A pool may hold several connections that the server has closed. */
    private static final int MOST_STALE = 3;

    /** For the pool: the usual one. */
    private static final int NO_LIMIT_OF_ITS_OWN = -1;

    private static final int CHEAP_TO_READ = 64 * 1024;

    private static final String GET = HttpOptions.USUAL_METHOD;

    /** Methods that have a body, which here is always empty and has to be told. */
    private static final Set<String> BODIES = Set.of("POST", "PUT", "PATCH");

    private final PoolingHttpClientConnectionManager pool;
    private final HttpRequestExecutor executor = new HttpRequestExecutor();
    private final Timeout connectTimeout;

    /** The socket of each connection, below TLS: closing that one never waits. */
    private final Map<HttpClientConnection, Socket> sockets = Collections.synchronizedMap(new WeakHashMap<>());

    /** What the secure ones of them lie upon. */
    private final Map<Socket, ReadAheadSocket> belowTls = Collections.synchronizedMap(new WeakHashMap<>());

    /** For whom this thread opens a connection. */
    private static final ThreadLocal<Opening> OPENING = new ThreadLocal<>();

    /** A connection that is being opened, until its first answer. */
    private static final class Opening {
        /** Of the run, which can be cut meanwhile. */
        private final Line line;

        /** Whether it may have any address, for the operator has said where it goes. */
        private final boolean anywhere;

        /** Whether there is a connection, and TLS comes next. */
        private boolean connected;

        /** Whether the server has asked for a certificate, and got none. */
        private boolean withoutCertificate;

        Opening(Line line, boolean anywhere) {
            this.line = line;
            this.anywhere = anywhere;
        }

        /** To one of the host's addresses. */
        void uses(Socket socket) throws IOException {
            connected = false;
            withoutCertificate = false;
            line.uses(socket);
        }
    }

    /** The server of the connection that this thread opens has asked for a certificate. */
    static void certificateAsked(boolean shown) {
        Opening opening = OPENING.get();
        if (opening != null) opening.withoutCertificate = !shown;
    }

    /**
     * No connection is made yet.
     *
     * @throws IOException where the trusted certificates cannot be read
     */
    Connections(TransferSettings settings) throws IOException {
        this(
                settings,
                new DefaultClientTlsStrategy(TrustedCertificates.context(settings.trustedCertificates())),
                settings.slotsPerNode(),
                settings.connectionsPerHost());
    }

    /** Those of one run, which no other job may use: they speak for somebody, or trust whom others do not. */
    static Connections ofOneRun(TransferSettings settings, TlsSocketStrategy tls) {
        return new Connections(settings, tls, 1, 1);
    }

    private Connections(TransferSettings settings, TlsSocketStrategy security, int most, int mostPerHost) {
        TlsSocketStrategy tls = readingAhead(security);
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
                .setMaxConnTotal(most)
                .setMaxConnPerRoute(mostPerHost)
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
            Opening opening = OPENING.get();
            if (opening != null) opening.connected = true;
            ReadAheadSocket below = new ReadAheadSocket(socket);
            SSLSocket secure = tls.upgrade(below, host, port, attachment, context);
            belowTls.put(secure, below);
            return secure;
        };
    }

    /** The same as {@link #send}, for a GET straight to the server. */
    Exchange get(URI url, Map<String, String> headers, Line line) throws TransferFailed {
        return send(GET, url, headers, null, line);
    }

    /**
     * Sends a request and waits for the head of the answer. The line can be cut all the while, and while the body is read.
     *
     * @param via null: straight to the server
     * @throws TransferFailed where no answer comes
     */
    Exchange send(String method, URI url, Map<String, String> headers, @Nullable Via via, Line line)
            throws TransferFailed {
        // Nobody knows what became of a request that is no GET, so it must not meet a connection that is closed already
        if (!method.equals(GET)) closeIdle();
        for (int tries = 1; ; tries++) {
            Exchange exchange = lease(url, via);
            FailureKind.Phase phase = FailureKind.Phase.CONNECTING;
            boolean answered = false;
            Opening outer = OPENING.get(); // a list of revoked certificates is fetched in the middle of a handshake
            Opening opening = new Opening(line, via != null && via.trusted());
            OPENING.set(opening);
            try {
                line.connecting(System.nanoTime());
                exchange.connect(url, line);
                phase = FailureKind.Phase.TALKING;
                line.awaitingAnswer(System.nanoTime());
                exchange.send(request(method, url, headers, via), line);
                answered = true;
                return exchange;
            } catch (IOException | HttpException problem) {
                // The server had closed the connection while nobody used it: that is no failure of the transfer.
                boolean stale = exchange.reused && line.cut() == null && method.equals(GET);
                if (phase == FailureKind.Phase.CONNECTING && opening.connected) phase = FailureKind.Phase.SECURING;
                if (!stale || tries > MOST_STALE)
                    throw new TransferFailed(
                            opening.withoutCertificate
                                    ? FailureKind.withoutCertificate(problem, phase)
                                    : FailureKind.ofConnection(problem, phase),
                            problem);
            } finally {
                if (outer == null) OPENING.remove();
                else OPENING.set(outer);
                if (!answered) exchange.close();
            }
        }
    }

    private Exchange lease(URI url, @Nullable Via via) throws TransferFailed {
        try {
            return new Exchange(
                    pool.lease("", route(url, via), connectTimeout, null).get(connectTimeout), via);
        } catch (TimeoutException | ExecutionException problem) {
            throw new TransferFailed(FailureKind.ofConnection(problem, FailureKind.Phase.CONNECTING), problem);
        } catch (InterruptedException problem) {
            Thread.currentThread().interrupt();
            throw new TransferFailed(FailureKind.ofConnection(problem, FailureKind.Phase.CONNECTING), problem);
        }
    }

    private static HttpRoute route(URI url, @Nullable Via via) {
        HttpHost host = host(url);
        boolean secure = isSecure(host);
        if (via == null) return new HttpRoute(host, null, secure);
        return secure
                ? new HttpRoute(host, null, via.proxy(), true, TunnelType.TUNNELLED, LayerType.LAYERED)
                : new HttpRoute(host, null, via.proxy(), false);
    }

    private static boolean isSecure(HttpHost host) {
        return URIScheme.HTTPS.same(host.getSchemeName());
    }

    static HttpHost host(URI url) {
        boolean https = URIScheme.HTTPS.same(url.getScheme());
        int port = url.getPort() >= 0 ? url.getPort() : https ? 443 : 80;
        return new HttpHost(https ? URIScheme.HTTPS.id : URIScheme.HTTP.id, unbracketed(name(url)), port);
    }

    /** An address in its usual spelling, so that all of its connections are of one route. */
    private static String name(URI url) {
        String name = url.getHost();
        boolean zoned = name.indexOf('%') >= 0;
        return zoned
                ? name
                : AddressLiteral.parse(name).map(AddressLiteral::text).orElse(name);
    }

    /** {@link URI} keeps the brackets of an IPv6 address, a socket wants none. */
    private static String unbracketed(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** What a request asks its server for. */
    static String target(URI url) {
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    }

    private static ClassicHttpRequest request(String method, URI url, Map<String, String> headers, @Nullable Via via) {
        BasicClassicHttpRequest request = new BasicClassicHttpRequest(method, host(url), target(url));
        request.setAbsoluteRequestUri(via != null && !isSecure(host(url)));
        boolean namesPort = url.getPort() >= 0;
        request.addHeader("Host", namesPort ? url.getHost() + ":" + url.getPort() : url.getHost());
        request.addHeader("Connection", "keep-alive");
        if (BODIES.contains(method)) request.addHeader("Content-Length", "0");
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
        String name = host.getHostName();
        return RemoteHost.canonical((name.contains(":") ? "[" + name + "]" : name) + ":" + host.getPort());
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

    /** It is the proxy that is to blame, and not the server behind it. */
    static class ProxyFailed extends TransferFailed {
        private static final long serialVersionUID = 1;

        ProxyFailed(Failure failure, @Nullable Exception cause) {
            super(failure, cause);
        }
    }

    /** The proxy cannot be reached; another one perhaps can. */
    static final class ProxyUnreachable extends ProxyFailed {
        private static final long serialVersionUID = 1;

        private ProxyUnreachable(Failure failure, IOException cause) {
            super(failure, cause);
        }
    }

    /** One request and its answer, on a connection of its own until it is closed. */
    final class Exchange implements Closeable {
        private final ConnectionEndpoint endpoint;
        private final @Nullable Via via;
        private final HttpCoreContext context = HttpCoreContext.create();
        private boolean reused;
        private @Nullable ManagedHttpClientConnection connection;
        private @Nullable Socket socket;
        private @Nullable ReadAheadSocket ahead;
        private @Nullable ClassicHttpRequest sent;
        private @Nullable Head head;
        private boolean read;
        private @Nullable Line line;

        private Exchange(ConnectionEndpoint endpoint, @Nullable Via via) {
            this.endpoint = endpoint;
            this.via = via;
        }

        private void connect(URI url, Line cuttable) throws IOException, HttpException, TransferFailed {
            line = cuttable;
            reused = endpoint.isConnected();
            if (reused) return;
            open(cuttable);
            if (via == null || !isSecure(host(url))) return;
            tunnel(via, host(url), cuttable);
            pool.upgrade(endpoint, context);
        }

        private void open(Line cuttable) throws IOException, TransferFailed {
            try {
                pool.connect(endpoint, connectTimeout, context);
            } catch (IOException problem) {
                if (via == null || cuttable.cut() != null) throw problem;
                throw new ProxyUnreachable(
                        FailureKind.ofProxy(via.name(), problem, FailureKind.Phase.CONNECTING), problem);
            }
        }

        private void tunnel(Via proxy, HttpHost server, Line cuttable)
                throws IOException, HttpException, TransferFailed {
            try {
                askForTunnel(proxy, server, cuttable);
            } catch (IOException | HttpException problem) {
                if (cuttable.cut() != null) throw problem;
                throw new ProxyFailed(FailureKind.ofProxy(proxy.name(), problem, FailureKind.Phase.TALKING), problem);
            }
        }

        /** Asks the proxy for a way to the server, and answers where it wants to know who asks. */
        private void askForTunnel(Via proxy, HttpHost server, Line cuttable)
                throws IOException, HttpException, TransferFailed {
            while (true) {
                BasicClassicHttpRequest connect = new BasicClassicHttpRequest("CONNECT", server, server.toHostString());
                connect.addHeader("Host", server.toHostString());
                String login = proxy.authenticator().header(proxy.proxy(), connect);
                if (login != null) connect.addHeader("Proxy-Authorization", login);
                send(connect, cuttable);
                int status = head().getCode();
                if (status == 200) {
                    proxy.authenticator().accepted(values("Proxy-Authenticate"));
                    return;
                }
                boolean answer = status == PROXY_AUTHENTICATION_REQUIRED
                        && proxy.authenticator().challenged(proxy.proxy(), values("Proxy-Authenticate"));
                if (!answer) throw new ProxyFailed(FailureKind.ofProxyStatus(proxy.name(), status), null);
                skipBodyOfChallenge();
                if (!mayBeUsedAgain()) {
                    endpoint.close(CloseMode.IMMEDIATE);
                    open(cuttable);
                }
                read = false;
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

        /** The proxy that it goes through; null: none. */
        @Nullable
        Via via() {
            return via;
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

        /** The same, also where its length was not told: a login may be for this connection and no other. */
        void skipBodyOfChallenge() throws IOException {
            if (answer().contentLength() != null) skipBody();
            else if (body().readNBytes(CHEAP_TO_READ).length < CHEAP_TO_READ) bodyRead();
        }

        /** All values of a header, for it may be there more than once. */
        List<String> values(String name) {
            return Arrays.stream(head().getHeaders(name)).map(Header::getValue).toList();
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
            super(http, StatusLines.INSTANCE, heads);
            this.heads = heads;
        }

        @Override
        public ClassicHttpResponse parse(SessionInputBuffer buffer, InputStream in) throws IOException, HttpException {
            heads.received = buffer;
            return super.parse(buffer, in);
        }
    }

    /** A status has three digits, and the first is no 0: HttpClient takes any number, and breaks off at 0. */
    private static final class StatusLines extends BasicLineParser {
        private static final StatusLines INSTANCE = new StatusLines();
        private static final int LOWEST = 100;
        private static final int HIGHEST = 999;

        @Override
        public StatusLine parseStatusLine(CharArrayBuffer line) throws ParseException {
            StatusLine parsed = super.parseStatusLine(line);
            int status = parsed.getStatusCode();
            if (status < LOWEST || status > HIGHEST) throw new ParseException("No status of HTTP: " + status);
            return parsed;
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
                    noProxy -> open(), ports, new NamesOfOpening(new AllowedNames(allowed)), strategies);
        }

        private static Socket open() throws IOException {
            Socket socket = SocketChannel.open().socket();
            Opening opening = OPENING.get();
            if (opening != null) opening.uses(socket);
            return socket;
        }
    }

    /** Names as they are allowed, but a proxy that the operator names may be anywhere. */
    private record NamesOfOpening(AllowedNames names) implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            Opening opening = OPENING.get();
            return opening != null && opening.anywhere ? InetAddress.getAllByName(host) : names.resolve(host);
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}
