package io.longhaul.entity;

import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import io.longhaul.job.Priority;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The index of jobs that a policy holds back. */
public interface HeldJobs {
    /** At most {@code limit} of them, by id; after that one. */
    CompletionStage<List<Held>> held(@Nullable JobId after, int limit);

    /** A job, and by what it is known whether the policy still holds it. */
    record Held(JobId id, String queue, Owner owner, Priority priority) {}
}
