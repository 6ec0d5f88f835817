package io.longhaul.transfer;

import java.io.IOException;

/**
 * A failure of the disk that is told once more, to another who asks or on another occasion. Each gets an exception of his
 * own: one that is thrown twice could come to suppress itself, which the JVM does not allow.
 */
final class FailedBefore extends IOException {
    private static final long serialVersionUID = 1;

    private final IOException first;

    /** @param first as it was thrown the first time */
    FailedBefore(IOException first) {
        super(first.getMessage(), first);
        this.first = first;
    }

    /** What was wrong in the first place. */
    static IOException origin(IOException problem) {
        IOException at = problem;
        while (at instanceof FailedBefore again) at = again.first;
        return at;
    }
}
