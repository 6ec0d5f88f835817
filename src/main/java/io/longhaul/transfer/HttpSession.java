package io.longhaul.transfer;

import static io.longhaul.job.BitsError.BG_E_INVALID_CREDENTIALS;
import static io.longhaul.job.BitsError.BG_E_INVALID_PROXY_INFO;
import static io.longhaul.job.BitsError.ERROR_SERVICE_UNAVAILABLE;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED;
import static io.longhaul.job.ErrorContext.GENERAL_QUEUE_MANAGER;
import static io.longhaul.job.ErrorContext.GENERAL_TRANSPORT;

import io.longhaul.codec.ClientKeys;
import io.longhaul.codec.SecretValue;
import io.longhaul.codec.SecretValue.Identity;
import io.longhaul.codec.SecretValue.Login;
import io.longhaul.entity.SecretException;
import io.longhaul.entity.Secrets;
import io.longhaul.job.Job;
import io.longhaul.job.JobSpec;
import io.longhaul.job.file.RemoteHost;
import io.longhaul.job.http.AuthScheme;
import io.longhaul.job.http.AuthTarget;
import io.longhaul.job.http.ClientCertificate;
import io.longhaul.job.http.HttpOptions;
import io.longhaul.job.http.ProxyServer;
import io.longhaul.job.http.SecurityFlag;
import io.longhaul.job.http.StoredCredentials;
import io.longhaul.transfer.Connections.Exchange;
import io.longhaul.transfer.Connections.ProxyFailed;
import io.longhaul.transfer.RefusedAddresses.Target;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hc.client5.http.auth.ChallengeType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * How a run speaks HTTP: its job's options, and secrets, which leave memory with it. A job without any of that uses the
 * node's connections, which all jobs share; one that speaks for somebody, or trusts whom others do not, has its own.
 */
final class HttpSession implements AutoCloseable {
    private static final int UNAUTHORIZED = 401;
    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;
    private static final long LARGEST_PEM = 256 * 1024;

    /** How a request comes to the server that it is for, and so whose word the answer is. */
    enum Way {
        STRAIGHT,
        /** By a proxy that only passes on what TLS keeps safe: the answer is the server's, a broken connection may be the proxy's. */
        TUNNEL,
        /** By a proxy that answers itself, or could: what of that is the server's nobody else can tell. */
        PROXY
    }

    private final Job job;
    private final RefusedAddresses refused;
    private final TransferSettings settings;
    private final HttpOptions http;
    private final Map<String, String> headers;
    private final Authenticators toServers;
    private final Authenticators toProxies;
    private final Proxies proxies;
    private final Connections connections;
    private final boolean own;

    /** What is asked where it is not the server that the job names. */
    private final Target elsewhere;

    /** The proxy that was reached last, which is tried first. */
    private @Nullable ProxyServer reached;

    private HttpSession(
            Job job,
            EngineParts parts,
            Map<String, String> headers,
            Authenticators toServers,
            Authenticators toProxies,
            Proxies proxies,
            @Nullable Connections own,
            Target elsewhere) {
        this.job = job;
        this.elsewhere = elsewhere;
        this.refused = parts.refused();
        this.settings = parts.settings();
        this.http = job.spec().httpOptions();
        this.headers = headers;
        this.toServers = toServers;
        this.toProxies = toProxies;
        this.proxies = proxies;
        this.own = own != null;
        this.connections = own == null ? parts.connections() : own;
    }

