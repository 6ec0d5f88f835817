package io.longhaul.entity;

import io.longhaul.job.JobId;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The due-time index: which jobs' clocks have run out, in memory or not. */
public interface DueJobs {
    /** At most {@code limit}, the most overdue first. */
    CompletionStage<List<JobId>> due(Instant now, int limit);
}
