package io.longhaul.entity;

import io.longhaul.job.Alarm;
import io.longhaul.job.JobId;
import io.longhaul.job.OwnerCommand;
import io.longhaul.job.SchedulerCommand;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** All jobs of the cluster, wherever they live. */
public interface Jobs {
    /**
     * Asks a job. The stage fails with {@link java.util.concurrent.TimeoutException} where the journal does not answer
     * in time: then nothing is known; and with {@link UnreadableJobException}.
     *
     * @param by the caller's name
     * @param request the Idempotency-Key: the same one again changes nothing
     */
    CompletionStage<JobReply> ask(JobId id, OwnerCommand command, String by, @Nullable String request);

    /** The job as it is now; empty where there is none. Fails as {@link #ask} does. */
    CompletionStage<Optional<JobView>> view(JobId id);

    /** Tells a job; may get lost. */
    void tell(JobId id, SchedulerCommand command);

    /** Tells a job; may get lost. */
    void tell(JobId id, Alarm alarm);
}
