package io.longhaul.entity;

import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import io.longhaul.job.Priority;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The index of jobs that a policy holds back, or a lost network. */
public interface HeldJobs {
    /** At most {@code limit} of them, by id; after that one. */
    CompletionStage<List<Held>> held(@Nullable JobId after, int limit);

    /** A job, and by what it is known whether it is held still. */
    record Held(JobId id, String queue, Owner owner, Priority priority, By by) {}

    /** What holds it. */
    enum By {
        POLICY,
        NETWORK
    }
}
