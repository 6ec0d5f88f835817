package io.longhaul.api;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.StatusCode;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.RawHeader;
import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.api.json.Json;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a call is answered, before it is HTTP.
 *
 * @param body null: none
 * @param memo what must be kept besides status and location to answer the same call again; null: nothing
 * @param kept whether the same call sent again gets this answer, or is made again
 */
record Answer(
        StatusCode status,
        @Nullable String location,
        @Nullable JsonNode body,
        @Nullable String memo,
        boolean kept) {

    static Answer ok(JsonNode body) {
        return new Answer(StatusCodes.OK, null, body, null, true);
    }

    static Answer created(@Nullable String location, JsonNode body) {
        return new Answer(StatusCodes.CREATED, location, body, null, true);
    }

    static Answer accepted(String location, JsonNode body) {
        return new Answer(StatusCodes.ACCEPTED, location, body, null, true);
    }

    static Answer noContent() {
        return new Answer(StatusCodes.NO_CONTENT, null, null, null, true);
    }

    static Answer refused(Problem problem) {
        JsonNode body = problem.json();
        return new Answer(StatusCodes.get(problem.status()), null, body, Json.text(body), !problem.isPassing());
    }

    /** A refusal that was kept. */
    static Answer refusedAgain(int status, String memo) {
        JsonNode body = Json.read(memo.getBytes(StandardCharsets.UTF_8));
        return new Answer(StatusCodes.get(status), null, body, memo, true);
    }

    Answer remembering(String toKeep) {
        return new Answer(status, location, body, toKeep, kept);
    }

    boolean isRefusal() {
        return status.isFailure();
    }

    HttpResponse response() {
        HttpResponse response = HttpResponse.create().withStatus(status);
        if (location != null) response = response.addHeader(RawHeader.create("Location", location));
        if (body == null) return response;
        return isRefusal()
                ? response.withEntity(Problem.CONTENT_TYPE, Json.write(body))
                : response.withEntity(ContentTypes.APPLICATION_JSON, Json.write(body));
    }
}