    /**
     * Reads the job's secrets, if it has any.
     *
     * @param line of the run
     * @throws TransferFailed where they cannot be read, or make no sense
     */
    static HttpSession open(Job job, EngineParts parts, Line line) throws TransferFailed {
        TransferSettings settings = parts.settings();
        JobSpec spec = job.spec();
        HttpOptions http = spec.httpOptions();
        Map<UUID, byte[]> opened = spec.secrets().isEmpty() ? Map.of() : opened(job, parts.secrets());
        Authenticators toServers = new Authenticators(
                ChallengeType.TARGET, logins(http, AuthTarget.SERVER, opened), parts.kerberos(), line);
        Authenticators toProxies =
                new Authenticators(ChallengeType.PROXY, logins(http, AuthTarget.PROXY, opened), parts.kerberos(), line);
        Map<String, String> headers = http.headers() == null
                ? spec.customHeaders()
                : SecretValue.of(value(opened, http.headers()), SecretValue.Headers.class)
                        .headers();
        Identity identity = identity(spec, settings, opened);
        boolean usual = http.hasUsualMethod()
                && RunTls.isUsual(http, identity)
                && !toServers.maySpeakForConnections()
                && !toProxies.hasLogins();
        Proxies proxies = proxies(http, settings);
        RevocationCheck revocations =
                new RevocationCheck(line, parts.revocations(), aside -> forLists(job, parts, opened, proxies, aside));
        Connections own = usual ? null : own(settings, http, identity, revocations, parts.clock());
        return new HttpSession(job, parts, headers, toServers, toProxies, proxies, own, Target.REDIRECT);
    }

    /** How the lists of revoked certificates are fetched: by the job's proxies, and with nothing that is for its servers. */
    private static HttpSession forLists(
            Job job, EngineParts parts, Map<UUID, byte[]> opened, Proxies proxies, Line aside) {
        Map<AuthScheme, Login> logins = logins(job.spec().httpOptions(), AuthTarget.PROXY, opened);
        return new HttpSession(
                job,
                parts,
                Map.of(),
                new Authenticators(ChallengeType.TARGET, Map.of(), parts.kerberos(), aside),
                new Authenticators(ChallengeType.PROXY, logins, parts.kerberos(), aside),
                proxies,
                Connections.ofOneRun(parts.settings(), RevocationCheck.NO_TLS),
                Target.REVOCATIONS);
    }

    private static Map<UUID, byte[]> opened(Job job, Secrets secrets) throws TransferFailed {
        try {
            return secrets.open(job.id(), job.spec().owner(), job.spec().secrets());
        } catch (SecretException unreadable) {
            String why = String.valueOf(unreadable.getMessage());
            throw new TransferFailed(
                    unreadable.isLost()
                            ? Failure.fatal(GENERAL_QUEUE_MANAGER, BG_E_INVALID_CREDENTIALS, why)
                            : Failure.transientOf(GENERAL_QUEUE_MANAGER, ERROR_SERVICE_UNAVAILABLE, why),
                    unreadable);
        }
    }

    private static byte[] value(Map<UUID, byte[]> opened, UUID secret) {
        byte[] value = opened.get(secret);
        if (value == null) throw new IllegalStateException("The job names a secret that it does not list");
        return value;
    }

    private static Map<AuthScheme, Login> logins(HttpOptions http, AuthTarget target, Map<UUID, byte[]> opened) {
        if (http.credentials().isEmpty()) return Map.of();
        Map<AuthScheme, Login> logins = new EnumMap<>(AuthScheme.class);
        for (StoredCredentials stored : http.credentials())
            if (stored.target() == target)
                logins.put(stored.scheme(), SecretValue.of(value(opened, stored.secret()), Login.class));
        return logins;
    }

