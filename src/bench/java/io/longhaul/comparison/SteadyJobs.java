package io.longhaul.comparison;

import io.longhaul.bench.Workload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Creates so many jobs a second by small batches, whatever becomes of them, until it is closed. */
final class SteadyJobs implements AutoCloseable {
    private static final int BATCHES_PER_SECOND = 20;
    /** Batches at once, if the node takes longer for one than until the next is due. */
    private static final int SENDERS = 4;

    private final URI batches;
    private final Workload workload;
    private final int rate;
    private final HttpClient http = HttpClient.newHttpClient();
    private final ScheduledExecutorService ticks = Executors.newScheduledThreadPool(SENDERS);
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong created = new AtomicLong();

    SteadyJobs(URI api, Workload workload, int rate) {
        this.batches = api.resolve("/v1/jobs/batch");
        this.workload = workload;
        this.rate = rate;
        for (int sender = 0; sender < SENDERS; sender++) {
            var unused = ticks.scheduleAtFixedRate(
                    this::create,
                    sender * 1000L / BATCHES_PER_SECOND,
                    SENDERS * 1000L / BATCHES_PER_SECOND,
                    TimeUnit.MILLISECONDS);
        }
    }

    /** How many there are. */
    long created() {
        return created.get();
    }

    private void create() {
        try {
            var lines = new ByteArrayOutputStream();
            for (int line = 0; line < rate / BATCHES_PER_SECOND; line++)
                lines.write(workload.line(next.getAndIncrement()));
            var request = HttpRequest.newBuilder(batches)
                    .header("Content-Type", "application/x-ndjson")
                    .header("X-Longhaul-Owner", workload.owner())
                    .timeout(Duration.ofMinutes(1))
                    .POST(BodyPublishers.ofByteArray(lines.toByteArray()))
                    .build();
            String answers = http.send(request, BodyHandlers.ofString()).body();
            created.addAndGet(
                    answers.lines().filter(line -> line.contains("\"id\"")).count());
        } catch (IOException failed) {
            System.err.println(failed);
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        ticks.shutdownNow();
        http.close();
    }
}
