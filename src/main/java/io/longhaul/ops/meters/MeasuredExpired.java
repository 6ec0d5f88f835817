package io.longhaul.ops.meters;

import io.longhaul.entity.Expired;
import io.longhaul.job.JobId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Counts what is removed. */
public final class MeasuredExpired implements Expired {
    private final Expired expired;
    private final MeterRegistry registry;
    private final Counter jobs;
    private final Counter calls;
    private final Timer batches;

    public MeasuredExpired(Expired expired, MeterRegistry registry) {
        this.expired = expired;
        this.registry = registry;
        this.jobs = Counter.builder("longhaul.retention.jobs.removed")
                .description("Jobs that were removed because their retention was over")
                .register(registry);
        this.calls = Counter.builder("longhaul.retention.calls.removed")
                .description("Operations and Idempotency-Keys that were removed by themselves")
                .register(registry);
        this.batches = Buckets.timer("longhaul.retention.batch", "Removing a batch of jobs, or finding none")
                .register(registry);
    }

    @Override
    public CompletionStage<Jobs> removeJobs(@Nullable Instant from, Instant finalUntil, int most) {
        Timer.Sample sample = Timer.start(registry);
        return expired.removeJobs(from, finalUntil, most).whenComplete((removed, failure) -> {
            sample.stop(batches);
            if (removed != null) jobs.increment(removed.removed());
        });
    }

    @Override
    public CompletionStage<Calls> removeCalls(Instant until, @Nullable JobId after, int most) {
        return expired.removeCalls(until, after, most).whenComplete((removed, failure) -> {
            if (removed != null) calls.increment(removed.removed());
        });
    }
}
