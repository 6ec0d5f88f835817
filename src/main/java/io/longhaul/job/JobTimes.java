package io.longhaul.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * BG_JOB_TIMES.
 *
 * @param modification of any kind: a property, the state, bytes
 * @param activity the last change by a client, or progress: the inactivity timeout counts from here
 * @param transferCompletion when the last file had been transferred; null: not yet
 */
public record JobTimes(
        Instant creation,
        Instant modification,
        Instant activity,
        @Nullable Instant transferCompletion) {
    JobTimes modified(Instant at) {
        return new JobTimes(creation, at, activity, transferCompletion);
    }

    JobTimes active(Instant at) {
        return new JobTimes(creation, at, at, transferCompletion);
    }

    JobTimes completed(@Nullable Instant at) {
        return new JobTimes(creation, modification, activity, at);
    }
}
