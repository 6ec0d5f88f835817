package io.longhaul.api;

import akka.http.javadsl.model.HttpResponse;
import io.longhaul.api.json.Refusal;
import io.longhaul.api.json.SmallWriter;
import io.longhaul.entity.Operations;
import io.longhaul.entity.Operations.Operation;
import io.longhaul.entity.Operations.Verb;
import io.longhaul.entity.Requests.Claim;
import io.longhaul.job.BitsError;
import io.longhaul.job.JobId;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/jobs/{verb}} with filters, {@code /v1/operations/{id}}: a verb on all jobs that match. */
final class OperationRoutes {
    private final Operations operations;
    private final OperationRunner runner;
    private final Clock clock;

    OperationRoutes(Operations operations, OperationRunner runner, Clock clock) {
        this.operations = operations;
        this.runner = runner;
        this.clock = clock;
    }

    List<Endpoint> endpoints() {
        return List.of(
                verb("/v1/jobs/resume", Verb.RESUME),
                verb("/v1/jobs/suspend", Verb.SUSPEND),
                verb("/v1/jobs/complete", Verb.COMPLETE),
                verb("/v1/jobs/cancel", Verb.CANCEL),
                Endpoint.get("/v1/operations/{id}", this::one));
    }

    private Endpoint verb(String path, Verb verb) {
        return Endpoint.post(path, Endpoint.Body.EMPTY, new OnAll(verb)).takingFilters();
    }

    private CompletionStage<HttpResponse> one(Call call) {
        return find(call.caller(), id(call))
                .thenApply(
                        operation -> Answer.ok(SmallWriter.operation(operation)).response());
    }

    private static UUID id(Call call) {
        return JobId.parse(call.named("id"))
                .orElseThrow(OperationRoutes::notFound)
                .value();
    }

    private static Refusal notFound() {
        return new Refusal(BitsError.BG_E_NOT_FOUND, "The operation was not found.");
    }

    private CompletionStage<Operation> find(Caller caller, UUID id) {
        return operations
                .find(id)
                .thenApply(found -> found.filter(operation ->
                                caller.administrator() || operation.by().equals(caller.name()))
                        .orElseThrow(OperationRoutes::notFound));
    }

    /** A verb on all jobs that match. */
    private final class OnAll implements Endpoint.Once {
        private final Verb verb;

        OnAll(Verb verb) {
            this.verb = verb;
        }

        @Override
        public CompletionStage<Answer> first(Call call, JobId id, @Nullable String request) {
            Operation operation = Operation.begun(
                    id.value(),
                    verb,
                    call.caller().narrowed(call.query().filter()),
                    call.caller().name(),
                    clock.instant());
            return runner.begin(operation).thenApply(OnAll::accepted);
        }

        @Override
        public CompletionStage<Answer> again(Call call, Claim claim) {
            return find(call.caller(), claim.id().value()).thenApply(OnAll::accepted);
        }

        private static Answer accepted(Operation operation) {
            return Answer.accepted("/v1/operations/" + operation.id(), SmallWriter.operation(operation));
        }
    }
}
