package io.longhaul.job;

import static io.longhaul.job.Decision.accept;
import static io.longhaul.job.Decision.ignore;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * BG_JOB_STATE_CONNECTING: has a slice, and no server has answered yet in it.
 *
 * @param since when the time that counts for the maximum download time began to run
 * @param error of the last attempt, readable until this one transfers
 */
public record Connecting(
        Slice slice, Instant since, @Nullable JobError error) implements JobState {
    @Override
    public StateName name() {
        return StateName.CONNECTING;
    }

    @Override
    public Decision decide(Job job, JobCommand command, Instant now) {
        return switch (command) {
            case OwnerCommand.Resume already -> ignore();
            case OwnerCommand.Suspend suspend -> accept(new JobEvent.JobSuspended());
            case OwnerCommand other -> job.decideInEveryLiveState(other, now);
            case SchedulerCommand said -> job.decideOnSlice(slice, said);
            case TransferReport.Progressed early -> ignore(); // counts once the file is opened
            case TransferReport.RunFailed failed -> job.fail(slice, failed, now);
            case TransferReport.HostBusy busy -> job.endRun(slice, busy);
            case TransferReport.RunDone done -> job.endRun(slice, done);
            case TransferReport.FileOpened opened -> job.connect(slice, opened);
            case TransferReport.FileFinished finished -> job.connect(slice, finished);
            case TransferReport bytes -> job.keepBytesOf(bytes);
            case StoreReport none -> ignore(); // completing has left this state before it asks the store
            case Alarm.Restarted restarted -> job.goOnAfterLoss();
            case Alarm.BrokenOff ended -> job.goOn(QueuedReason.RESTARTED);
            case Alarm.InactivityTimeout decidedByTheJob -> ignore();
            case Alarm.BytesCame decidedByTheJob -> ignore();
            case Alarm.PolicyChanged already -> ignore(); // the run itself obeys
            case Alarm.NetworkBack already -> ignore();
            case Alarm.Wake wake -> job.decideTimeInSlice(slice, now);
        };
    }

    @Override
    public Optional<Instant> wakeAt(Job job) {
        return Optional.of(job.endOfSlice(slice, since));
    }
}
