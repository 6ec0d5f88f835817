package io.longhaul.api;

import io.longhaul.api.json.Refusal;
import io.longhaul.entity.Queues;
import io.longhaul.entity.Requests.Claim;
import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@code /v1/owners/{owner}/logoff}, {@code /logon}: whether an owner's jobs may run. */
final class OwnerRoutes {
    private final Queues queues;

    OwnerRoutes(Queues queues) {
        this.queues = queues;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.post("/v1/owners/{owner}/logoff", Endpoint.Body.EMPTY, new Told(queues::logOff)),
                Endpoint.post("/v1/owners/{owner}/logon", Endpoint.Body.EMPTY, new Told(queues::logOn)));
    }

    /** What the queues are told of an owner; saying it twice does no harm. */
    private record Told(Function<Owner, CompletionStage<Void>> tell) implements Endpoint.Once {
        @Override
        public CompletionStage<Answer> first(Call call, JobId id, @Nullable String request) {
            call.caller().requireAdministrator();
            Owner owner = Owner.parse(call.named("owner"))
                    .orElseThrow(() -> Refusal.invalid("An owner is 1 to 128 letters, digits and . _ @ + -."));
            return tell.apply(owner).thenApply(told -> Answer.noContent());
        }

        @Override
        public CompletionStage<Answer> again(Call call, Claim claim) {
            return CompletableFuture.completedStage(Answer.noContent());
        }
    }
}
