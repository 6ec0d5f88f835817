package io.longhaul.entity;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why nobody may ask a remote host for anything now.
 *
 * @param until when it is tried again by itself; null: when somebody says so
 * @param detail what it did, or who closed it and why: goes on after the host's name
 */
public record HostClosure(
        Cause cause, Instant since, @Nullable Instant until, String detail) {
    /** A server cannot have itself left alone for longer at a time. */
    public static final Duration LONGEST = Duration.ofDays(1);

    /** What closed it. */
    public enum Cause {
        /** It asked to wait, with Retry-After. */
        RETRY_AFTER,
        /** It answered 429 or 503 and said no time, to a single request at a time. */
        BACK_OFF,
        /** It has had as many retries as it may: closed for these only. */
        RETRY_BUDGET,
        /** An operator has said so. */
        BLOCKED
    }

    /** Whether it is over. */
    public boolean isOver(Instant now) {
        return until != null && !now.isBefore(until);
    }

    /** The one of two that ends later. */
    public static @Nullable HostClosure later(@Nullable HostClosure one, @Nullable HostClosure other) {
        if (one == null || other == null) return one == null ? other : one;
        if (one.until == null) return one;
        return other.until == null || other.until.isAfter(one.until) ? other : one;
    }
}
