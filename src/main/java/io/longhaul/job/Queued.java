package io.longhaul.job;

import static io.longhaul.job.Decision.accept;
import static io.longhaul.job.Decision.ignore;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * BG_JOB_STATE_QUEUED: waits for a slice, or for its owner to log on.
 *
 * @param busyHost {@code name:port} of the remote host that had no connection free, where it waits for that
 * @param error of the last attempt, readable until the next one transfers
 */
public record Queued(
        Instant since,
        QueuedReason reason,
        @Nullable String busyHost,
        @Nullable JobError error) implements JobState {
    /** Whether the last attempt failed, and nobody has asked for this one, as Resume does. A wait is no attempt. */
    public boolean retries() {
        return error != null && RetryPolicy.counts(error.code()) && reason != QueuedReason.RESUMED;
    }

    @Override
    public StateName name() {
        return StateName.QUEUED;
    }

    @Override
    public Decision decide(Job job, JobCommand command, Instant now) {
        return switch (command) {
            case OwnerCommand.Resume already -> ignore();
            case OwnerCommand.Suspend suspend -> accept(new JobEvent.JobSuspended());
            case OwnerCommand other -> job.decideInEveryLiveState(other, now);
            case SchedulerCommand.GrantSlice grant -> job.startSlice(grant, now);
            case SchedulerCommand late -> ignore(); // about a slice that is over
            case TransferReport report -> job.keepBytesOf(report); // the last words of the slice that ended
            case StoreReport none -> ignore(); // completing has left this state before it asks the store
            case Alarm alarm -> job.decideInactivity(now);
        };
    }
}
