package io.longhaul.job;

import static io.longhaul.job.Decision.ignore;

import java.time.Instant;

/**
 * BG_JOB_STATE_ACKNOWLEDGED: final. The files that had been transferred are available.
 *
 * @param result what Complete returned
 */
public record Acknowledged(Instant at, BitsError result) implements JobState {
    @Override
    public StateName name() {
        return StateName.ACKNOWLEDGED;
    }

    @Override
    public Decision decide(Job job, JobCommand command, Instant now) {
        return switch (command) {
            case OwnerCommand any -> job.refuseInThisState();
            case SchedulerCommand late -> ignore();
            case TransferReport straggler -> ignore();
            case StoreReport repeated -> ignore();
            case Alarm none -> ignore();
        };
    }
}
