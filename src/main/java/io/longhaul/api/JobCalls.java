package io.longhaul.api;

import io.longhaul.api.json.Refusal;
import io.longhaul.codec.SecretValue;
import io.longhaul.entity.Failures;
import io.longhaul.entity.JobCounts.Of;
import io.longhaul.entity.JobReply;
import io.longhaul.entity.JobView;
import io.longhaul.entity.Jobs;
import io.longhaul.job.BitsError;
import io.longhaul.job.JobChange;
import io.longhaul.job.JobId;
import io.longhaul.job.JobSpec;
import io.longhaul.job.Owner;
import io.longhaul.job.OwnerCommand;
import io.longhaul.job.Premise;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Jobs, for a caller who may see some of them. */
final class JobCalls {
    /** Of calls that change one job at once, one gets through each time. */
    private static final int TRIES = 50;

    private final Jobs jobs;
    private final Quotas quotas;
    private final JobSecrets secrets;

    JobCalls(Jobs jobs, Quotas quotas, JobSecrets secrets) {
        this.jobs = jobs;
        this.quotas = quotas;
        this.secrets = secrets;
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
        return allowed(caller, id, command)
                .thenCompose(allowed -> jobs.ask(id, command, caller.name(), request))
                .thenApply(reply -> done(reply, command));
    }

    private CompletionStage<?> allowed(Caller caller, JobId id, OwnerCommand command) {
        boolean elsewhere = JobSecrets.leadsElsewhere(command);
        if (caller.administrator() && !elsewhere) return CompletableFuture.completedStage(id);
        return view(caller, id).thenApply(view -> {
            if (elsewhere) caller.requireOwnershipOfSecrets(view.job().spec());
            return view;
        });
    }

    /** Creates a job, which is nobody's before. */
    CompletionStage<JobReply.Done> create(
            Caller caller, JobId id, OwnerCommand.Create create, @Nullable String request) {
        if (!JobSecrets.hasSecretHeaders(create.spec())) return admitted(caller, id, create, request);
        return secrets.hide(id, create)
                .thenCompose(hidden -> admitted(caller, id, hidden, request)
                        .whenComplete((done, failure) -> secrets.forgetIfRefused(
                                failure, id, hidden.spec().secrets())));
    }

