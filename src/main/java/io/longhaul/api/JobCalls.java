package io.longhaul.api;

import io.longhaul.api.json.Refusal;
import io.longhaul.entity.JobReply;
import io.longhaul.entity.JobView;
import io.longhaul.entity.Jobs;
import io.longhaul.job.BitsError;
import io.longhaul.job.JobId;
import io.longhaul.job.OwnerCommand;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Jobs, for a caller who may see some of them. */
final class JobCalls {
    private final Jobs jobs;
    private final Quotas quotas;

    JobCalls(Jobs jobs, Quotas quotas) {
        this.jobs = jobs;
        this.quotas = quotas;
    }

    CompletionStage<JobView> view(Caller caller, JobId id) {
        return jobs.view(id).thenApply(found -> {
            JobView view = found.orElseThrow(() -> new Refusal(BitsError.BG_E_NOT_FOUND));
            caller.requireSight(view.job().spec().owner());
            return view;
        });
    }

    /** Asks a job of the caller's; a refusal is a failure. */
    CompletionStage<JobReply.Done> ask(Caller caller, JobId id, OwnerCommand command, @Nullable String request) {
        CompletionStage<?> seen = caller.administrator() ? CompletableFuture.completedStage(id) : view(caller, id);
        return seen.thenCompose(mayAsk -> jobs.ask(id, command, caller.name(), request))
                .thenApply(reply -> done(reply, command));
    }

    /** Creates a job, which is nobody's before. */
    CompletionStage<JobReply.Done> create(
            Caller caller, JobId id, OwnerCommand.Create create, @Nullable String request) {
        return quotas.admit(id, create.spec()).thenCompose(refusal -> {
            if (refusal.isEmpty()) return ask(caller, id, create, request);
            // The same call again, of a job that was within the limits
            return request == null
                    ? CompletableFuture.failedStage(refusal.get())
                    : jobs.view(id)
                            .thenCompose(known -> known.isPresent()
                                    ? ask(caller, id, create, request)
                                    : CompletableFuture.failedStage(refusal.get()));
        });
    }

    private CompletionStage<JobReply.Done> ask(
            Caller caller, JobId id, OwnerCommand.Create create, @Nullable String request) {
        return jobs.ask(id, create, caller.name(), request).thenApply(reply -> {
            if (!(reply instanceof JobReply.Done)) quotas.notCreated(id, create.spec());
            return done(reply, create);
        });
    }

    private static JobReply.Done done(JobReply reply, OwnerCommand command) {
        return switch (reply) {
            case JobReply.Done done -> done;
            case JobReply.Refused refused -> throw refusal(refused, command);
            case JobReply.Unknown unknown -> throw new Refusal(BitsError.BG_E_NOT_FOUND);
        };
    }

    private static RuntimeException refusal(JobReply.Refused refused, OwnerCommand command) {
        return command instanceof OwnerCommand.Complete
                ? Problem.conflict(refused.code(), refused.detail()).raised()
                : new Refusal(refused.code(), refused.detail());
    }
}
