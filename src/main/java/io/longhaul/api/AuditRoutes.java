package io.longhaul.api;

import akka.http.javadsl.model.HttpResponse;
import io.longhaul.api.json.SmallWriter;
import io.longhaul.entity.Audit;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** {@code GET /v1/audit}: who did what. */
final class AuditRoutes {
    private static final int USUAL_LIMIT = 50;

    private final Audit audit;

    AuditRoutes(Audit audit) {
        this.audit = audit;
    }

    List<Endpoint> endpoints() {
        return List.of(Endpoint.get("/v1/audit", this::lines).taking("limit", "cursor"));
    }

    private CompletionStage<HttpResponse> lines(Call call) {
        call.caller().requireAdministrator();
        int limit = call.query().limit(USUAL_LIMIT);
        String cursor = call.query().text("cursor");
        Long before = cursor == null ? null : Cursors.sequence(cursor);
        return audit.lines(before, Page.oneMore(limit))
                .thenApply(found -> Answer.ok(Page.of(found, limit, line -> Cursors.ofSequence(line.id()))
                                .json("lines", SmallWriter::auditLine))
                        .response());
    }
}
