package io.longhaul.entity;

import io.longhaul.policy.Policies;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Where policies are kept, in versions. Stages fail where the database does not answer. */
public interface PolicyStore {
    /** The last version; empty where it is that one or an older one. */
    CompletionStage<Optional<Stored>> newerThan(long version);

    /**
     * Puts these in the place of that version, and says in the audit log who did it; complete once both are on disk.
     *
     * @param by the caller's name
     * @param subject what was changed, for people
     * @return the new version; empty, and nothing is changed, where another one is the last by now
     */
    CompletionStage<Optional<Stored>> replace(long version, Policies policies, String by, String subject);

    /**
     * One version.
     *
     * @param version 0: nobody has said anything yet
     */
    record Stored(
            long version,
            Policies policies,
            @Nullable Instant changedAt,
            @Nullable String changedBy) {
        public static final Stored NOTHING = new Stored(0, Policies.NONE, null, null);
    }
}
