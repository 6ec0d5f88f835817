package io.longhaul.entity;

import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The index of all jobs, the oldest first, by what it is known who was left alone for how long. */
public interface LiveJobs {
    /** At most {@code limit} of them, those that are over among them; after that one. */
    CompletionStage<List<Live>> page(@Nullable JobId after, int limit);

    /**
     * A job.
     *
     * @param modifiedAt when something happened to it last, which need not be progress
     * @param over whether it was acknowledged or cancelled
     */
    record Live(JobId id, String queue, Owner owner, Instant createdAt, Instant modifiedAt, boolean over) {}
}
