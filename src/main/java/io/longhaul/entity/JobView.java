package io.longhaul.entity;

import io.longhaul.job.Job;
import io.longhaul.job.JobProgress;
import io.longhaul.job.file.JobFile;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job as its own actor sees it: always current.
 *
 * @param arrived by file index, bytes that have arrived but may not be on disk yet; only while a run is under way
 * @param awaited what the run waits for, where that was asked for
 */
public record JobView(Job job, Map<Integer, Long> arrived, Transfers.@Nullable Awaited awaited) {
    public JobView {
        arrived = Map.copyOf(arrived);
    }

    public JobView(Job job, Map<Integer, Long> arrived) {
        this(job, arrived, null);
    }

    /** A job without a run. */
    static JobView of(Job job) {
        return new JobView(job, Map.of());
    }

    /** BG_FILE_PROGRESS's BytesTransferred. */
    public long bytesTransferred(JobFile file) {
        return Math.max(file.bytesHeld(), arrived.getOrDefault(file.index(), 0L));
    }

    /** BG_JOB_PROGRESS, with the bytes that have just arrived. */
    public JobProgress progress() {
        JobProgress durable = job.progress();
        long bytes = 0;
        for (JobFile file : job.files()) bytes += bytesTransferred(file);
        return new JobProgress(durable.bytesTotal(), bytes, durable.filesTotal(), durable.filesTransferred());
    }

    public JobSummary summary() {
        JobSummary durable = JobSummary.of(job);
        return new JobSummary(
                durable.id(),
                durable.sequence(),
                durable.spec(),
                durable.state(),
                progress(),
                durable.times(),
                durable.errorCount(),
                durable.error(),
                durable.nextRetryAt());
    }
}
