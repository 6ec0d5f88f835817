package io.longhaul.job;

import static io.longhaul.job.Decision.accept;
import static io.longhaul.job.Decision.ignore;

import java.time.Instant;

/** BG_JOB_STATE_ERROR: only the client can help, by Resume, Complete or Cancel. */
public record FatalError(JobError error) implements JobState {
    @Override
    public StateName name() {
        return StateName.ERROR;
    }

    @Override
    public Decision decide(Job job, JobCommand command, Instant now) {
        return switch (command) {
            case OwnerCommand.Resume resume -> job.resume();
            case OwnerCommand.Suspend suspend -> accept(new JobEvent.JobSuspended());
            case OwnerCommand other -> job.decideInEveryLiveState(other, now);
            case SchedulerCommand late -> ignore(); // about the slice that failed
            case TransferReport report -> job.keepBytesOf(report);
            case StoreReport report -> job.finishCompletion(report);
            case Alarm alarm -> job.decideInactivity(now);
        };
    }
}
