package io.longhaul.entity;

import io.longhaul.job.Job;
import io.longhaul.job.JobId;
import io.longhaul.job.OwnerCommand;
import io.longhaul.job.StateName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Creates jobs without waking their actors: a million jobs that wait need none. The id is new, so nobody else writes to
 * its history, and where somebody does, the journal's primary key keeps the two apart.
 */
final class JobCreation {
    private static final FailureLog FAILURES =
            new FailureLog(LoggerFactory.getLogger(JobCreation.class)::warn, Duration.ofSeconds(1));

    private final NewJobs newJobs;
    private final Queues queues;
    private final JobFeed feed;
    private final JournalListener journal;
    private final Clock clock;

    JobCreation(NewJobs newJobs, Queues queues, JobFeed feed, JournalListener journal, Clock clock) {
        this.newJobs = newJobs;
        this.queues = queues;
        this.feed = feed;
        this.journal = journal;
        this.clock = clock;
    }

    /**
     * What CreateJob does; empty where the job exists, and its actor answers.
     *
     * @param by the caller's name
     * @param request the Idempotency-Key
     */
    CompletionStage<Optional<JobReply>> create(
            JobId id, OwnerCommand.Create command, String by, @Nullable String request) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS); // as the journal keeps it
        return switch (JobDecisions.decide(null, id, command, by, request, now, false)) {
            case JobDecisions.Outcome.Refused no ->
                CompletableFuture.completedStage(Optional.of(new JobReply.Refused(no.code(), no.detail())));
            case JobDecisions.Outcome.Steps yes ->
                newJobs.begin(id, yes.steps().stream().map(Step::recorded).toList())
                        .whenComplete((begun, failure) -> {
                            if (failure != null) notWritten(failure);
                        })
                        .thenApply(begun -> begun ? Optional.of(created(yes.steps())) : Optional.empty());
        };
    }

    /** Where there is more work than the journal takes it is not the journal's fault. */
    private void notWritten(Throwable failure) {
        Throwable cause = Failures.behind(failure);
        if (cause instanceof RejectedExecutionException) return;
        journal.notWritten();
        FAILURES.failed("A new job was not taken by the journal: " + cause, System.nanoTime());
    }

    private JobReply created(List<Step> steps) {
        journal.written(null, steps);
        StateName before = steps.getFirst().after().state().name();
        for (Step step : steps) {
            Job job = step.after();
            feed.publish(new JobFeed.Notice.Happened(job, job.sequence(), step.recorded(), before));
            before = job.state().name();
        }
        Job job = steps.getLast().after();
        StandingReport.ofNew(job).ifPresent(ready -> queues.tell(job.spec().queue(), ready));
        return JobDecisions.done(JobView.of(job), false, 0, job.files().size());
    }
}
