package io.longhaul.job;

import static io.longhaul.job.Decision.accept;
import static io.longhaul.job.Decision.ignore;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * BG_JOB_STATE_CANCELLED: final. Nothing was made available that was not before.
 *
 * @param cleanedUp whether its temporary files have been dealt with
 * @param result what Cancel returned, once it is cleaned up
 * @param cause what it was cancelled for; null: a snapshot that was written before this was kept does not say
 * @param by who called Cancel, or {@code system}; null like the cause
 */
public record Cancelled(
        Instant at,
        boolean cleanedUp,
        BitsError result,
        Recorded.@Nullable Cause cause,
        @Nullable String by) implements JobState {
    @Override
    public StateName name() {
        return StateName.CANCELLED;
    }

    @Override
    public Decision decide(Job job, JobCommand command, Instant now) {
        return switch (command) {
            case OwnerCommand any -> job.refuseInThisState();
            case SchedulerCommand late -> ignore();
            case TransferReport straggler -> ignore();
            case StoreReport.Discarded report ->
                cleanedUp ? ignore() : accept(new JobEvent.JobCleanedUp(report.allDeleted()));
            case StoreReport none -> ignore();
            case Alarm none -> ignore();
        };
    }

    Cancelled cleanedUp(BitsError outcome) {
        return new Cancelled(at, true, outcome, cause, by);
    }

    /** A crash between the decision and the cleaning up must not leave the files. */
    @Override
    public Optional<Instant> wakeAt(Job job) {
        return cleanedUp ? Optional.empty() : Optional.of(at);
    }
}
