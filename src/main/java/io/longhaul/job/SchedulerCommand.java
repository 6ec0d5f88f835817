package io.longhaul.job;

import java.time.Duration;
import java.time.Instant;

/**
 * What the scheduler of the job's queue says. A slice is a lease with a number: the number of the next one is always
 * one more than that of the last, so a doubled or late grant is known as one.
 */
public sealed interface SchedulerCommand extends JobCommand {
    /**
     * Run.
     *
     * @param held how long the owner's log-off kept the job from running since it was queued; the no-progress clock
     *     stood still so long
     * @param node {@code host:port} of the node that runs it: the one where the job lives
     */
    record GrantSlice(long slice, Instant endsAt, Duration held, String node) implements SchedulerCommand {}

    /** Nobody else waits: go on without a break, in a new slice. */
    record RenewSlice(long slice, Instant endsAt) implements SchedulerCommand {}

    /** Stop: back to the queue. */
    record EndSlice(long slice, QueuedReason reason) implements SchedulerCommand {}
}