    private CompletionStage<JobReply.Done> admitted(
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

    /** Gives the job to the caller, who must have room for it. */
    CompletionStage<JobReply.Done> takeOwnership(Caller caller, JobId id, @Nullable String request) {
        Owner owner = caller.owner();
        return view(caller, id).thenCompose(view -> {
            JobSpec spec = view.job().spec();
            Supplier<CompletionStage<JobReply.Done>> take =
                    () -> ask(caller, id, new OwnerCommand.TakeOwnership(owner), request);
            return owner.equals(spec.owner()) ? take.get() : withRoom(Of.OWNER, id, spec.queue(), owner, take);
        });
    }

    /**
     * Changes properties of a job, which may come to another queue if there is room.
     *
     * @param change of a job that is so, which other calls may change meanwhile
     */
    CompletionStage<JobReply.Done> change(Caller caller, JobId id, Function<JobSpec, JobChange> change) {
        return insist(caller, id, spec -> withRoom(caller, id, spec, change.apply(spec)), TRIES);
    }

    private CompletionStage<JobReply.Done> withRoom(Caller caller, JobId id, JobSpec spec, JobChange change) {
        String queue = change.queue();
        return queue == null || queue.equals(spec.queue())
                ? changed(caller, id, spec, change)
                : withRoom(Of.QUEUE, id, queue, spec.owner(), () -> changed(caller, id, spec, change));
    }

    private CompletionStage<JobReply.Done> withRoom(
            Of whose, JobId id, String queue, Owner owner, Supplier<CompletionStage<JobReply.Done>> call) {
        String name = whose == Of.QUEUE ? queue : owner.name();
        return quotas.admit(whose, id, queue, owner)
                .thenCompose(refusal -> refusal.isPresent()
                        ? CompletableFuture.failedStage(refusal.get())
                        : call.get().whenComplete((done, failure) -> {
                            if (failure != null) quotas.notCounted(whose, id, name);
                        }));
    }

    /** Write-only headers are kept first. */
    private CompletionStage<JobReply.Done> changed(Caller caller, JobId id, JobSpec spec, JobChange change) {
        if (JobSecrets.leadsElsewhere(spec, change)) caller.requireOwnershipOfSecrets(spec);
        if (!JobSecrets.concernsSecretHeaders(spec, change))
            return hand(caller, id, new OwnerCommand.Change(change, Premise.of(spec)), Set.of());
        caller.requireOwnership(spec.owner());
        Premise premise = Premise.withHeaders(spec);
        return secrets.headersAfter(id, spec, change)
                .exceptionallyCompose(failure -> unreadable(id, premise, change, failure))
                .thenCompose(headers -> secrets.keepHeaders(id, spec.owner(), headers))
                .thenCompose(kept -> hand(
                        caller,
                        id,
                        new OwnerCommand.Change(change.withSecretHeaders(kept), premise),
                        kept == null ? Set.of() : Set.of(kept)));
    }

    /** Headers that cannot be read may be those of before: what the job no longer names is forgotten. */
    private <T> CompletionStage<T> unreadable(JobId id, Premise premise, JobChange change, Throwable failure) {
        return jobs.view(id)
                .thenCompose(now -> CompletableFuture.failedStage(
                        now.isEmpty() || premise.holds(now.get().job().spec(), change)
                                ? failure
                                : new Refusal(BitsError.E_CHANGED_STATE)));
    }

    /** Keeps a secret for the owner, who alone may, and has the job name it. */
    CompletionStage<JobReply.Done> changeSecret(
            Caller caller, JobId id, SecretValue value, Function<UUID, JobChange> change) {
        return insist(
                caller,
                id,
                spec -> {
                    caller.requireOwnership(spec.owner());
                    return secrets.keep(id, spec.owner(), value)
                            .thenCompose(kept -> hand(
                                    caller,
                                    id,
                                    new OwnerCommand.Change(change.apply(kept), Premise.of(spec)),
                                    Set.of(kept)));
                },
                TRIES);
    }

    /** The job no longer names a secret, which its actor forgets. */
    CompletionStage<JobReply.Done> removeSecret(Caller caller, JobId id, JobChange change) {
        return insist(
                caller,
                id,
                spec -> {
                    caller.requireOwnership(spec.owner());
                    return hand(caller, id, new OwnerCommand.Change(change, Premise.of(spec)), Set.of());
                },
                TRIES);
    }

    /** Looks at the job and acts on that, as often as others change it in between. */
    private CompletionStage<JobReply.Done> insist(
            Caller caller, JobId id, Function<JobSpec, CompletionStage<JobReply.Done>> act, int tries) {
        return view(caller, id)
                .thenCompose(view -> act.apply(view.job().spec()))
                .exceptionallyCompose(failure -> tries > 1 && isChangedState(failure)
                        ? insist(caller, id, act, tries - 1)
                        : CompletableFuture.failedStage(failure));
    }

    private static boolean isChangedState(Throwable failure) {
        return Failures.behind(failure) instanceof Refusal refusal && refusal.code() == BitsError.E_CHANGED_STATE;
    }

    /** Asks a job that was looked at to take over secrets that are kept for it; where it refuses, they are forgotten. */
    private CompletionStage<JobReply.Done> hand(Caller caller, JobId id, OwnerCommand.Change change, Set<UUID> kept) {
        return jobs.ask(id, change, caller.name(), null)
                .thenApply(reply -> done(reply, change))
                .whenComplete((done, failure) -> secrets.forgetIfRefused(failure, id, kept));
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
