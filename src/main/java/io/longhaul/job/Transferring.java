package io.longhaul.job;

import static io.longhaul.job.Decision.accept;
import static io.longhaul.job.Decision.ignore;

import java.time.Instant;
import java.util.Optional;

/**
 * BG_JOB_STATE_TRANSFERRING: bytes move, file after file.
 *
 * @param since when the time that counts for the maximum download time began to run, in CONNECTING
 */
public record Transferring(Slice slice, Instant since) implements JobState {
    @Override
    public StateName name() {
        return StateName.TRANSFERRING;
    }

    @Override
    public Decision decide(Job job, JobCommand command, Instant now) {
        return switch (command) {
            case OwnerCommand.Resume already -> ignore();
            case OwnerCommand.Suspend suspend -> accept(new JobEvent.JobSuspended());
            case OwnerCommand other -> job.decideInEveryLiveState(other, now);
            case SchedulerCommand said -> job.decideOnSlice(slice, said);
            case TransferReport.Progressed progressed -> job.progress(progressed);
            case TransferReport.RunFailed failed -> job.fail(slice, failed, now);
            case TransferReport.HostBusy busy -> job.endRun(slice, busy);
            case TransferReport.RunDone done -> job.endRun(slice, done);
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
