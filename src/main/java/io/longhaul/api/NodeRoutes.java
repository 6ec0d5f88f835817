package io.longhaul.api;

import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longhaul.api.json.Json;
import io.longhaul.api.json.Refusal;
import io.longhaul.entity.Audit;
import io.longhaul.entity.Nodes;
import io.longhaul.entity.Requests.Claim;
import io.longhaul.job.BitsError;
import io.longhaul.job.JobId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@code /v1/nodes}: who belongs to the cluster, and taking the jobs from one of them. */
final class NodeRoutes {
    private final Nodes nodes;
    private final Audit audit;

    NodeRoutes(Nodes nodes, Audit audit) {
        this.nodes = nodes;
        this.audit = audit;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/v1/nodes", this::list),
                Endpoint.post("/v1/nodes/{address}/drain", Endpoint.Body.EMPTY, new Drain()));
    }

    private CompletionStage<HttpResponse> list(Call call) {
        call.caller().requireAdministrator();
        return nodes.all().thenApply(all -> {
            ObjectNode json = Json.object();
            json.set("nodes", Json.array(all.stream().map(NodeRoutes::json)));
            return Answer.ok(json).response();
        });
    }

    private static ObjectNode json(Nodes.Node node) {
        Nodes.Work work = node.work();
        return Json.object()
                .put("address", node.address())
                .put("status", node.status())
                .put("shards", work == null ? null : Integer.valueOf(work.shards()))
                .put("transfers", work == null ? null : Integer.valueOf(work.transfers()))
                .put("draining", work == null ? null : Boolean.valueOf(work.draining()));
    }

    /** Saying it twice does no harm. */
    private final class Drain implements Endpoint.Once {
        @Override
        public CompletionStage<Answer> first(Call call, JobId id, @Nullable String request) {
            return drain(call)
                    .thenCompose(node -> audit.write(call.caller().name(), "NODE_DRAINED", node.address())
                            .thenApply(written -> answer(node)));
        }

        @Override
        public CompletionStage<Answer> again(Call call, Claim claim) {
            return drain(call).thenApply(this::answer);
        }

        private CompletionStage<Nodes.Node> drain(Call call) {
            call.caller().requireAdministrator();
            return nodes.drain(call.named("address"))
                    .thenApply(found -> found.orElseThrow(
                            () -> new Refusal(BitsError.BG_E_NOT_FOUND, "The cluster has no node of that address.")));
        }

        private Answer answer(Nodes.Node node) {
            return Answer.accepted("/v1/nodes", json(node));
        }
    }
}
