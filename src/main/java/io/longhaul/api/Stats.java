package io.longhaul.api;

import io.longhaul.job.JobId;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What operators want to know at a glance, beyond what the index counts. */
public interface Stats {
    CompletionStage<Figures> figures();

    /**
     * The cluster now.
     *
     * @param oldestQueued the job that has waited longest for a slice; null: none waits
     */
    record Figures(List<Node> nodes, @Nullable OldestQueued oldestQueued) {
        public Figures {
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * One node.
     *
     * @param address {@code host:port} by which the others know it
     * @param bytesPerSecond that arrive, lately
     * @param jobsPerSecond that become TRANSFERRED, lately
     */
    record Node(String address, int transfersRunning, double bytesPerSecond, double jobsPerSecond) {}

    record OldestQueued(JobId id, Instant since) {}
}
