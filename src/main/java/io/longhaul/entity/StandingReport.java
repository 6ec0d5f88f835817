package io.longhaul.entity;

import io.longhaul.entity.Queues.Standing;
import io.longhaul.job.Connecting;
import io.longhaul.job.Job;
import io.longhaul.job.Queued;
import io.longhaul.job.Slice;
import io.longhaul.job.Transferring;
import io.longhaul.job.file.JobFile;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells the scheduler of a job's queue where the job stands, whenever that has changed. */
final class StandingReport {
    private final Queues queues;
    private final String node;
    private @Nullable String queue;
    private @Nullable Standing last;

    /** @param node {@code host:port} of the node where the job is */
    StandingReport(Queues queues, String node) {
        this.queues = queues;
        this.node = node;
    }

    /**
     * @param busy whether a run is alive: a job that is queued again is ready only once its last run has ended
     */
    void update(Job job, boolean busy) {
        Standing now = standing(job, busy);
        if (now.equals(last) && job.spec().queue().equals(queue)) return;
        if (queue != null && !job.spec().queue().equals(queue)) queues.tell(queue, new Standing.Gone(job.id()));
        // A job that was never queued in this actor's time is nothing to its scheduler
        boolean news = last != null || !(now instanceof Standing.Gone);
        last = now;
        queue = job.spec().queue();
        if (news) queues.tell(queue, now);
    }

    /** The scheduler has asked for what cannot be: it must have missed something. */
    void repeat(Job job, boolean busy) {
        last = standing(job, busy);
        queue = job.spec().queue();
        queues.tell(queue, last);
    }

    /** Of a job that nobody knows yet, where it wants a slice. */
    static Optional<Standing> ofNew(Job job) {
        return job.state() instanceof Queued queued && job.hasWork()
                ? Optional.of(ready(job, queued))
                : Optional.empty();
    }

    private Standing standing(Job job, boolean busy) {
        return switch (job.state()) {
            case Queued queued -> busy || !job.hasWork() ? new Standing.Gone(job.id()) : ready(job, queued);
            case Connecting connecting -> running(job, connecting.slice());
            case Transferring transferring -> running(job, transferring.slice());
            default -> new Standing.Gone(job.id());
        };
    }

    private static Standing ready(Job job, Queued queued) {
        return new Standing.Ready(
                job.id(),
                job.spec().owner(),
                job.spec().priority(),
                job.lastSlice() + 1,
                queued.busyHost() == null ? hostOf(job) : queued.busyHost(),
                queued.since(),
                queued.retries());
    }

    private Standing running(Job job, Slice slice) {
        return new Standing.Running(
                job.id(), job.spec().owner(), job.spec().priority(), slice.number(), hostOf(job), slice.endsAt(), node);
    }

    private static String hostOf(Job job) {
        return job.nextFile().map(JobFile::host).orElse("");
    }
}
