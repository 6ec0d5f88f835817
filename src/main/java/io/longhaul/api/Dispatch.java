package io.longhaul.api;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.TimeoutAccess;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a request to its endpoint, the same way for all: path, method, caller, parameters, body, call, answer. */
final class Dispatch {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

    private final ActorSystem<?> system;
    private final List<Endpoint> endpoints;
    private final Access access;
    private final Bodies bodies;
    private final Idempotency idempotency;
    private final CallListener listener;

    Dispatch(
            ActorSystem<?> system,
            List<Endpoint> endpoints,
            Access access,
            Bodies bodies,
            Idempotency idempotency,
            CallListener listener) {
        this.system = system;
        this.endpoints = List.copyOf(endpoints);
        this.access = access;
        this.bodies = bodies;
        this.idempotency = idempotency;
        this.listener = listener;
    }

    CompletionStage<HttpResponse> handle(HttpRequest request) {
        long began = System.nanoTime();
        limitTime(request);
        CompletionStage<Match> match = CompletableFuture.completedStage(request).thenApply(this::find);
        return match.thenCompose(found -> dispatch(request, found))
                .exceptionally(failure -> refused(request, failure))
                .thenApply(response -> request.method().equals(HttpMethods.HEAD) ? headed(response) : response)
                .thenCombine(
                        match.handle((found, none) ->
                                found == null ? Optional.<Endpoint>empty() : Optional.of(found.endpoint())),
                        (response, endpoint) -> tell(request, endpoint, response, System.nanoTime() - began));
    }

    private HttpResponse tell(HttpRequest request, Optional<Endpoint> endpoint, HttpResponse response, long nanos) {
        listener.answered(
                endpoint.map(found -> found.path().text()).orElse(null),
                request.method().value(),
                response.status().intValue(),
                Duration.ofNanos(nanos));
        return response;
    }

    private CompletionStage<HttpResponse> dispatch(HttpRequest request, Match match) {
        Endpoint endpoint = match.endpoint();
        Caller caller = access.callerOf(request);
        Query query = Query.of(request, endpoint);
        if (endpoint.endless()) withoutTimeLimit(request);
        return bodies.read(request, endpoint.body())
                .thenCompose(content -> call(endpoint, new Call(request, caller, match.path(), query, content)));
    }

    private CompletionStage<HttpResponse> call(Endpoint endpoint, Call call) {
        return switch (endpoint.action()) {
            case Endpoint.Plain plain -> plain.handle(call);
            case Endpoint.Once once -> idempotency.answer(call, once).thenApply(Answer::response);
        };
    }

    private record Match(Endpoint endpoint, Map<String, String> path) {}

    private Match find(HttpRequest request) {
        List<String> segments = PathTemplate.segmentsOf(request);
        List<Match> matches = new ArrayList<>();
        long literals = -1;
        for (Endpoint endpoint : endpoints) {
            Optional<Map<String, String>> path = endpoint.path().match(segments);
            if (path.isEmpty() || endpoint.path().literals() < literals) continue;
            if (endpoint.path().literals() > literals) matches.clear();
            literals = endpoint.path().literals();
            matches.add(new Match(endpoint, path.get()));
        }
        if (matches.isEmpty()) throw Problem.noSuchPath().raised();
        return matches.stream()
                .filter(match -> serves(match.endpoint(), request))
                .findFirst()
                .orElseThrow(() -> Problem.methodNotAllowed(methods(matches)).raised());
    }

    /** A HEAD is answered like the GET of the same path, and Akka HTTP leaves the body away. */
    private static boolean serves(Endpoint endpoint, HttpRequest request) {
        return endpoint.method().equals(request.method())
                || (request.method().equals(HttpMethods.HEAD)
                        && endpoint.method().equals(HttpMethods.GET));
    }

    private static String methods(List<Match> matches) {
        TreeSet<String> methods = new TreeSet<>();
        for (Match match : matches) {
            methods.add(match.endpoint().method().value());
            if (match.endpoint().method().equals(HttpMethods.GET)) methods.add(HttpMethods.HEAD.value());
        }
        return String.join(", ", methods);
    }

    private static HttpResponse headed(HttpResponse response) {
        long length = response.entity().getContentLengthOption().orElse(0);
        return length > 0 ? response.addHeader(new HeadContentLength(length)) : response;
    }

    private HttpResponse refused(HttpRequest request, Throwable failure) {
        request.discardEntityBytes(system);
        return Problem.behind(failure)
                .orElseGet(() -> unexpected(request, failure))
                .response();
    }

    private static Problem unexpected(HttpRequest request, Throwable failure) {
        LOG.error("{} {} failed", request.method().value(), request.getUri().getPathString(), failure);
        return Problem.failed();
    }

    private static void limitTime(HttpRequest request) {
        timeoutOf(request)
                .ifPresent(timeout ->
                        timeout.updateHandler(late -> Problem.noAnswerInTime().lastResponse()));
    }

    private static void withoutTimeLimit(HttpRequest request) {
        timeoutOf(request).ifPresent(timeout -> timeout.updateTimeout(scala.concurrent.duration.Duration.Inf()));
    }

    private static Optional<TimeoutAccess> timeoutOf(HttpRequest request) {
        return request.getHeader(akka.http.javadsl.model.headers.TimeoutAccess.class)
                .map(akka.http.javadsl.model.headers.TimeoutAccess::timeoutAccess);
    }
}
