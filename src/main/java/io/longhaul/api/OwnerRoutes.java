package io.longhaul.api;

import io.longhaul.api.json.Refusal;
import io.longhaul.entity.Audit;
import io.longhaul.entity.Queues;
import io.longhaul.entity.Requests.Claim;
import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@code /v1/owners/{owner}/logoff}, {@code /logon}: whether an owner's jobs may run. */
final class OwnerRoutes {
    private final Queues queues;
    private final Audit audit;

    OwnerRoutes(Queues queues, Audit audit) {
        this.queues = queues;
        this.audit = audit;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.post("/v1/owners/{owner}/logoff", Endpoint.Body.EMPTY, new Told(true)),
                Endpoint.post("/v1/owners/{owner}/logon", Endpoint.Body.EMPTY, new Told(false)));
    }

    /** What the queues are told of an owner; saying it twice does no harm, and is in the audit once. */
    private final class Told implements Endpoint.Once {
        private final boolean off;

        Told(boolean off) {
            this.off = off;
        }

        @Override
        public CompletionStage<Answer> first(Call call, JobId id, @Nullable String request) {
            call.caller().requireAdministrator();
            Owner owner = Owner.parse(call.named("owner"))
                    .orElseThrow(() -> Refusal.invalid("An owner is 1 to 128 letters, digits and . _ @ + -."));
            return queues.loggedOffSince(owner)
                    .thenCompose(since -> since.isPresent() == off
                            ? CompletableFuture.<Void>completedStage(null)
                            : audit.write(
                                    call.caller().name(), off ? "OWNER_LOGGED_OFF" : "OWNER_LOGGED_ON", owner.name()))
                    // Afterwards, because a call that is made again then would find nothing to write
                    .thenCompose(written -> tell(owner))
                    .thenApply(told -> Answer.noContent());
        }

        private CompletionStage<Void> tell(Owner owner) {
            return off ? queues.logOff(owner) : queues.logOn(owner);
        }

        @Override
        public CompletionStage<Answer> again(Call call, Claim claim) {
            return CompletableFuture.completedStage(Answer.noContent());
        }
    }
}
