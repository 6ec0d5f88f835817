package io.longhaul.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The BITS error object (IBackgroundCopyError): what went wrong, where, and with which file.
 *
 * @param description one or two sentences for people; never a header's value or a body
 * @param fileIndex the file that was being processed, where one was
 * @param cause the error behind this one, where there is one
 */
public record JobError(
        ErrorContext context,
        ErrorCode code,
        String description,
        @Nullable Integer fileIndex,
        Instant at,
        @Nullable JobError cause) {
    /** Texts come from remote servers and from the system, so they are cut. */
    private static final int LONGEST_DESCRIPTION = 500;

    public JobError {
        if (description.length() > LONGEST_DESCRIPTION) description = description.substring(0, LONGEST_DESCRIPTION);
    }

    public static JobError of(ErrorContext context, ErrorCode code, @Nullable Integer fileIndex, Instant at) {
        return new JobError(context, code, code.text(), fileIndex, at, null);
    }

    /** Whether a run broke off in the program itself, where nobody had thought of an error. */
    boolean isUnforeseen() {
        return context == ErrorContext.UNKNOWN && code == BitsError.E_FAIL;
    }
}
