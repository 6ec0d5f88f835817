package io.longhaul.entity;

import static java.util.Objects.requireNonNull;

import io.longhaul.job.Acknowledged;
import io.longhaul.job.Alarm;
import io.longhaul.job.BitsError;
import io.longhaul.job.Cancelled;
import io.longhaul.job.Decision;
import io.longhaul.job.ErrorCode;
import io.longhaul.job.FileCommand;
import io.longhaul.job.Job;
import io.longhaul.job.JobCommand;
import io.longhaul.job.JobEvent;
import io.longhaul.job.JobId;
import io.longhaul.job.OwnerCommand;
import io.longhaul.job.Recorded;
import io.longhaul.job.Recorded.Cause;
import io.longhaul.job.SchedulerCommand;
import io.longhaul.job.StoreReport;
import io.longhaul.job.TransferReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** From commands to the lines of the history: asks the job, and says of each event when, why and at whose word. */
final class JobDecisions {
    /** What an owner's command leads to. */
    sealed interface Outcome {
        record Steps(List<Step> steps) implements Outcome {}

        record Refused(ErrorCode code, String detail) implements Outcome {}
    }

    /** A clock that was further ahead than that was wrong, and what it said is not to last. */
    private static final Duration MOST_SKEW = Duration.ofMinutes(1);

    private JobDecisions() {}

    /**
     * What an owner calls for.
     *
     * @param lost whether the run is gone without a last word, which comes first
     */
    static Outcome decide(
            @Nullable Job job,
            JobId id,
            OwnerCommand command,
            String by,
            @Nullable String request,
            Instant now,
            boolean lost) {
        List<Step> steps = new ArrayList<>();
        if (job != null && lost) steps.addAll(tell(job, List.of(new Alarm.Restarted()), now, true));
        Job present = steps.isEmpty() ? job : steps.getLast().after();
        Decision decision = present == null && command instanceof OwnerCommand.Create create
                ? Job.create(create)
                : requireNonNull(present).decide(command, now);
        return switch (decision) {
            case Decision.Refused no -> new Outcome.Refused(no.code(), no.detail());
            case Decision.Accepted yes -> {
                Job next = present;
                for (JobEvent event : yes.events()) {
                    Recorded recorded = new Recorded(event, at(next, now), Cause.OWNER, by, request);
                    next = Job.evolve(next, id, recorded);
                    steps.add(new Step(recorded, next));
                }
                yield new Outcome.Steps(steps);
            }
        };
    }

    /**
     * What the scheduler, a run, the file store or the time bring about. Nobody waits for an answer, so a refusal is
     * the same as nothing.
     *
     * @param lost whether the run is gone without a last word, which comes first
     */
    static List<Step> tell(Job job, List<? extends JobCommand> commands, Instant now, boolean lost) {
        List<JobCommand> all = new ArrayList<>(commands);
        if (lost && !(all.getFirst() instanceof Alarm.Restarted)) all.addFirst(new Alarm.Restarted());
        List<Step> steps = new ArrayList<>();
        Job next = job;
        for (JobCommand command : all) {
            if (!(next.decide(command, now) instanceof Decision.Accepted yes)) continue;
            for (JobEvent event : yes.events()) {
                Recorded recorded =
                        new Recorded(event, at(next, now), cause(command, event, next), by(command, next), null);
                next = next.evolve(recorded);
                steps.add(new Step(recorded, next));
            }
        }
        return steps;
    }

    /**
     * The time of the next event. Two nodes' clocks differ a little, and the history of a job that has moved from one to the
     * other goes on from its last event, not before it. What was decided goes by the clock that is here.
     */
    private static Instant at(@Nullable Job before, Instant now) {
        if (before == null) return now;
        Instant last = before.times().modification();
        return last.isAfter(now) && !last.isAfter(now.plus(MOST_SKEW)) ? last : now;
    }

    /** What the file store does is done in the name of who called for it. */
    private static String by(JobCommand command, Job job) {
        if (!(command instanceof StoreReport)) return Recorded.SYSTEM;
        if (job.ending() != null) return job.ending().by();
        return job.state() instanceof Cancelled cancelled && cancelled.by() != null ? cancelled.by() : Recorded.SYSTEM;
    }

    private static Cause cause(JobCommand command, JobEvent event, Job job) {
        return switch (command) {
            case OwnerCommand owner -> Cause.OWNER;
            case SchedulerCommand late
            when event instanceof JobEvent.JobFailed -> Cause.TIMER; // the deadline's, by whoever
            case SchedulerCommand scheduler -> Cause.SCHEDULER;
            case TransferReport transfer -> Cause.TRANSFER;
            case StoreReport cleaned
            when job.state() instanceof Cancelled cancelled && cancelled.cause() != null -> cancelled.cause();
            case StoreReport store -> Cause.OWNER; // the second half of Complete or Cancel
            case Alarm inactive when event instanceof JobEvent.JobCancelled -> Cause.POLICY;
            case Alarm.InactivityTimeout policy -> Cause.POLICY;
            case Alarm.BytesCame bytes -> Cause.TRANSFER;
            case Alarm.PolicyChanged changed -> Cause.POLICY;
            case Alarm.NetworkBack back -> Cause.TRANSFER;
            case Alarm.Restarted restarted -> Cause.RESTART;
            case Alarm.BrokenOff ended -> Cause.RESTART;
            case Alarm.Wake wake -> Cause.TIMER;
        };
    }

    /** Where BITS answers S_FALSE: the call was right, and there was nothing that it meant. */
    static boolean changedNothing(OwnerCommand command, List<Step> steps) {
        return command instanceof FileCommand.ReplaceRemotePrefix
                && steps.stream().noneMatch(step -> step.recorded().cause() == Cause.OWNER);
    }

    static JobReply done(JobView view, boolean nothing, int filesFrom, int filesTo) {
        BitsError result = switch (view.job().state()) {
            case Acknowledged acknowledged -> acknowledged.result();
            case Cancelled cancelled -> cancelled.result();
            default -> nothing ? BitsError.S_FALSE : BitsError.S_OK;
        };
        return new JobReply.Done(view, result, filesFrom, filesTo);
    }

    /** What the callers of Complete or Cancel hear. */
    static JobReply ended(JobView view, List<Step> steps) {
        for (Step step : steps) {
            if (step.recorded().event() instanceof JobEvent.CompletionFailed failed)
                return new JobReply.Refused(
                        failed.error().code(), failed.error().description());
        }
        return done(view, false, 0, 0);
    }
}
