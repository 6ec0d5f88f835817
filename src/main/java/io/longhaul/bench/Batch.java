package io.longhaul.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.HttpEntities;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.http.nio.support.classic.ClassicToAsyncRequestProducer;
import org.apache.hc.core5.http.nio.support.classic.ClassicToAsyncResponseConsumer;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Creates jobs by {@code POST /v1/jobs/batch}. The lines are made while they are sent and the answers are read at the
 * same time, so a million jobs need no more memory than ten.
 */
final class Batch {
    /** The node lets a client wait when it has much to do; longer than this and it hangs. */
    private static final Timeout PATIENCE = Timeout.ofMinutes(5);

    private static final Timeout CONNECTING = Timeout.ofSeconds(10);
    private static final int BUFFER = 64 * 1024;
    private static final ContentType NDJSON = ContentType.create("application/x-ndjson");

    private final NodeApi node;
    private final Workload workload;
    private final Answers answers;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    private Batch(NodeApi node, Workload workload, Answers answers) {
        this.node = node;
        this.workload = workload;
        this.answers = answers;
    }

    /** Creates that many jobs over so many connections, and returns when the last one is answered. */
    static void send(NodeApi node, Workload workload, long jobs, int connections, Answers answers) {
        new Batch(node, workload, answers).send(jobs, connections);
    }

    private void send(long jobs, int connections) {
        try (CloseableHttpAsyncClient client = client(connections)) {
            client.start();
            List<Thread> parts = new ArrayList<>();
            for (int part = 0; part < connections; part++) {
                long from = jobs * part / connections;
                long to = jobs * (part + 1) / connections;
                parts.add(Thread.ofVirtual().start(() -> sendPart(client, from, to)));
            }
            for (Thread part : parts) part.join();
        } catch (IOException failed) {
            throw NodeApi.unreachable(node.base(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LoadException("The run was interrupted.", interrupted);
        }
        Exception failed = failure.get();
        if (failed instanceof LoadException refused) throw refused;
        if (failed != null) throw NodeApi.unreachable(node.base(), failed);
    }

    private static CloseableHttpAsyncClient client(int connections) {
        var manager = PoolingAsyncClientConnectionManagerBuilder.create()
                .setMaxConnPerRoute(connections)
                .setMaxConnTotal(connections)
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(CONNECTING)
                        .setSocketTimeout(PATIENCE)
                        .build())
                .build();
        return HttpAsyncClients.custom()
                .setConnectionManager(manager)
                .disableAutomaticRetries()
                .disableCookieManagement()
                .build();
    }

    private void sendPart(CloseableHttpAsyncClient client, long from, long to) {
        ClassicHttpRequest request = ClassicRequestBuilder.post(node.base().resolve("/v1/jobs/batch"))
                .addHeader("X-Longhaul-Owner", node.owner())
                .setEntity(HttpEntities.create(lines -> write(lines, from, to), NDJSON))
                .build();
        var sending = new ClassicToAsyncRequestProducer(request, BUFFER, PATIENCE);
        var receiving = new ClassicToAsyncResponseConsumer(BUFFER, PATIENCE);
        var unused = client.execute(sending, receiving, null);
        Thread.ofVirtual().start(() -> attempt(() -> sending.blockWaiting().execute()));
        attempt(() -> read(receiving));
    }

    private void write(OutputStream lines, long from, long to) throws IOException {
        for (long job = from; job < to; job++) lines.write(workload.line(job));
    }

    private void read(ClassicToAsyncResponseConsumer receiving) throws IOException, InterruptedException {
        try (ClassicHttpResponse response = receiving.blockWaiting();
                InputStream body = response.getEntity().getContent()) {
            if (response.getCode() != 200) {
                String problem = new String(body.readAllBytes(), StandardCharsets.UTF_8);
                throw new LoadException("The node refused the batch with " + response.getCode()
                        + NodeApi.reason(NodeApi.json(problem)) + ".");
            }
            var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) answers.add(line);
        }
    }

    private interface Attempt {
        void run() throws Exception;
    }

    private void attempt(Attempt attempt) {
        try {
            attempt.run();
        } catch (Exception failed) {
            failure.compareAndSet(null, failed);
        }
    }
}
