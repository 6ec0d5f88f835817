package io.longhaul.transfer;

import io.longhaul.policy.BandwidthLimit;

/**
 * A limit of bandwidth that runs of this node are under now.
 *
 * @param bytesPerSecond of all nodes together
 * @param runs of this node
 */
public record LimitInUse(BandwidthLimit limit, long bytesPerSecond, int runs) {}
