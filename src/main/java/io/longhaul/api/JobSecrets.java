package io.longhaul.api;

import io.longhaul.api.json.Refusal;
import io.longhaul.codec.SecretValue;
import io.longhaul.entity.Failures;
import io.longhaul.entity.Secrets;
import io.longhaul.job.BitsError;
import io.longhaul.job.Decision;
import io.longhaul.job.FileCommand;
import io.longhaul.job.JobChange;
import io.longhaul.job.JobId;
import io.longhaul.job.JobRules;
import io.longhaul.job.JobSpec;
import io.longhaul.job.Owner;
import io.longhaul.job.OwnerCommand;
import io.longhaul.job.http.HttpChange;
import io.longhaul.job.http.HttpOptions;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Takes secrets out of calls before they come to a job: what a job is asked, what it records and what one node tells
 * another only says where they are.
 */
final class JobSecrets {
    private final Secrets secrets;

    JobSecrets(Secrets secrets) {
        this.secrets = secrets;
    }

    CompletionStage<UUID> keep(JobId job, Owner owner, SecretValue value) {
        if (!secrets.areKept())
            throw new Refusal(
                    BitsError.E_NOTIMPL,
                    "Secrets cannot be kept here: the operator has set no key in longhaul.secrets.");
        return secrets.keep(job, owner, value.bytes());
    }

    /** What a call has kept before it was refused. Where nobody knows what became of it, the job may name it by now. */
    void forgetIfRefused(@Nullable Throwable failure, JobId job, Set<UUID> kept) {
        boolean refused = failure != null && Failures.behind(failure) instanceof Refusal;
        if (refused && !kept.isEmpty()) secrets.forget(job, kept);
    }

    static boolean hasSecretHeaders(JobSpec spec) {
        return spec.httpOptions().headersWriteOnly() && !spec.customHeaders().isEmpty();
    }

    /** The same without its write-only headers, which are kept. */
    CompletionStage<OwnerCommand.Create> hide(JobId id, OwnerCommand.Create create) {
        JobSpec spec = create.spec();
        return keepHeaders(id, spec.owner(), spec.customHeaders())
                .thenApply(kept -> new OwnerCommand.Create(
                        spec.with(
                                Collections.emptySortedMap(),
                                HttpChange.of(null, kept).applyTo(spec.httpOptions())),
                        create.files(),
                        create.resume(),
                        create.limits()));
    }

    /** Whether the job's headers are write-only after that change, and something is to be done about them. */
    static boolean concernsSecretHeaders(JobSpec spec, JobChange change) {
        HttpChange http = change.http();
        boolean before = spec.httpOptions().headersWriteOnly();
        Boolean set = http == null ? null : http.headersWriteOnly();
        boolean after = set == null ? before : set;
        return after && (change.customHeaders() != null || !before);
    }

    /** Whether the call changes to whom the secrets of a job are sent. */
    static boolean leadsElsewhere(OwnerCommand command) {
        return switch (command) {
            case OwnerCommand.Change change -> false; // which is made of a job that was looked at: see below
            case OwnerCommand.AddFiles add -> true;
            case FileCommand.SetRemoteNames set -> true;
            case FileCommand.ReplaceRemotePrefix replace -> true;
            case FileCommand.SkipFile skip -> false;
            case FileCommand.RetryFile retry -> false;
            case FileCommand.ValidateFile validate -> false;
            case FileCommand.RequestRanges request -> false;
            case FileCommand.MoveDownload move -> false;
            case OwnerCommand.Create create -> false;
            case OwnerCommand.Resume resume -> false;
            case OwnerCommand.Suspend suspend -> false;
            case OwnerCommand.Complete complete -> false;
            case OwnerCommand.Cancel cancel -> false;
            case OwnerCommand.TakeOwnership take -> false; // takes the secrets away
        };
    }

    /** Whether the change does, or by whose hands: a proxy, a certificate that is not checked, a redirect are ways too. */
    static boolean leadsElsewhere(JobSpec spec, JobChange change) {
        HttpOptions before = spec.httpOptions();
        HttpOptions after = change.applyTo(spec).httpOptions();
        return !after.proxy().equals(before.proxy())
                || !after.securityFlags().equals(before.securityFlags())
                || after.redirectPolicy() != before.redirectPolicy();
    }

    /** The headers that the job has after that change. */
    CompletionStage<SortedMap<String, String>> headersAfter(JobId id, JobSpec spec, JobChange change) {
        return headers(id, spec)
                .thenApply(present -> change.customHeaders() == null
                        ? present
                        : change.customHeaders().applyToHeaders(present));
    }

    private CompletionStage<SortedMap<String, String>> headers(JobId id, JobSpec spec) {
        UUID kept = spec.httpOptions().headers();
        return kept == null
                ? CompletableFuture.completedStage(spec.customHeaders())
                : secrets.read(id, spec.owner(), kept)
                        .thenApply(bytes ->
                                SecretValue.of(bytes, SecretValue.Headers.class).headers());
    }

    CompletionStage<@Nullable UUID> keepHeaders(JobId id, Owner owner, SortedMap<String, String> headers) {
        Decision.Refused problem = JobRules.headerProblem(headers);
        if (problem != null) throw new Refusal(problem.code(), problem.detail());
        return headers.isEmpty()
                ? CompletableFuture.completedStage(null)
                : keep(id, owner, new SecretValue.Headers(headers)).thenApply(kept -> kept);
    }
}
