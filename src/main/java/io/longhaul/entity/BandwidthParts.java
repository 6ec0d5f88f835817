package io.longhaul.entity;

import java.util.Map;

/** The node's parts of the limits of bandwidth, which the nodes of the cluster share. */
public interface BandwidthParts {
    /** All of a limit: parts are told in millionths of it. */
    long WHOLE = 1_000_000;

    /** What this node needs of each limit, since it was last asked; those that no run here is under are left out. */
    Map<String, Need> needs();

    /** From now on the runs here may use so many millionths of that limit, whatever it is. */
    void allow(String budget, long part);

    /**
     * What a node needs of a limit.
     *
     * @param runs under it
     * @param part the millionths of it that they can use; {@link #WHOLE} where they would use more than they had
     */
    record Need(int runs, long part) {}
}
