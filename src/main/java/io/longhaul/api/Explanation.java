package io.longhaul.api;

import io.longhaul.entity.HostClosure;
import io.longhaul.entity.Hosts;
import io.longhaul.entity.JobView;
import io.longhaul.entity.Queues.Reason;
import io.longhaul.entity.Transfers;
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
import io.longhaul.job.file.JobFile;
import io.longhaul.policy.BandwidthLimit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Why a job does not run, or what one that runs waits for, but for what only its scheduler knows. */
final class Explanation {
    private Explanation() {}

    /**
     * @param bandwidth the limit that is in force for the job now
     */
    static List<Reason> ofStateOf(JobView view, Optional<BandwidthLimit> bandwidth) {
        Job job = view.job();
        List<Reason> reasons = new ArrayList<>();
        if (job.ending() != null)
            reasons.add(new Reason(
                    "COMPLETING",
                    "Complete was called, and the files get their names.",
                    job.ending().since(),
                    null));
        if (job.state() instanceof TransientError held && held.error().code() == BitsError.BG_E_BLOCKED_BY_POLICY)
            reasons.add(ofPolicy(held, bandwidth));
        else reasons.addAll(ofState(job, view.awaited()));
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

    private static List<Reason> ofState(Job job, Transfers.@Nullable Awaited awaited) {
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
                                        suspended.by() == null
                                                ? "The job is suspended until Resume is called."
                                                : "The job was suspended by " + suspended.by()
                                                        + ", until Resume is called.",
                                        suspended.since(),
                                        null));
            case TransientError cutOff
            when cutOff.error().code() == BitsError.BG_E_NETWORK_DISCONNECTED ->
                List.of(new Reason(
                        "NETWORK_DISCONNECTED",
                        "The node has lost its network; the job is queued by itself when that is back.",
                        cutOff.error().at(),
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
            case Connecting running ->
                List.of(
                        awaited == null
                                ? new Reason(
                                        "STARTING",
                                        "The attempt is being prepared, and waits for no server at this moment;"
                                                + " maximumDownloadTimeSeconds ends it at the latest.",
                                        running.since(),
                                        job.timeUsedUpAt(running.since()))
                                : ofWait(awaited));
            case Transferring running -> awaited == null ? List.of() : List.of(ofWait(awaited));
        };
    }

    private static Reason ofWait(Transfers.Awaited awaited) {
        String sentence = switch (awaited.what()) {
            case CONNECTION ->
                "No connection to %s has come about yet; three times longhaul.transfer.connect-timeout end the"
                        + " attempt at the latest.";
            case REVOCATIONS ->
                "The lists of revoked certificates that the certificate of %s names are being fetched; three times"
                        + " longhaul.transfer.connect-timeout end that at the latest.";
            case ANSWER -> "%s has not begun its answer yet; longhaul.transfer.response-timeout ends the attempt.";
            case BYTES ->
                "As good as no bytes have come from %s since then; longhaul.transfer.stall-timeout ends the"
                        + " attempt.";
        };
        return new Reason(
                "WAITS_FOR_" + awaited.what().name(),
                sentence.formatted(awaited.host()),
                awaited.since(),
                awaited.until());
    }

    /**
     * What else keeps a job that waits from running: who is away, and what its remote host takes.
     *
     * @param known reasons that need not be told again
     */
    static List<Reason> ofSurroundings(
            Job job, List<Reason> known, Optional<Instant> loggedOffSince, Optional<Hosts.Host> host) {
        Set<String> told = known.stream().map(Reason::code).collect(Collectors.toSet());
        List<Reason> reasons = new ArrayList<>();
        loggedOffSince.map(since -> Reason.loggedOff(job.spec().owner(), since)).ifPresent(reasons::add);
        host.ifPresent(seen -> reasons.addAll(ofHost(seen)));
        reasons.removeIf(reason -> told.contains(reason.code()));
        return reasons;
    }

    private static List<Reason> ofHost(Hosts.Host host) {
        HostClosure closure = host.pace().closure();
        if (closure != null) return List.of(Reason.of(host.name(), closure));
        if (host.pace().limit() >= host.usual()) return List.of();
        return List.of(new Reason(
                "HOST_SLOWED",
                "%s answered 429 or 503, and has %d connections at most for now, and not %d."
                        .formatted(host.name(), host.pace().limit(), host.usual()),
                null,
                null));
    }

    /** The remote host that a job waits for, or will when its time has come. */
    static Optional<String> hostOf(Job job) {
        if (job.state() instanceof Queued queued && queued.busyHost() != null) return Optional.of(queued.busyHost());
        return job.nextFile().map(JobFile::host);
    }

    private static String told(JobError error) {
        return error.code().code() + ": " + error.description();
    }
}
