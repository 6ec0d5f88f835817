package io.longhaul.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of a job's history.
 *
 * @param by the caller's name, or {@code system}
 * @param request the Idempotency-Key of the call behind it, where it had one
 */
public record Recorded(
        JobEvent event,
        Instant at,
        Cause cause,
        String by,
        @Nullable String request) {
    /** Who speaks where no caller does. */
    public static final String SYSTEM = "system";

    /** What brought the event about. */
    public enum Cause {
        OWNER,
        SCHEDULER,
        TRANSFER,
        TIMER,
        POLICY,
        RESTART
    }
}
