package io.longhaul.job;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One of the nine BG_JOB_STATE states. What only one state needs lives in its record.
 *
 * @see <a href="https://learn.microsoft.com/windows/win32/api/bits/ne-bits-bg_job_state">BG_JOB_STATE</a>
 */
public sealed interface JobState
        permits Suspended,
                Queued,
                Connecting,
                Transferring,
                TransientError,
                FatalError,
                Transferred,
                Acknowledged,
                Cancelled {
    StateName name();

    /** What the job does when it is asked this, in this state. Changes nothing. */
    Decision decide(Job job, JobCommand command, Instant now);

    /** When time alone will change something in this state, beyond what holds in every state. */
    default Optional<Instant> wakeAt(Job job) {
        return Optional.empty();
    }

    /** The BITS error object, in the states that have one. */
    default @Nullable JobError error() {
        return null;
    }
}
