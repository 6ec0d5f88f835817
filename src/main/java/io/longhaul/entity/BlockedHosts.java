package io.longhaul.entity;

import io.longhaul.job.file.HostPattern;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The blocks of remote hosts, as they are kept. */
public interface BlockedHosts {
    /** So many at most. */
    int MOST = 1000;

    /** Those that are not over, by pattern. */
    CompletionStage<List<HostBlock>> all(Instant now);

    /**
     * Keeps it, in place of an earlier one of the same hosts; those that are over go.
     *
     * @return whether there was room for it
     */
    CompletionStage<Boolean> put(HostBlock block, Instant now);

    /** Whether there was one. */
    CompletionStage<Boolean> remove(HostPattern hosts);
}
