package io.longhaul.entity;

import java.util.Map;

/** The node's part of the connections to remote hosts, which the nodes of the cluster share. */
public interface HostPlaces {
    /** What this node has to do with each host, {@code name:port}; those that it has nothing to do with are left out. */
    Map<String, Need> needs();

    /** How many runs with that host may begin while fewer than so many are under way; those that are stay. */
    void allow(String host, int places);

    /**
     * What a node has, and wants, of one host.
     *
     * @param busy runs
     * @param open runs and, where there are more of them, connections, idle ones too
     * @param wanted whether a run was refused for want of a place, or the next one would be
     */
    record Need(int busy, int open, boolean wanted) {}
}
