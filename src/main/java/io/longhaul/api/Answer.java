package io.longhaul.api;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCode;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.RawHeader;
import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.api.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a call is answered, before it is HTTP.
 *
 * @param body null: none
 * @param memo what must be kept besides status and location to answer the same call again; null: nothing
 * @param kept whether the same call sent again gets this answer, or is made again
 * @param headers beyond Location and the content type
 */
record Answer(
        StatusCode status,
        @Nullable String location,
        @Nullable JsonNode body,
        @Nullable String memo,
        boolean kept,
        Map<String, String> headers) {
    Answer {
        headers = Map.copyOf(headers);
    }

    static Answer ok(JsonNode body) {
        return new Answer(StatusCodes.OK, null, body, null, true, Map.of());
    }

    static Answer created(@Nullable String location, JsonNode body) {
        return new Answer(StatusCodes.CREATED, location, body, null, true, Map.of());
    }

    static Answer accepted(String location, JsonNode body) {
        return new Answer(StatusCodes.ACCEPTED, location, body, null, true, Map.of());
    }

    static Answer noContent() {
        return new Answer(StatusCodes.NO_CONTENT, null, null, null, true, Map.of());
    }

    static Answer refused(Problem problem) {
        JsonNode body = problem.json();
        return new Answer(
                StatusCodes.get(problem.status()),
                null,
                body,
                Json.text(body),
                !problem.isPassing(),
                problem.headers());
    }

    /** A refusal that was kept. */
    static Answer refusedAgain(int status, String memo) {
        JsonNode body = Json.read(memo.getBytes(StandardCharsets.UTF_8));
        return new Answer(StatusCodes.get(status), null, body, memo, true, Map.of());
    }

    Answer remembering(String toKeep) {
        return new Answer(status, location, body, toKeep, kept, headers);
    }

    boolean isRefusal() {
        return status.isFailure();
    }

    HttpResponse response() {
        HttpResponse response = HttpResponse.create().withStatus(status);
        if (location != null) response = response.addHeader(RawHeader.create("Location", location));
        for (Map.Entry<String, String> header : headers.entrySet())
            response = response.addHeader(RawHeader.create(header.getKey(), header.getValue()));
        if (body == null) return response;
        return isRefusal()
                ? response.withEntity(Problem.CONTENT_TYPE, Json.write(body))
                : response.withEntity(ContentTypes.APPLICATION_JSON, Json.write(body));
    }
}
