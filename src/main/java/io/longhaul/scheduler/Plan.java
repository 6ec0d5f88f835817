package io.longhaul.scheduler;

import io.longhaul.job.JobId;
import io.longhaul.job.SchedulerCommand;
import java.time.Instant;
import java.util.List;

/**
 * What a scheduler says now, and when it looks again at the latest.
 *
 * @param lookAgainAt {@link Instant#MAX} where only a message changes anything
 */
record Plan(List<Order> orders, Instant lookAgainAt) {
    Plan {
        orders = List.copyOf(orders);
    }

    /** One command for one job. */
    record Order(JobId job, SchedulerCommand command) {}
}
