package io.longhaul.api;

import io.longhaul.entity.CurrentPolicies;
import io.longhaul.entity.PolicyStore;
import io.longhaul.entity.PolicyStore.Stored;
import io.longhaul.policy.Policies;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Reads the policies as they are on disk, and changes them; a change is in force on this node when it is answered. */
final class PolicyChanges {
    /** Where others change them at the same time. */
    private static final int MOST_ATTEMPTS = 10;

    private final PolicyStore store;
    private final CurrentPolicies current;

    PolicyChanges(PolicyStore store, CurrentPolicies current) {
        this.store = store;
        this.current = current;
    }

    CompletionStage<Stored> last() {
        return current.refresh().thenApply(done -> current.stored());
    }

    /**
     * Puts what the change makes of the last version in its place.
     *
     * @param subject what is changed, for the audit log
     * @param change made again where somebody else was faster; what it throws ends the call
     */
    CompletionStage<Stored> change(Caller caller, String subject, Function<Stored, Policies> change) {
        return change(caller, subject, change, MOST_ATTEMPTS);
    }

    private CompletionStage<Stored> change(
            Caller caller, String subject, Function<Stored, Policies> change, int attempts) {
        return last().thenCompose(last -> store.replace(
                        last.version(),
                        change.apply(last),
                        caller.name(),
                        "version " + (last.version() + 1) + ": " + subject)
                .thenCompose(next -> follow(caller, subject, change, attempts, last, next)));
    }

    private CompletionStage<Stored> follow(
            Caller caller,
            String subject,
            Function<Stored, Policies> change,
            int attempts,
            Stored last,
            Optional<Stored> next) {
        if (next.isPresent()) {
            current.learn(next.get());
            return CompletableFuture.completedStage(next.get());
        }
        if (attempts <= 1) throw Problem.otherVersion(last.version()).raised();
        return change(caller, subject, change, attempts - 1);
    }
}
