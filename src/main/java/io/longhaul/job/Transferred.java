package io.longhaul.job;

import static io.longhaul.job.Decision.accept;
import static io.longhaul.job.Decision.ignore;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * BG_JOB_STATE_TRANSFERRED: every file is here, but for those that were added since; the client must Complete or Cancel.
 *
 * @param since null: a snapshot that was written before this was kept does not say
 */
public record Transferred(@Nullable Instant since) implements JobState {
    @Override
    public StateName name() {
        return StateName.TRANSFERRED;
    }

    @Override
    public Decision decide(Job job, JobCommand command, Instant now) {
        return switch (command) {
            case OwnerCommand.Resume resume -> job.hasWork() ? job.resume() : ignore();
            case OwnerCommand.Suspend suspend -> accept(new JobEvent.JobSuspended());
            case OwnerCommand other -> job.decideInEveryLiveState(other, now);
            case SchedulerCommand late -> ignore(); // the run was faster than the scheduler's word
            case TransferReport report -> job.keepBytesOf(report);
            case StoreReport report -> job.finishCompletion(report);
            case Alarm alarm -> job.decideInactivity(now);
        };
    }
}
