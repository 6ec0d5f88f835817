package io.longhaul.entity;

import io.longhaul.job.JobId;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The due-time index: which jobs' clocks have run out, in memory or not. */
public interface DueJobs {
    /** At most {@code limit} that are due by then, the most overdue first; after that one, in this order. */
    CompletionStage<List<Due>> due(Instant by, @Nullable Due after, int limit);

    /** A job, and since when it is due. */
    record Due(Instant at, JobId id) {}
}
