package io.longhaul.job;

import static io.longhaul.job.Decision.accept;
import static io.longhaul.job.Decision.ignore;

import java.time.Instant;

/** BG_JOB_STATE_TRANSFERRED: every file is here; the client must Complete or Cancel. */
public record Transferred() implements JobState {
    @Override
    public StateName name() {
        return StateName.TRANSFERRED;
    }

    @Override
    public Decision decide(Job job, JobCommand command, Instant now) {
        return switch (command) {
            case OwnerCommand.Resume resume -> job.hasWork() ? job.resume() : ignore();
            case OwnerCommand.Suspend suspend -> accept(new JobEvent.JobSuspended());
            case OwnerCommand other -> job.decideInEveryLiveState(other);
            case SchedulerCommand late -> ignore(); // the run was faster than the scheduler's word
            case TransferReport report -> job.keepBytesOf(report);
            case StoreReport report -> job.finishCompletion(report);
            case Alarm alarm -> job.decideInactivity(now);
        };
    }
}
