package io.longhaul.entity;

import io.longhaul.job.JobId;
import java.util.concurrent.CompletionStage;

/** Jobs that never answer. */
public interface UnreadableJobs {
    /** Whether the history of that job cannot be read, or makes no sense; costs as much as to read all of it. Fails where the database does not answer. */
    CompletionStage<Boolean> contains(JobId id);
}
