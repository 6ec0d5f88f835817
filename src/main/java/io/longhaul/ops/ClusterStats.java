package io.longhaul.ops;

import io.longhaul.api.Stats;
import io.longhaul.entity.JobCatalogue;
import io.longhaul.entity.Nodes;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The figures of all nodes that answer. */
final class ClusterStats implements Stats {
    private final Nodes nodes;
    private final JobCatalogue catalogue;

    ClusterStats(Nodes nodes, JobCatalogue catalogue) {
        this.nodes = nodes;
        this.catalogue = catalogue;
    }

    @Override
    public CompletionStage<Figures> figures() {
        return nodes.all()
                .thenCombine(
                        catalogue.oldestQueued(),
                        (all, oldest) -> new Figures(
                                figuresOf(all),
                                oldest.map(job -> new OldestQueued(job.id(), job.since()))
                                        .orElse(null)));
    }

    private static List<Node> figuresOf(List<Nodes.Node> nodes) {
        return nodes.stream().flatMap(node -> figures(node).stream()).toList();
    }

    private static Optional<Node> figures(Nodes.Node node) {
        return Optional.ofNullable(node.work())
                .map(work -> new Node(node.address(), work.transfers(), work.bytesPerSecond(), work.jobsPerSecond()));
    }
}
