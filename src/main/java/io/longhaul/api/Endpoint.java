package io.longhaul.api;

import akka.http.javadsl.model.HttpMethod;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpResponse;
import io.longhaul.entity.Requests;
import io.longhaul.job.JobId;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One method of one path: a value, so that what is served can be listed and compared with what is documented.
 *
 * @param parameters the query parameters that it knows
 * @param filtered whether it knows those of a list besides
 * @param endless whether its answer may go on for ever, or take long to begin
 */
record Endpoint(
        HttpMethod method,
        PathTemplate path,
        Set<String> parameters,
        boolean filtered,
        Body body,
        boolean endless,
        Action action) {

    /** What the body must be. */
    enum Body {
        /** It is not looked at. */
        NONE,
        /** Nothing, or an empty JSON object. */
        EMPTY,
        JSON,
        MERGE_PATCH,
        /** Read by the endpoint itself, piece by piece. */
        STREAM
    }

    /** What happens. */
    sealed interface Action {}

    /** A call that may simply be made again. */
    @FunctionalInterface
    non-sealed interface Plain extends Action {
        CompletionStage<HttpResponse> handle(Call call);
    }

    /** A POST, which an Idempotency-Key makes safe to send again. */
    non-sealed interface Once extends Action {
        /**
         * Makes the call.
         *
         * @param id what a new job or operation is called
         * @param request what tells jobs that they are asked the same again; null: they are not
         */
        CompletionStage<Answer> first(Call call, JobId id, @Nullable String request);

        /** The answer that was given, with everything as it is by now. */
        CompletionStage<Answer> again(Call call, Requests.Claim claim);
    }

    static Endpoint get(String path, Plain handler) {
        return plain(HttpMethods.GET, path, Body.NONE, handler);
    }

    static Endpoint put(String path, Plain handler) {
        return plain(HttpMethods.PUT, path, Body.JSON, handler);
    }

    static Endpoint delete(String path, Plain handler) {
        return plain(HttpMethods.DELETE, path, Body.NONE, handler);
    }

    static Endpoint patch(String path, Plain handler) {
        return plain(HttpMethods.PATCH, path, Body.MERGE_PATCH, handler);
    }

    static Endpoint post(String path, Body body, Once action) {
        return new Endpoint(HttpMethods.POST, PathTemplate.of(path), Set.of(), false, body, false, action);
    }

    static Endpoint stream(String path, Plain handler) {
        return plain(HttpMethods.POST, path, Body.STREAM, handler).withoutEnd();
    }

    private static Endpoint plain(HttpMethod method, String path, Body body, Plain handler) {
        return new Endpoint(method, PathTemplate.of(path), Set.of(), false, body, false, handler);
    }

    Endpoint taking(String... names) {
        return new Endpoint(method, path, Set.of(names), filtered, body, endless, action);
    }

    Endpoint takingFilters() {
        return new Endpoint(method, path, parameters, true, body, endless, action);
    }

    Endpoint withoutEnd() {
        return new Endpoint(method, path, parameters, filtered, body, true, action);
    }
}
