package io.longhaul.api;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@code /v1/openapi.json}: the description of everything here. */
final class DocumentRoutes {
    private static final String RESOURCE = "openapi.json";

    private final byte[] document;

    DocumentRoutes() {
        document = read();
    }

    List<Endpoint> endpoints() {
        return List.of(Endpoint.get("/v1/openapi.json", this::show));
    }

    private CompletionStage<HttpResponse> show(Call call) {
        return CompletableFuture.completedStage(
                HttpResponse.create().withEntity(ContentTypes.APPLICATION_JSON, document));
    }

    private static byte[] read() {
        try (InputStream resource = DocumentRoutes.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) throw new IllegalStateException(RESOURCE + " is not in the jar");
            return resource.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
