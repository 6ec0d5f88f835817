package io.longhaul.entity;

import io.longhaul.job.file.HostPattern;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An operator's word that nothing is to be asked of some remote hosts.
 *
 * @param until when it ends by itself; null: when somebody says so
 */
public record HostBlock(
        HostPattern hosts,
        String reason,
        String by,
        Instant since,
        @Nullable Instant until) {
    HostClosure closure() {
        return new HostClosure(HostClosure.Cause.BLOCKED, since, until, "is blocked by " + by + ": " + reason);
    }
}
