package io.longhaul.entity;

import akka.actor.typed.ActorRef;
import io.longhaul.job.Job;
import io.longhaul.job.TransferReport;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The run of one job, from the permit to the last report. Belongs to the job's actor and is touched by it alone. */
final class JobRun {
    private final Transfers transfers;
    private final ActorRef<JobEntity.Message> self;
    private final Map<Integer, Long> arrived = new HashMap<>();

    private Admission.@Nullable Admitted permit;
    private Transfers.@Nullable Run running;
    private @Nullable Instant movedAt;
    private long number;

    JobRun(Transfers transfers, ActorRef<JobEntity.Message> self) {
        this.transfers = transfers;
        this.self = self;
    }

    /** There is a place for it; it starts once the slice is on disk. */
    void prepare(Admission.Admitted admitted) {
        permit = admitted;
    }

    boolean isPrepared() {
        return permit != null;
    }

    /** Also while it is being stopped. */
    boolean isAlive() {
        return running != null;
    }

    void start(Job job, long slice) {
        Admission.Admitted admitted = permit;
        if (admitted == null) throw new IllegalStateException("A run starts with a permit");
        permit = null;
        number = slice;
        arrived.clear();
        movedAt = null;
        running = transfers.start(job, slice, admitted, reports -> self.tell(new JobEntity.Reported(reports)));
        running.ended().thenRun(() -> self.tell(new JobEntity.RunEnded(slice)));
    }

    void goBy(Job job) {
        if (running != null) running.goBy(job);
    }

    void stop() {
        if (running != null) running.stop();
    }

    /** Whether it was this run that has ended. */
    boolean ended(long run) {
        if (running == null || run != number) return false;
        running = null;
        arrived.clear();
        return true;
    }

    /** The actor goes, and cannot wait: the engine ends the run by itself. */
    void abandon() {
        stop();
        if (permit != null) permit.release();
        permit = null;
    }

    /** Whether bytes have arrived. */
    boolean note(List<TransferReport> reports, Instant now) {
        boolean moved = false;
        for (TransferReport report : reports) {
            if (report.run() != number) continue;
            if (report instanceof TransferReport.Progressed progressed) {
                arrived.put(progressed.fileIndex(), progressed.bytes());
                moved = true;
                movedAt = now;
            } else if (report instanceof TransferReport.FileRestarted restarted) {
                arrived.remove(restarted.fileIndex());
            }
        }
        return moved;
    }

    /** When bytes arrived last; null: none have, or there is no run. */
    @Nullable
    Instant movedAt() {
        return running == null ? null : movedAt;
    }

    JobView view(Job job) {
        return new JobView(job, arrived);
    }

    /** The same, with what the run waits for. */
    JobView viewOfWait(Job job) {
        return new JobView(
                job, arrived, running == null ? null : running.awaited().orElse(null));
    }
}
