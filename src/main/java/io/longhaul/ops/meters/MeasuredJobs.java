package io.longhaul.ops.meters;

import io.longhaul.entity.JobReply;
import io.longhaul.entity.JobView;
import io.longhaul.entity.Jobs;
import io.longhaul.job.Alarm;
import io.longhaul.job.JobId;
import io.longhaul.job.OwnerCommand;
import io.longhaul.job.SchedulerCommand;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Counts what owners ask of jobs, and what they hear. */
public final class MeasuredJobs implements Jobs {
    private final Jobs jobs;
    private final MeterRegistry registry;

    public MeasuredJobs(Jobs jobs, MeterRegistry registry) {
        this.jobs = jobs;
        this.registry = registry;
    }

    @Override
    public CompletionStage<JobReply> ask(JobId id, OwnerCommand command, String by, @Nullable String request) {
        return jobs.ask(id, command, by, request).whenComplete((reply, failure) -> count(command, reply));
    }

    /** @param reply null: there was none in time */
    private void count(OwnerCommand command, @Nullable JobReply reply) {
        Counter.builder("longhaul.job.commands")
                .description("Calls of owners that this node has passed on to jobs, by what came of them")
                .tag("command", command.getClass().getSimpleName())
                .tag("result", result(reply))
                .register(registry)
                .increment();
        if (reply instanceof JobReply.Refused refused)
            Counter.builder("longhaul.job.refusals")
                    .description("Calls that a job refused, by code")
                    .tag("code", refused.code().code())
                    .register(registry)
                    .increment();
    }

    private static String result(@Nullable JobReply reply) {
        return switch (reply) {
            case JobReply.Done done -> "done";
            case JobReply.Refused refused -> "refused";
            case JobReply.Unknown unknown -> "unknown";
            case null -> "unanswered";
        };
    }

    @Override
    public CompletionStage<Optional<JobView>> view(JobId id) {
        return jobs.view(id);
    }

    @Override
    public void tell(JobId id, SchedulerCommand command) {
        jobs.tell(id, command);
    }

    @Override
    public void tell(JobId id, Alarm alarm) {
        jobs.tell(id, alarm);
    }
}
