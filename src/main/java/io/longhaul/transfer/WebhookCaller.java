package io.longhaul.transfer;

import io.longhaul.entity.JobSummary;
import io.longhaul.entity.Webhooks;
import io.longhaul.job.file.RemoteHost;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's calls to receivers, each on a virtual thread and with a time limit for all of it. They go to the addresses
 * that may be fetched from, and to no others.
 */
public final class WebhookCaller implements Webhooks, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookCaller.class);

    private static final int LONGEST_LINE = 8 * 1024;
    private static final int MOST_HEADERS = 100;

    /** A longer body is not read, which costs the connection. */
    private static final int MOST_OF_BODY = 16 * 1024;

    private static final TimeValue KEPT_ALIVE = TimeValue.ofSeconds(30);

    private final CloseableHttpClient client;
    private final Duration timeout;
    private final Clock clock;
    private final RefusedAddresses refused;
    private final ScheduledExecutorService cutter = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("longhaul-webhook-clock").unstarted(task));

    /**
     * Calls nobody yet.
     *
     * @param timeout of one call, from the look-up of the name to the end of the answer
     * @param atOnce so many calls at most
     * @param trustedCertificates a PEM file of certificates that are trusted besides those of the JVM
     * @param allowedAddresses addresses and CIDR blocks that may be called besides public ones; null: all may be
     * @param refused hears of addresses that may not be called
     * @throws IOException where the trusted certificates cannot be read
     */
    public WebhookCaller(
            Duration timeout,
            int atOnce,
            @Nullable Path trustedCertificates,
            @Nullable List<String> allowedAddresses,
            String userAgent,
            Clock clock,
            RefusedAddresses refused)
            throws IOException {
        this.timeout = timeout;
        this.clock = clock;
        this.refused = refused;
        Timeout limit = Timeout.of(timeout);
        Http1Config http = Http1Config.custom()
                .setMaxLineLength(LONGEST_LINE)
                .setMaxHeaderCount(MOST_HEADERS)
                .build();
        client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new AllowedNames(new AllowedAddresses(allowedAddresses)))
                        .setTlsSocketStrategy(
                                new DefaultClientTlsStrategy(TrustedCertificates.context(trustedCertificates)))
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                                .http1Config(http)
                                .build())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(limit)
                                .setSocketTimeout(limit)
                                .build())
                        .setMaxConnTotal(atOnce)
                        .setMaxConnPerRoute(atOnce)
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(limit)
                        .setResponseTimeout(limit)
                        .setProtocolUpgradeEnabled(false)
                        .build())
                .setUserAgent(userAgent)
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableContentCompression()
                .disableAuthCaching()
                .evictIdleConnections(KEPT_ALIVE)
                .build();
    }

    @Override
    public CompletionStage<Reply> post(JobSummary job, String url, Map<String, String> headers, byte[] body) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        HttpPost request = new HttpPost(URI.create(url));
        headers.forEach(request::setHeader);
        request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
        Thread.ofVirtual().name("longhaul-webhook").start(() -> reply.complete(call(job, request, RemoteHost.of(url))));
        return reply;
    }

    private Reply call(JobSummary job, HttpPost request, String host) {
        Future<?> cut = cutter.schedule(request::cancel, timeout.toNanos(), TimeUnit.NANOSECONDS);
        try {
            ClassicHttpResponse response = client.executeOpen(null, request, null);
            finish(request, response);
            return reply(response);
        } catch (IOException | RuntimeException problem) {
            if (problem instanceof ForbiddenAddressException refusal)
                refused.tell(job.id(), job.spec().owner(), RefusedAddresses.Target.WEBHOOK, host, refusal);
            return new Reply(
                    null,
                    request.isCancelled() ? "No answer within " + timeout.toMillis() + " ms." : text(problem),
                    null);
        } finally {
            cut.cancel(false);
        }
    }

    /** Reads a short body, so that the connection can be used again. What comes of that does not matter. */
    private static void finish(HttpPost request, ClassicHttpResponse response) {
        try (response) {
            HttpEntity body = response.getEntity();
            if (body != null && body.getContent().readNBytes(MOST_OF_BODY).length == MOST_OF_BODY) request.cancel();
        } catch (IOException broken) {
            LOG.debug("The body of a receiver's answer is not whole: {}", broken.toString());
        }
    }

    private Reply reply(ClassicHttpResponse response) {
        int status = response.getCode();
        Header after = response.getFirstHeader("Retry-After");
        Duration wait = after == null
                ? null
                : RetryAfter.parse(after.getValue(), clock.instant()).orElse(null);
        return new Reply(status, "HTTP status " + status + ".", wait);
    }

    private static String text(Exception problem) {
        Failure failure = FailureKind.ofConnection(problem, FailureKind.Phase.CONNECTING);
        return failure.code().code() + ": " + failure.description();
    }

    @Override
    public void close() {
        cutter.shutdownNow();
        client.close(CloseMode.IMMEDIATE);
    }
}
