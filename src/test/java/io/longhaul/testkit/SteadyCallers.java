package io.longhaul.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Callers of a cluster who go on whatever its nodes do. A new one comes every so often and takes one job from its creation
 * to its end, by all kinds of calls. Each call asks the next node; where that one refuses the connection, breaks it or
 * answers with 5xx, it asks another, each of them once.
 */
public final class SteadyCallers implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Supplier<URI>> nodes;
    private final IntFunction<String> jobs;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ScheduledExecutorService comings = Executors.newSingleThreadScheduledExecutor();
    private final Map<Integer, Thread> callers = new ConcurrentHashMap<>();
    private final Map<Integer, String> created = new ConcurrentHashMap<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger coming = new AtomicInteger();
    private final Semaphore come = new Semaphore(0);
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger askedAgain = new AtomicInteger();
    private final AtomicLong slowestNanos = new AtomicLong();

    private SteadyCallers(List<Supplier<URI>> nodes, IntFunction<String> jobs) {
        this.nodes = nodes;
        this.jobs = jobs;
    }

    /**
     * Begins.
     *
     * @param nodes the APIs, as they are at the moment of a call
     * @param perSecond how many callers come
     * @param jobs the job of each, as JSON, resumed
     */
    public static SteadyCallers start(List<Supplier<URI>> nodes, int perSecond, IntFunction<String> jobs) {
        var all = new SteadyCallers(nodes, jobs);
        long pause = TimeUnit.SECONDS.toNanos(1) / perSecond;
        var unused = all.comings.scheduleAtFixedRate(all::comes, 0, pause, TimeUnit.NANOSECONDS);
        return all;
    }

    private void comes() {
        int number = coming.getAndIncrement();
        callers.put(number, Thread.ofVirtual().start(() -> {
            try {
                live(number);
            } catch (AssertionError | InterruptedException failed) {
                failures.add("job " + number + ": " + failed.getMessage());
            }
        }));
        come.release();
    }

    private void live(int number) throws InterruptedException {
        JsonNode job = call("POST", "/v1/jobs", jobs.apply(number), 201);
        String id = job.path("id").asText();
        created.put(number, id);
        String path = "/v1/jobs/" + id;
        call("GET", path, "", 200);
        switch (number % 4) {
            case 0 -> {
                call("POST", path + "/suspend", "", 200);
                call("POST", path + "/resume", "", 200);
            }
            case 1 -> call("PATCH", path, "{\"priority\": \"HIGH\"}", 200);
            case 2 -> call("GET", "/v1/jobs?limit=10", "", 200);
            default -> call("GET", path + "/events", "", 200);
        }
        if (isCancelled(number)) {
            call("POST", path + "/cancel", "", 200);
            return;
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!call("GET", path, "", 200).path("state").asText().equals("TRANSFERRED")) {
            if (System.nanoTime() > deadline) throw new AssertionError("was never transferred");
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
        call("POST", path + "/complete", "", 200);
    }

    /** Whether that caller cancels its job; all others complete theirs. */
    public static boolean isCancelled(int number) {
        return number % 8 == 7;
    }

    private JsonNode call(String method, String path, String body, int expected) throws InterruptedException {
        // What was done but not answered is answered when it is asked again
        String key = UUID.randomUUID().toString();
        int first = turn.getAndIncrement();
        List<String> refusals = new ArrayList<>();
        long begun = System.nanoTime();
        calls.incrementAndGet();
        for (int attempt = 0; attempt < nodes.size(); attempt++) {
            if (attempt > 0) askedAgain.incrementAndGet();
            URI node = nodes.get((first + attempt) % nodes.size()).get();
            try {
                HttpResponse<String> answer =
                        http.send(request(node, method, path, body, key), BodyHandlers.ofString());
                if (answer.statusCode() == expected) {
                    slowestNanos.accumulateAndGet(System.nanoTime() - begun, Math::max);
                    return JSON.readTree(answer.body());
                }
                refusals.add(answer.statusCode() + " " + answer.body());
                if (answer.statusCode() < 500) break;
            } catch (IOException broken) {
                refusals.add(broken.toString());
            }
        }
        throw new AssertionError(method + " " + path + ": " + refusals);
    }

    private static HttpRequest request(URI node, String method, String path, String body, String key) {
        HttpRequest.Builder request = HttpRequest.newBuilder(node.resolve(path))
                .timeout(PATIENCE)
                .header("X-Longhaul-Owner", "alice")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (method.equals("POST")) request.header("Idempotency-Key", key);
        if (!body.isEmpty())
            request.header(
                    "Content-Type", method.equals("PATCH") ? "application/merge-patch+json" : "application/json");
        return request.build();
    }

    /** Waits until so many more callers have come. */
    public void awaitMore(int more) throws InterruptedException {
        come.drainPermits();
        if (!come.tryAcquire(more, PATIENCE.toSeconds(), TimeUnit.SECONDS)) throw new AssertionError("Nobody comes");
    }

    /** Nobody comes any more; waits until the last one is done. */
    public void finish() throws InterruptedException {
        comings.shutdown();
        if (!comings.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) throw new AssertionError("still coming");
        for (Thread caller : callers.values())
            if (!caller.join(PATIENCE.multipliedBy(2))) throw new AssertionError("A caller is not done");
    }

    /** The jobs that were accepted, by the numbers of their callers. */
    public Map<Integer, String> created() {
        return created;
    }

    /** How many callers have come. */
    public int came() {
        return coming.get();
    }

    /** The calls that no node served, and what else went wrong, a line each. */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /** How many calls there were, how often another node had to be asked, and how long the longest took. */
    public String summary() {
        return "%d calls, %d times another node was asked, the longest took %.1f s"
                .formatted(calls.get(), askedAgain.get(), slowestNanos.get() / 1e9);
    }

    @Override
    public void close() {
        comings.shutdownNow();
        callers.values().forEach(Thread::interrupt);
        http.shutdownNow();
    }
}
