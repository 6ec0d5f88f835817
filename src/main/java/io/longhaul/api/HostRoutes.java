package io.longhaul.api;

import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longhaul.api.json.Json;
import io.longhaul.api.json.Refusal;
import io.longhaul.api.json.SmallReader;
import io.longhaul.api.json.SmallWriter;
import io.longhaul.entity.Audit;
import io.longhaul.entity.BlockedHosts;
import io.longhaul.entity.HostBlock;
import io.longhaul.entity.Hosts;
import io.longhaul.job.BitsError;
import io.longhaul.job.file.HostPattern;
import io.longhaul.job.file.RemoteHost;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@code /v1/hosts}: the remote hosts, how fast each may be asked, and which may not be asked at all. */
final class HostRoutes {
    private static final int USUAL_LIMIT = 50;

    private final Hosts hosts;
    private final Audit audit;
    private final Clock clock;

    HostRoutes(Hosts hosts, Audit audit, Clock clock) {
        this.hosts = hosts;
        this.audit = audit;
        this.clock = clock;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/v1/hosts", this::list).taking("limit", "cursor"),
                Endpoint.get("/v1/hosts/blocks", this::blocks),
                Endpoint.get("/v1/hosts/{host}", this::one),
                Endpoint.put("/v1/hosts/{host}/block", this::block),
                Endpoint.delete("/v1/hosts/{host}/block", this::unblock));
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

    private CompletionStage<HttpResponse> blocks(Call call) {
        call.caller().requireAdministrator();
        return hosts.blocks().thenApply(blocks -> {
            ObjectNode json = Json.object();
            json.set("blocks", Json.array(blocks.stream().map(SmallWriter::block)));
            return Answer.ok(json).response();
        });
    }

    private CompletionStage<HttpResponse> block(Call call) {
        call.caller().requireAdministrator();
        String by = call.caller().name();
        HostBlock block = SmallReader.block(call.json(), pattern(call), by, clock.instant());
        return hosts.block(block).thenCompose(kept -> {
            if (!kept)
                throw new Refusal(
                        BitsError.BG_E_INVALID_STATE,
                        "There are " + BlockedHosts.MOST + " blocks; take one back first.");
            return audit.write(by, "HOST_BLOCKED", block.hosts().text() + ": " + block.reason())
                    .thenApply(written -> Answer.ok(SmallWriter.block(block)).response());
        });
    }

    private CompletionStage<HttpResponse> unblock(Call call) {
        call.caller().requireAdministrator();
        String by = call.caller().name();
        HostPattern pattern = pattern(call);
        return hosts.unblock(pattern)
                .thenCompose(removed -> audit(removed, by, "HOST_UNBLOCKED", pattern))
                .thenCompose(written -> RemoteHost.parse(pattern.text())
                        .map(hosts::open)
                        .orElseGet(() -> CompletableFuture.completedStage(false)))
                .thenCompose(opened -> audit(opened, by, "HOST_OPENED", pattern))
                .thenApply(written -> Answer.noContent().response());
    }

    private CompletionStage<Void> audit(boolean done, String by, String action, HostPattern hosts) {
        return done ? audit.write(by, action, hosts.text()) : CompletableFuture.completedStage(null);
    }

    private static HostPattern pattern(Call call) {
        return HostPattern.parse(call.named("host"))
                .orElseThrow(() ->
                        new Refusal(BitsError.BG_E_NOT_FOUND, "Hosts are name:port, name, *.domain:port or *.domain."));
    }
}
