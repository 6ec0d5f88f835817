package io.longhaul.entity;

import io.longhaul.job.JobId;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What has been kept for long enough. Each call removes a part of it, at most so much, and all of it or nothing. */
public interface Expired {
    /**
     * Removes jobs that have been final since then or for longer, with all that is known of them.
     *
     * @param from where the last call of this ended; null: at the beginning
     */
    CompletionStage<Jobs> removeJobs(@Nullable Instant from, Instant finalUntil, int most);

    /**
     * What was removed.
     *
     * @param next where to go on at once; null: that was the end
     */
    record Jobs(int removed, @Nullable Instant next) {}

    /**
     * Removes operations that were done by then, and of the calls made until then those about nothing that there is.
     * Calls about a job go with the job. Removes secrets, too, that a crash has left.
     *
     * @param after where the last call of this ended; null: at the beginning
     */
    CompletionStage<Calls> removeCalls(Instant until, @Nullable JobId after, int most);

    /**
     * What was removed.
     *
     * @param next where to go on; null: that was the end
     */
    record Calls(int removed, @Nullable JobId next) {}
}
