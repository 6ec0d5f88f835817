package io.longhaul.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;

/** A node's HTTP API as one owner calls it. Every call blocks, and fails with a {@link LoadException}. */
public final class NodeApi implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI base;
    private final String owner;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    public NodeApi(URI base, String owner) {
        this.base = base;
        this.owner = owner;
    }

    public URI base() {
        return base;
    }

    public String owner() {
        return owner;
    }

    public JsonNode get(String path) {
        return send("GET", path, "");
    }

    public JsonNode post(String path) {
        return send("POST", path, "");
    }

    public JsonNode post(String path, String body) {
        return send("POST", path, body);
    }

    private JsonNode send(String method, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(PATIENCE)
                .header("X-Longhaul-Owner", owner)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!body.isEmpty()) request.header("Content-Type", "application/json");
        try {
            HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
            JsonNode json = json(answer.body());
            if (answer.statusCode() / 100 == 2) return json;
            throw new LoadException(
                    "The node refused " + method + " " + path + " with " + answer.statusCode() + reason(json) + ".");
        } catch (IOException failed) {
            throw unreachable(base, failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new LoadException("The run was interrupted.", interrupted);
        }
    }

    static LoadException unreachable(URI base, Exception failed) {
        return new LoadException("The node at " + base + " cannot be used: " + reason(failed) + ".", failed);
    }

    /** What the innermost cause says: those around it repeat it with its class. Java's own client says nothing of many. */
    private static String reason(Exception failed) {
        String reason = failed instanceof ConnectException ? "nobody listens there" : "the connection was closed";
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) reason = "its name is not known";
            else if (cause.getMessage() != null && !cause.getMessage().isBlank()) reason = cause.getMessage();
        }
        return reason;
    }

    /** What a problem says, with a colon before it. */
    static String reason(JsonNode problem) {
        String detail = problem.path("detail").asText().replaceFirst("\\.$", "");
        return detail.isEmpty() ? "" : ": " + detail;
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException notJson) {
            return MissingNode.getInstance();
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
