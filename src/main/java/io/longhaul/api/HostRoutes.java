package io.longhaul.api;

import akka.http.javadsl.model.HttpResponse;
import io.longhaul.api.json.Refusal;
import io.longhaul.api.json.SmallWriter;
import io.longhaul.entity.Hosts;
import io.longhaul.job.BitsError;
import io.longhaul.job.file.RemoteHost;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** {@code /v1/hosts}: the remote hosts, and how fast each may be asked. */
final class HostRoutes {
    private static final int USUAL_LIMIT = 50;

    private final Hosts hosts;

    HostRoutes(Hosts hosts) {
        this.hosts = hosts;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/v1/hosts", this::list).taking("limit", "cursor"),
                Endpoint.get("/v1/hosts/{host}", this::one));
    }

    private CompletionStage<HttpResponse> list(Call call) {
        call.caller().requireAdministrator();
        int limit = call.query().limit(USUAL_LIMIT);
        String cursor = call.query().text("cursor");
        String after = cursor == null ? null : Cursors.host(cursor);
        return hosts.all(after, Page.oneMore(limit))
                .thenApply(found -> Answer.ok(Page.of(found, limit, host -> Cursors.ofHost(host.name()))
                                .json("hosts", SmallWriter::host))
                        .response());
    }

    private CompletionStage<HttpResponse> one(Call call) {
        call.caller().requireAdministrator();
        String name = RemoteHost.parse(call.named("host"))
                .orElseThrow(() -> new Refusal(BitsError.BG_E_NOT_FOUND, "A remote host is name:port."));
        return hosts.one(name)
                .thenApply(host -> Answer.ok(SmallWriter.host(host)).response());
    }
}
