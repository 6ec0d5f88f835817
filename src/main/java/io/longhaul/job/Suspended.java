package io.longhaul.job;

import static io.longhaul.job.Decision.ignore;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * BG_JOB_STATE_SUSPENDED: nothing moves until Resume. Every job is born here.
 *
 * @param since null: a snapshot that was written before this was kept does not say
 * @param by who called Suspend; null: nobody did, or the snapshot does not say
 */
public record Suspended(@Nullable Instant since, @Nullable String by) implements JobState {
    public Suspended(@Nullable Instant since) {
        this(since, null);
    }

    @Override
    public StateName name() {
        return StateName.SUSPENDED;
    }

    @Override
    public Decision decide(Job job, JobCommand command, Instant now) {
        return switch (command) {
            case OwnerCommand.Resume resume -> job.resume();
            case OwnerCommand.Suspend again -> ignore();
            case OwnerCommand other -> job.decideInEveryLiveState(other, now);
            case SchedulerCommand late -> ignore(); // a grant that crossed the call to Suspend
            case TransferReport report -> job.keepBytesOf(report); // the last words of the run that Suspend stopped
            case StoreReport report -> job.finishCompletion(report);
            case Alarm alarm -> job.decideInactivity(now);
        };
    }
}
