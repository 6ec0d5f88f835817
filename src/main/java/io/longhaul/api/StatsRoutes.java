package io.longhaul.api;

import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longhaul.api.json.Json;
import io.longhaul.api.json.SmallWriter;
import io.longhaul.entity.JobCatalogue;
import io.longhaul.entity.JobFilter;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** {@code /v1/stats}. */
final class StatsRoutes {
    private final JobCatalogue catalogue;
    private final Stats stats;

    StatsRoutes(JobCatalogue catalogue, Stats stats) {
        this.catalogue = catalogue;
        this.stats = stats;
    }

    List<Endpoint> endpoints() {
        return List.of(Endpoint.get("/v1/stats", this::show));
    }

    private CompletionStage<HttpResponse> show(Call call) {
        call.caller().requireAdministrator();
        return catalogue
                .count(JobFilter.ALL)
                .thenCombine(stats.figures(), StatsRoutes::json)
                .thenApply(json -> Answer.ok(json).response());
    }

    private static ObjectNode json(JobCatalogue.Counts counts, Stats.Figures figures) {
        List<Stats.Node> nodes = figures.nodes();
        ObjectNode json = SmallWriter.counts(counts)
                .put(
                        "transfersRunning",
                        nodes.stream().mapToLong(Stats.Node::transfersRunning).sum())
                .put(
                        "bytesPerSecond",
                        nodes.stream().mapToDouble(Stats.Node::bytesPerSecond).sum())
                .put(
                        "jobsPerSecond",
                        nodes.stream().mapToDouble(Stats.Node::jobsPerSecond).sum());
        Stats.OldestQueued oldest = figures.oldestQueued();
        json.set("oldestQueued", oldest == null ? NullNode.getInstance() : oldest(oldest));
        json.set("nodes", Json.array(nodes.stream().map(StatsRoutes::node)));
        return json;
    }

    private static ObjectNode oldest(Stats.OldestQueued oldest) {
        return Json.object()
                .put("jobId", oldest.id().toString())
                .put("since", oldest.since().toString());
    }

    private static ObjectNode node(Stats.Node node) {
        return Json.object()
                .put("address", node.address())
                .put("transfersRunning", node.transfersRunning())
                .put("bytesPerSecond", node.bytesPerSecond())
                .put("jobsPerSecond", node.jobsPerSecond());
    }
}
