package io.longhaul.entity;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The nodes of the cluster, as an operator sees them. */
public interface Nodes {
    /** All members, by their addresses. */
    CompletionStage<List<Node>> all();

    /**
     * Gives the jobs of a node to the others, and none to it from now on until it has ended; empty where there is no such
     * node. The stage fails with {@link java.util.concurrent.TimeoutException} where the node does not answer.
     *
     * @param address {@code host:port}
     */
    CompletionStage<Optional<Node>> drain(String address);

    /**
     * One node.
     *
     * @param address {@code host:port} by which the others know it
     * @param status the cluster's word for how far it belongs to it: JOINING, WEAKLY_UP, UP, LEAVING, EXITING, DOWN; or
     *     UNREACHABLE
     * @param work null: it does not answer
     */
    record Node(String address, String status, @Nullable Work work) {}

    /**
     * What a node says of itself.
     *
     * @param shards of the jobs, which live there
     * @param transfers that run
     * @param draining whether it was told to give its jobs away
     * @param bytesPerSecond that arrive, lately
     * @param jobsPerSecond that become TRANSFERRED, lately
     */
    record Work(int shards, int transfers, boolean draining, double bytesPerSecond, double jobsPerSecond) {}
}