    private static @Nullable Identity identity(JobSpec spec, TransferSettings settings, Map<UUID, byte[]> opened)
            throws TransferFailed {
        ClientCertificate certificate = spec.httpOptions().clientCertificate();
        if (certificate == null) return null;
        if (certificate.secret() != null) return SecretValue.of(value(opened, certificate.secret()), Identity.class);
        Path folder = settings.clientCertificates();
        if (folder == null) throw noCertificate("The operator keeps no client certificates here.", null);
        // Both are plain path segments, as the job's rules say
        Path file = folder.resolve(spec.owner().name()).resolve(certificate.name() + ".pem");
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > LARGEST_PEM)
                throw noCertificate("The operator keeps no client certificate of that name for the owner.", null);
            return ClientKeys.ofPem(Files.readString(file, StandardCharsets.US_ASCII));
        } catch (IOException | IllegalArgumentException unusable) {
            throw noCertificate("The client certificate that the operator keeps cannot be used.", unusable);
        }
    }

    private static TransferFailed noCertificate(String why, @Nullable Exception cause) {
        return new TransferFailed(Failure.fatal(GENERAL_TRANSPORT, ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED, why), cause);
    }

    private static Proxies proxies(HttpOptions http, TransferSettings settings) throws TransferFailed {
        return switch (http.proxy().usage()) {
            case PRECONFIG -> settings.proxies();
            case AUTODETECT -> settings.detectedProxies();
            case NO_PROXY -> Proxies.NONE;
            case OVERRIDE -> {
                try {
                    yield Proxies.ofJob(http.proxy());
                } catch (IllegalArgumentException malformed) {
                    throw new TransferFailed(
                            Failure.fatal(GENERAL_TRANSPORT, BG_E_INVALID_PROXY_INFO, BG_E_INVALID_PROXY_INFO.text()),
                            malformed);
                }
            }
        };
    }

    private static Connections own(
            TransferSettings settings,
            HttpOptions http,
            @Nullable Identity identity,
            RevocationCheck revocations,
            Clock clock)
            throws TransferFailed {
        try {
            return Connections.ofOneRun(settings, RunTls.strategy(settings, http, identity, revocations, clock));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException unusable) {
            throw noCertificate("TLS cannot be set up as the job wants it.", unusable);
        }
    }

    /** The hops of a request for that URL. */
    Redirects hopsFrom(URI url) {
        return new Redirects(url, settings.maxRedirects(), http.has(SecurityFlag.ALLOW_HTTPS_TO_HTTP));
    }

    Way wayTo(URI url) {
        if (proxies.forUrl(url).isEmpty()) return Way.STRAIGHT;
        return isPlain(url) || !RunTls.provesServer(http) ? Way.PROXY : Way.TUNNEL;
    }

    /**
     * Asks, and answers whoever wants to know who asks.
     *
     * @param sameOrigin whether the URL is of the scheme, host and port that the job names: nobody else gets a login, nor
     *     headers that may be secret
     */
    Exchange send(TransferPlan.Request request, String method, URI url, boolean sameOrigin, Line line)
            throws TransferFailed {
        while (true) {
            Exchange exchange = sendOnce(request, method, url, sameOrigin, line);
            int status = exchange.answer().status();
            boolean again = switch (status) {
                case UNAUTHORIZED ->
                    sameOrigin && server(url).challenged(Connections.host(url), exchange.values("WWW-Authenticate"));
                case PROXY_AUTHENTICATION_REQUIRED ->
                    exchange.via() != null
                            && isPlain(url)
                            && exchange.via()
                                    .authenticator()
                                    .challenged(exchange.via().proxy(), exchange.values("Proxy-Authenticate"));
                default -> false;
            };
            if (!again) {
                refusedByProxy(exchange, url, status);
                accepted(exchange, status, url, sameOrigin);
                return exchange;
            }
            try (exchange) {
                exchange.skipBodyOfChallenge();
            } catch (IOException brokenOff) {
                // then this connection is not used again
            }
        }
    }

    private Authenticator server(URI url) {
        return toServers.of(Connections.host(url));
    }

    /** Through a tunnel it is the server that says so. */
    private static void refusedByProxy(Exchange exchange, URI url, int status) throws ProxyFailed {
        Via via = exchange.via();
        if (status != PROXY_AUTHENTICATION_REQUIRED || via == null || !isPlain(url)) return;
        exchange.close();
        throw new ProxyFailed(FailureKind.ofProxyStatus(via.name(), status), null);
    }

    private void accepted(Exchange exchange, int status, URI url, boolean sameOrigin) throws TransferFailed {
        Via via = exchange.via();
        try {
            // What a server behind a tunnel says for its proxy is not the proxy's
            if (via != null && isPlain(url) && status != PROXY_AUTHENTICATION_REQUIRED)
                via.authenticator().accepted(exchange.values("Proxy-Authenticate"));
            if (sameOrigin && status != UNAUTHORIZED) server(url).accepted(exchange.values("WWW-Authenticate"));
        } catch (TransferFailed impostor) {
            exchange.close();
            throw impostor;
        }
    }

    private Exchange sendOnce(TransferPlan.Request request, String method, URI url, boolean sameOrigin, Line line)
            throws TransferFailed {
        Map<String, String> custom = sameOrigin || !http.headersWriteOnly() ? headers : Map.of();
        Map<String, String> all = RequestHeaders.of(request, custom, settings.userAgent(), sameOrigin);
        if (sameOrigin && server(url).hasAnswer()) {
            HttpHost host = Connections.host(url);
            BasicHttpRequest asked = new BasicHttpRequest(method, host, Connections.target(url));
            put(all, "Authorization", server(url).header(host, asked));
        }
        List<ProxyServer> candidates = proxies.forUrl(url);
        if (candidates.isEmpty()) return sendStraight(method, url, all, sameOrigin, line);
        return sendByProxy(inOrder(candidates), method, url, all, line);
    }

    private Exchange sendStraight(String method, URI url, Map<String, String> all, boolean sameOrigin, Line line)
            throws TransferFailed {
        try {
            return connections.send(method, url, all, null, line);
        } catch (TransferFailed failed) {
            tellIfRefused(failed, sameOrigin ? Target.SERVER : elsewhere, RemoteHost.of(url));
            throw failed;
        }
    }

    private void tellIfRefused(TransferFailed failed, Target target, String host) {
        if (failed.getCause() instanceof ForbiddenAddressException refusal)
            refused.tell(job.id(), job.spec().owner(), target, host, refusal);
    }

    private List<ProxyServer> inOrder(List<ProxyServer> candidates) {
        ProxyServer first = reached;
        if (first == null || !candidates.contains(first)) return candidates;
        List<ProxyServer> ordered = new ArrayList<>(candidates);
        ordered.remove(first);
        ordered.addFirst(first);
        return ordered;
    }

    private Exchange sendByProxy(
            List<ProxyServer> candidates, String method, URI url, Map<String, String> all, Line line)
            throws TransferFailed {
        for (int i = 0; ; i++) {
            Via via = Via.of(candidates.get(i), toProxies, proxies.trusted());
            Map<String, String> said = new LinkedHashMap<>(all); // what one proxy was told is not for the next
            if (isPlain(url))
                put(said, "Proxy-Authorization", via.authenticator().header(via.proxy(), toProxy(method, url)));
            try {
                Exchange exchange = connections.send(method, url, said, via, line);
                reached = candidates.get(i);
                return exchange;
            } catch (Connections.ProxyUnreachable next) {
                tellIfRefused(next, Target.PROXY, via.name());
                if (i == candidates.size() - 1) throw next;
            }
        }
    }

    /** Through a tunnel a proxy sees no request, and a server must not ask for what is the proxy's. */
    private static boolean isPlain(URI url) {
        return url.getScheme().equalsIgnoreCase("http");
    }

    private static BasicHttpRequest toProxy(String method, URI url) {
        BasicHttpRequest request = new BasicHttpRequest(method, Connections.host(url), Connections.target(url));
        request.setAbsoluteRequestUri(true);
        return request;
    }

    /** Ours is the one that counts, however the job may spell its own. */
    private static void put(Map<String, String> all, String name, @Nullable String value) {
        if (value == null) return;
        all.keySet().removeIf(name::equalsIgnoreCase);
        all.put(name, value);
    }

    @Override
    public void close() {
        if (own) connections.close();
    }
}
