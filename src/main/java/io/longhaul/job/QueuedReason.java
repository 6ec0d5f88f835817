package io.longhaul.job;

/** Why a job went (back) to the queue. */
public enum QueuedReason {
    /** The client called Resume. */
    RESUMED,
    /** Its time slice was used up. */
    SLICE_ENDED,
    /** A job of higher priority took its place. */
    PREEMPTED,
    /** Its retry delay has passed. */
    RETRY_DUE,
    /** The policy that held it back has changed. */
    POLICY_CHANGED,
    /** The network that it waited for is back. */
    NETWORK_BACK,
    /** Its owner logged off. */
    OWNER_LOGGED_OFF,
    /** The remote host of its next file has no connection free. */
    HOST_BUSY,
    /** The service was restarted. */
    RESTARTED,
    /** A file that it was fetching, or was about to, is fetched from elsewhere or with more care from now on, or not at all. */
    FILE_CHANGED
}
