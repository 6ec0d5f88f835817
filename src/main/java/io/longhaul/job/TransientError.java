package io.longhaul.job;

import static io.longhaul.job.Decision.accept;
import static io.longhaul.job.Decision.ignore;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * BG_JOB_STATE_TRANSIENT_ERROR: the last attempt failed in a way that may heal by itself.
 *
 * @param retryAt when it is queued again
 * @param untilChange true: only then, in case a change was missed that should have brought it back before; null: no
 */
public record TransientError(
        JobError error, Instant retryAt, @Nullable Boolean untilChange) implements JobState {
    /** When it is tried again; null: when something changes that nobody knows the time of. */
    public @Nullable Instant nextRetryAt() {
        return Boolean.TRUE.equals(untilChange) ? null : retryAt;
    }

    @Override
    public StateName name() {
        return StateName.TRANSIENT_ERROR;
    }

    @Override
    public Decision decide(Job job, JobCommand command, Instant now) {
        return switch (command) {
            case OwnerCommand.Resume resume -> job.resume(); // BITS's "try again immediately"
            case OwnerCommand.Suspend suspend -> accept(new JobEvent.JobSuspended());
            case OwnerCommand other -> job.decideInEveryLiveState(other, now);
            case SchedulerCommand late -> ignore(); // about the slice that failed
            case TransferReport report -> job.keepBytesOf(report);
            case StoreReport none -> ignore(); // completing has left this state before it asks the store
            case Alarm.PolicyChanged changed ->
                goOnAfter(BitsError.BG_E_BLOCKED_BY_POLICY, job, QueuedReason.POLICY_CHANGED);
            case Alarm.NetworkBack back ->
                goOnAfter(BitsError.BG_E_NETWORK_DISCONNECTED, job, QueuedReason.NETWORK_BACK);
            case Alarm alarm -> onWake(job, now);
        };
    }

    private Decision goOnAfter(BitsError code, Job job, QueuedReason reason) {
        return error.code() == code ? job.goOn(reason) : ignore();
    }

    /** Whether a policy, or a lost network, holds the job back: then no retry delay ends it, and the no-progress clock stands still. */
    boolean isHeld() {
        return RetryPolicy.holds(error.code());
    }

    /** Whether it is a policy that does. */
    boolean isHeldByPolicy() {
        return error.code() == BitsError.BG_E_BLOCKED_BY_POLICY;
    }

    private Decision onWake(Job job, Instant now) {
        if (givesUpFirst(job) && !now.isBefore(job.givesUpAt()))
            return accept(new JobEvent.JobFailed(job.noProgress(error, now), false));
        if (!now.isBefore(retryAt)) return job.goOn(QueuedReason.RETRY_DUE);
        return job.decideInactivity(now);
    }

    /**
     * Whether the no-progress timeout ends before the retry is due. A late wake finds both in the past: then the retry that
     * was due first is made, and the timeout ends the job when that fails.
     */
    private boolean givesUpFirst(Job job) {
        return !isHeld() && !job.givesUpAt().isAfter(retryAt);
    }

    @Override
    public Optional<Instant> wakeAt(Job job) {
        return Optional.of(givesUpFirst(job) ? job.givesUpAt() : retryAt);
    }
}
