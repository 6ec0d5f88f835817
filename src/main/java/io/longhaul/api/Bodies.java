package io.longhaul.api;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.MediaType;
import akka.http.scaladsl.model.EntityStreamException;
import akka.stream.StreamTcpException;
import akka.stream.javadsl.Sink;
import akka.util.ByteString;
import io.longhaul.api.Call.Content;
import io.longhaul.api.json.Json;
import io.longhaul.api.json.SmallReader;
import io.longhaul.entity.Failures;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/** Reads bodies: of the right media type, no larger than allowed, in time. */
final class Bodies {
    private static final Set<String> JSON = Set.of("application/json");
    private static final Set<String> MERGE_PATCH = Set.of("application/merge-patch+json", "application/json");
    private static final Set<String> NDJSON = Set.of("application/x-ndjson", "application/ndjson");
    private static final long MOST_DROPPED = 16 * 1024 * 1024;

    private final ActorSystem<?> system;
    private final Duration timeout;
    private final long most;

    Bodies(ActorSystem<?> system, Duration timeout, long most) {
        this.system = system;
        this.timeout = timeout;
        this.most = most;
    }

    CompletionStage<Content> read(HttpRequest request, Endpoint.Body kind) {
        return switch (kind) {
            case NONE -> {
                request.discardEntityBytes(system);
                yield CompletableFuture.completedStage(Content.NONE);
            }
            case STREAM -> {
                requireType(request, NDJSON, "application/x-ndjson");
                yield CompletableFuture.completedStage(Content.NONE);
            }
            case JSON -> {
                requireType(request, JSON, "application/json");
                yield bytes(request).thenApply(Content::new);
            }
            case MERGE_PATCH -> {
                requireType(request, MERGE_PATCH, "application/merge-patch+json or application/json");
                yield bytes(request).thenApply(Content::new);
            }
            case EMPTY -> bytes(request).thenApply(bytes -> nothing(request, bytes));
        };
    }

    private static Content nothing(HttpRequest request, byte[] bytes) {
        if (bytes.length == 0) return Content.NONE;
        requireType(request, JSON, "application/json");
        SmallReader.nothing(Json.read(bytes));
        return Content.NONE; // {} and nothing are the same call
    }

    private CompletionStage<byte[]> bytes(HttpRequest request) {
        HttpEntity entity = request.entity();
        if (entity.getContentLengthOption().orElse(0) > most + MOST_DROPPED)
            throw Problem.tooLarge(most).raised();
        if (entity instanceof HttpEntity.Strict strict)
            return CompletableFuture.completedStage(new Received().and(strict.getData()))
                    .thenApply(Received::bytes);
        return entity.withoutSizeLimit()
                .getDataBytes()
                .completionTimeout(timeout)
                .runWith(Sink.fold(new Received(), Received::and), system)
                .thenApply(Received::bytes)
                .exceptionally(failure -> {
                    throw refusal(Failures.behind(failure));
                });
    }

    /**
     * What has come of a body. Many clients read nothing before they have sent everything, and a connection that is closed before that
     * takes the answer with it: so what is too much is read for a while, and dropped.
     */
    private final class Received {
        private ByteString kept = ByteString.emptyByteString();
        private long length;

        Received and(ByteString chunk) {
            length += chunk.size();
            if (length > most + MOST_DROPPED) throw Problem.tooLarge(most).raised();
            kept = length > most ? ByteString.emptyByteString() : kept.concat(chunk);
            return this;
        }

        byte[] bytes() {
            if (length > most) throw Problem.tooLarge(most).raised();
            return kept.toArray();
        }
    }

    private static RuntimeException refusal(Throwable cause) {
        return switch (cause) {
            case TimeoutException late -> Problem.slowBody().raised();
            case EntityStreamException malformed ->
                Problem.malformedBody(malformed.info().summary()).raised();
            case StreamTcpException gone ->
                Problem.malformedBody("The connection ended within it.").raised();
            default -> new CompletionException(cause);
        };
    }

    private static void requireType(HttpRequest request, Set<String> accepted, String expected) {
        MediaType type = request.entity().getContentType().mediaType();
        boolean encoded = request.getHeader("Content-Encoding")
                .filter(header -> !header.value().equalsIgnoreCase("identity"))
                .isPresent();
        if (encoded) throw Problem.encodedBody().raised();
        if (!accepted.contains(type.mainType() + "/" + type.subType()))
            throw Problem.unsupportedMediaType(expected).raised();
    }
}
