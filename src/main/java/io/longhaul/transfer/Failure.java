package io.longhaul.transfer;

import static io.longhaul.job.BitsError.BG_E_BLOCKED_BY_POLICY;
import static io.longhaul.job.BitsError.BG_E_NETWORK_DISCONNECTED;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_TIMEOUT;
import static io.longhaul.job.ErrorContext.GENERAL_QUEUE_MANAGER;
import static io.longhaul.job.ErrorContext.GENERAL_TRANSPORT;

import io.longhaul.job.BitsError;
import io.longhaul.job.ErrorCode;
import io.longhaul.job.ErrorContext;
import io.longhaul.job.JobError;
import io.longhaul.policy.BandwidthLimit;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why a run cannot go on.
 *
 * @param fatal whether only the client can help
 * @param description a sentence or two for people; never a header's value or a body
 * @param retryAfter what the server asked for, or when the policy changes by itself
 * @param cause the code behind the code, where that one has several causes
 */
record Failure(
        ErrorContext context,
        ErrorCode code,
        boolean fatal,
        String description,
        @Nullable Duration retryAfter,
        @Nullable BitsError cause) {

    static Failure fatal(ErrorContext context, ErrorCode code, String description) {
        return new Failure(context, code, true, description, null, null);
    }

    static Failure transientOf(ErrorContext context, ErrorCode code, String description) {
        return new Failure(context, code, false, description, null, null);
    }

    /** A time limit of the connection; WinHTTP has one code for all of them, so the cause tells which. */
    static Failure timeout(BitsError limit, String description) {
        return new Failure(GENERAL_TRANSPORT, ERROR_WINHTTP_TIMEOUT, false, description, null, limit);
    }

    /** A policy lets nothing through; it may until hours change it. */
    static Failure blocked(BandwidthLimit limit, Throttles throttles) {
        return new Failure(
                GENERAL_QUEUE_MANAGER,
                BG_E_BLOCKED_BY_POLICY,
                false,
                limit.inWords(),
                throttles.changesIn(limit).orElse(null),
                null);
    }

    /** The machine has no way out: nothing that the host, or the job, could help. */
    static Failure disconnected() {
        return transientOf(
                GENERAL_QUEUE_MANAGER, BG_E_NETWORK_DISCONNECTED, "The node has lost its network; it waits for it.");
    }

    JobError asJobError(@Nullable Integer fileIndex, Instant at) {
        JobError behind = cause == null ? null : JobError.of(context, cause, fileIndex, at);
        return new JobError(context, code, description, fileIndex, at, behind);
    }
}
