package io.longhaul.transfer;

import io.longhaul.job.ErrorCode;
import io.longhaul.job.ErrorContext;
import io.longhaul.job.JobError;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why a run cannot go on.
 *
 * @param fatal whether only the client can help
 * @param description a sentence or two for people; never a header's value or a body
 * @param retryAfter what the server asked for
 */
record Failure(
        ErrorContext context,
        ErrorCode code,
        boolean fatal,
        String description,
        @Nullable Duration retryAfter) {

    static Failure fatal(ErrorContext context, ErrorCode code, String description) {
        return new Failure(context, code, true, description, null);
    }

    static Failure transientOf(ErrorContext context, ErrorCode code, String description) {
        return new Failure(context, code, false, description, null);
    }

    JobError asJobError(@Nullable Integer fileIndex, Instant at) {
        return new JobError(context, code, description, fileIndex, at, null);
    }
}
