package io.longhaul.api;

import io.longhaul.entity.Queues.Reason;
import io.longhaul.job.Acknowledged;
import io.longhaul.job.BitsError;
import io.longhaul.job.Cancelled;
import io.longhaul.job.Connecting;
import io.longhaul.job.FatalError;
import io.longhaul.job.Job;
import io.longhaul.job.JobError;
import io.longhaul.job.Queued;
import io.longhaul.job.Suspended;
import io.longhaul.job.Transferred;
import io.longhaul.job.Transferring;
import io.longhaul.job.TransientError;
import io.longhaul.policy.BandwidthLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Why a job that is in no queue does not run: what its state alone tells. */
final class Explanation {
    private Explanation() {}

    /**
     * @param bandwidth the limit that is in force for the job now
     */
    static List<Reason> ofStateOf(Job job, Optional<BandwidthLimit> bandwidth) {
        List<Reason> reasons = new ArrayList<>();
        if (job.ending() != null)
            reasons.add(new Reason(
                    "COMPLETING",
                    "Complete was called, and the files get their names.",
                    job.ending().since(),
                    null));
        if (job.state() instanceof TransientError held && held.error().code() == BitsError.BG_E_BLOCKED_BY_POLICY)
            reasons.add(ofPolicy(held, bandwidth));
        else reasons.addAll(ofState(job));
        return reasons;
    }

    private static Reason ofPolicy(TransientError held, Optional<BandwidthLimit> bandwidth) {
        return bandwidth
                .filter(BandwidthLimit::blocks)
                .map(limit -> new Reason(
                        "BANDWIDTH_POLICY", limit.inWords(), held.error().at(), limit.until()))
                .orElseGet(() -> new Reason(
                        "BANDWIDTH_POLICY",
                        "The policy that held the job back has changed; the job is queued presently.",
                        held.error().at(),
                        null));
    }

    private static List<Reason> ofState(Job job) {
        return switch (job.state()) {
            case Suspended suspended ->
                List.of(
                        job.files().isEmpty()
                                ? new Reason(
                                        "NO_FILES",
                                        "The job is suspended and has no files yet.",
                                        suspended.since(),
                                        null)
                                : new Reason(
                                        "SUSPENDED",
                                        "The job is suspended until Resume is called.",
                                        suspended.since(),
                                        null));
            case TransientError waiting ->
                List.of(new Reason(
                        "RETRY_DELAY",
                        "The last attempt failed (" + told(waiting.error()) + "); it is tried again by itself.",
                        waiting.error().at(),
                        waiting.retryAt()));
            case FatalError failed ->
                List.of(new Reason(
                        "ERROR",
                        "The job failed (" + told(failed.error()) + "); it waits for Resume, Complete or Cancel.",
                        failed.error().at(),
                        null));
            case Transferred transferred ->
                List.of(new Reason(
                        "TRANSFERRED",
                        job.hasWork()
                                ? "Files were added; the job waits for Resume, Complete or Cancel."
                                : "Every file is here; the job waits for Complete or Cancel.",
                        transferred.since(),
                        null));
            case Acknowledged done -> List.of(new Reason("ACKNOWLEDGED", "The job was completed.", done.at(), null));
            case Cancelled done -> List.of(new Reason("CANCELLED", "The job was cancelled.", done.at(), null));
            case Queued unknownToTheScheduler ->
                List.of(new Reason(
                        "NOT_READY",
                        "The job's last transfer is coming to its end, or its scheduler has not heard of it yet.",
                        unknownToTheScheduler.since(),
                        null));
            case Connecting running -> List.of();
            case Transferring running -> List.of();
        };
    }

    private static String told(JobError error) {
        return error.code().code() + ": " + error.description();
    }
}
