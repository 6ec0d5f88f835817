package io.longhaul.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** A client of the HTTP API, as a test needs it: JSON in and out, and waiting for what will happen. */
public final class ApiClient implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI base;

    private final String owner;
    private final HttpClient http;

    public ApiClient(URI base, String owner) {
        this.base = base;
        this.owner = owner;
        this.http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    public URI base() {
        return base;
    }

    /** The same API, as another owner. */
    public ApiClient as(String otherOwner) {
        return new ApiClient(base, otherOwner);
    }

    /** An answer: its status, its headers, and its body as text and, where it is that, as JSON. */
    public record Answer(int status, java.net.http.HttpHeaders headers, String text, JsonNode json) {
        public String code() {
            return json.path("code").asText();
        }
    }

    public Answer get(String path) {
        return send(request(path).GET());
    }

    /** A POST with a JSON body; headers as name, value, name, value. */
    public Answer post(String path, String body, String... headers) {
        HttpRequest.Builder request = request(path).POST(BodyPublishers.ofString(body));
        if (!body.isEmpty()) request.header("Content-Type", "application/json");
        if (headers.length > 0) request.headers(headers);
        return send(request);
    }

    public Answer post(String path) {
        return post(path, "");
    }

    public Answer put(String path, String body) {
        return send(request(path).PUT(BodyPublishers.ofString(body)).header("Content-Type", "application/json"));
    }

    public Answer delete(String path) {
        return send(request(path).DELETE());
    }

    public Answer patch(String path, String body) {
        return send(request(path)
                .method("PATCH", BodyPublishers.ofString(body))
                .header("Content-Type", "application/merge-patch+json"));
    }

    /** Creates a job and returns its id; anything but 201 fails the test. */
    public String create(String body) {
        Answer answer = post("/v1/jobs", body);
        if (answer.status() != 201) throw new AssertionError(answer.status() + " " + answer.text());
        return answer.json().path("id").asText();
    }

    public JsonNode job(String id) {
        return get("/v1/jobs/" + id).json();
    }

    /** The names of all states that the job has been in, oldest first, as its history tells. */
    public List<String> states(String id) {
        List<String> states = new java.util.ArrayList<>();
        for (JsonNode event :
                get("/v1/jobs/" + id + "/events?limit=1000").json().path("events")) {
            String state = event.path("state").asText();
            if (states.isEmpty() || !states.getLast().equals(state)) states.add(state);
        }
        return states;
    }

    /** Waits, by watching the job, until it is in that state, and returns it. */
    public JsonNode awaitState(String id, String state) {
        awaitMessage(id, "state", data -> data.path("state").asText().equals(state));
        return job(id);
    }

    /** Waits until watching the job brings such a message. */
    public JsonNode awaitMessage(String id, String event, Predicate<JsonNode> wanted) {
        return awaitMessageOf("/v1/jobs/" + id + "/watch", event, wanted);
    }

    /** Waits until the watch at that path brings such a message. */
    public JsonNode awaitMessageOf(String path, String event, Predicate<JsonNode> wanted) {
        HttpResponse<InputStream> watch =
                await(http.sendAsync(request(path).GET().build(), BodyHandlers.ofInputStream()));
        if (watch.statusCode() != 200) throw new AssertionError("watch: " + watch.statusCode());
        try (InputStream stream = watch.body()) {
            return await(CompletableFuture.supplyAsync(
                    () -> read(stream, event, wanted),
                    task -> Thread.ofVirtual().start(task)));
        } catch (IOException closed) {
            throw new UncheckedIOException(closed);
        }
    }

    private static JsonNode read(InputStream stream, String event, Predicate<JsonNode> wanted) {
        BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
        String name = "";
        String seen = "";
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event:"))
                    name = line.substring("event:".length()).strip();
                if (!line.startsWith("data:")) continue;
                seen = line;
                JsonNode data = JSON.readTree(line.substring("data:".length()));
                if (name.equals(event) && wanted.test(data)) return data;
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        throw new AssertionError("The watch ended before what was waited for; last: " + seen);
    }

    /** Asks again and again until the answer is as wanted: for lists and counts, which may be a second behind. */
    public <T> T until(Supplier<T> asked, Predicate<T> wanted) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        T answer = asked.get();
        while (!wanted.test(answer)) {
            if (System.nanoTime() > deadline) throw new AssertionError("Never came: last answer " + answer);
            Thread.onSpinWait();
            answer = asked.get();
        }
        return answer;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE).header("X-Longhaul-Owner", owner);
    }

    private Answer send(HttpRequest.Builder request) {
        HttpResponse<String> response = await(http.sendAsync(request.build(), BodyHandlers.ofString()));
        return new Answer(response.statusCode(), response.headers(), response.body(), json(response.body()));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException notJson) {
            return MissingNode.getInstance();
        }
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        } catch (ExecutionException failed) {
            throw new AssertionError(failed.getCause());
        } catch (TimeoutException late) {
            throw new AssertionError("No answer within " + PATIENCE, late);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
