package io.longhaul.job;

/** BG_JOB_STATE, with the numbers that BITS gives them. */
public enum StateName {
    QUEUED,
    CONNECTING,
    TRANSFERRING,
    SUSPENDED,
    ERROR,
    TRANSIENT_ERROR,
    TRANSFERRED,
    ACKNOWLEDGED,
    CANCELLED;

    /** Whether the job has left the queue for good. */
    public boolean isFinal() {
        return this == ACKNOWLEDGED || this == CANCELLED;
    }

    /** Whether a slice is under way. */
    public boolean isRunning() {
        return this == CONNECTING || this == TRANSFERRING;
    }

    /** Whether BITS is working on it, or will by itself. */
    public boolean isActive() {
        return this == QUEUED || isRunning() || this == TRANSIENT_ERROR;
    }
}
