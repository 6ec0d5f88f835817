package io.longhaul.entity;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.RecoveryFailed;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EffectBuilder;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import io.longhaul.job.Alarm;
import io.longhaul.job.Cancelled;
import io.longhaul.job.Job;
import io.longhaul.job.JobCommand;
import io.longhaul.job.JobEvent;
import io.longhaul.job.JobId;
import io.longhaul.job.JobSpec;
import io.longhaul.job.OwnerCommand;
import io.longhaul.job.Queued;
import io.longhaul.job.Recorded;
import io.longhaul.job.Retention;
import io.longhaul.job.SchedulerCommand;
import io.longhaul.job.StoreReport;
import io.longhaul.job.TransferReport;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Where a job meets Akka, and the only place: one sharded, event-sourced actor for each job. What a command means is
 * decided by {@link Job}; this class persists it, and then acts: {@link JobRun} moves bytes, the scheduler hears where
 * the job stands, watchers hear what happened, and the one timer is set again.
 */
public final class JobEntity extends EventSourcedBehavior<JobEntity.Message, Recorded, Job> {
    public static final EntityTypeKey<Message> TYPE = EntityTypeKey.create(Message.class, "Job");

    /** Whatever is due later than that, the due-time index wakes the job for, as it does when the job is not in memory. */
    private static final Duration LONGEST_TIMER = Duration.ofHours(1);

    private static final Tell WAKE = new Tell(new Alarm.Wake());
    private static final Idle IDLE = new Idle();

    /**
     * Before a job is read again whose event the journal did not take. Where that was because the job lives elsewhere, this
     * node was put out and hears of it in that time.
     */
    private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(2);

    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);

    /** A job that lives long is not replayed from its first event. */
    private static final int EVENTS_PER_SNAPSHOT = 200;

    private static final FailureLog FAILURES =
            new FailureLog(LoggerFactory.getLogger(JobEntity.class)::warn, Duration.ofSeconds(1));

    /** What the actor understands; {@link JobMessages} says what of it comes from other nodes. */
    public sealed interface Message {}

    /** A call of the owner. */
    public record Ask(
            OwnerCommand command, String by, @Nullable String request, ActorRef<JobReply> replyTo) implements Message {}

    public record View(ActorRef<Viewed> replyTo) implements Message {}

    /** The job as it is now; null: there is none. */
    public record Viewed(@Nullable JobView view) {}

    /** The scheduler speaks, or the due-time index. */
    public record Tell(JobCommand command) implements Message {}

    /** The run of this job speaks. */
    record Reported(List<TransferReport> reports) implements Message {}

    record RunEnded(long run) implements Message {}

    /** The file store has done what Complete or Cancel asked for. */
    record Stored(StoreReport report) implements Message {}

    /** Nobody has spoken to the job for a while: it leaves memory, and the due-time index wakes it. */
    record Idle() implements Message {}

    /** The job leaves memory, or moves to another node. */
    public record Stop() implements Message {}

    /**
     * What every job of the node works with.
     *
     * @param inactivityTimeout what policies say of a job now
     * @param node {@code host:port} of this node
     */
    public record Surroundings(
            Clock clock,
            Transfers transfers,
            FileStore files,
            Queues queues,
            JobFeed feed,
            Secrets secrets,
            Retention retention,
            JournalListener journal,
            JobsInMemory memory,
            Function<JobSpec, Duration> inactivityTimeout,
            String node) {}

    private final JobId id;
    private final Surroundings surroundings;
    private final ActorContext<Message> context;
    private final TimerScheduler<Message> timers;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private final JobRun run;
    private final StandingReport standing;

    /** Callers of Complete and Cancel, who wait until the file store is done. */
    private final List<ActorRef<JobReply>> waiting = new ArrayList<>();

    private final Idleness idleness = new Idleness();

    private final long startedAtNanos = System.nanoTime();
    private @Nullable Instant wakesAt;
    private boolean recovered;
    private boolean counted;
    private boolean storing;
    /** Complete was decided by this actor, and the store has not been asked for it yet. */
    private boolean completionIsNew;

    private boolean stopping;

    public static Behavior<Message> create(
            JobId id, Surroundings surroundings, ActorRef<ClusterSharding.ShardCommand> shard) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new JobEntity(id, surroundings, context, timers, shard)));
    }

    private JobEntity(
            JobId id,
            Surroundings surroundings,
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            ActorRef<ClusterSharding.ShardCommand> shard) {
        super(
                PersistenceId.of(TYPE.name(), id.toString()),
                SupervisorStrategy.restartWithBackoff(FIRST_BACK_OFF, LONGEST_BACK_OFF, 0.2)
                        .withLoggingEnabled(false));
        this.id = id;
        this.surroundings = surroundings;
        this.context = context;
        this.timers = timers;
        this.shard = shard;
        this.run = new JobRun(surroundings.transfers(), context.getSelf());
        this.standing = new StandingReport(surroundings.queues(), surroundings.node());
    }

    /** A job that was never created has no state. */
    @Override
    @SuppressWarnings("NullAway") // Akka's empty state may be null, which its types cannot say
    public Job emptyState() {
        return null;
    }

    @Override
    public CommandHandler<Message, Recorded, Job> commandHandler() {
        return this::onMessage;
    }

    @Override
    public EventHandler<Job, Recorded> eventHandler() {
        return (job, recorded) -> Job.evolve(job, id, recorded);
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(EVENTS_PER_SNAPSHOT, 1);
    }

    @Override
    public SignalHandler<Job> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), this::onRecovered)
                .onSignal(RecoveryFailed.class, (job, signal) -> onRecoveryFailed(signal.getFailure()))
                .onSignal(PreRestart.instance(), job -> onRestart())
                .onSignal(PostStop.instance(), job -> onStopped())
                .build();
    }

    /** The journal did not take an event: what was decided did not happen, and the job is read again. */
    private void onRestart() {
        wakesAt = null; // Akka cancels all timers of an actor that starts anew
        idleness.unset();
        run.abandon();
        leave();
        if (!recovered) return;
        surroundings.journal().notWritten();
        failed("is read again: the journal did not take its last event");
    }

    private void onStopped() {
        run.abandon();
        leave();
    }

    /** While it waits to be read again it is not counted, for it may be stopped then without a word. */
    private void leave() {
        if (counted) surroundings.memory().left();
        counted = false;
    }

    private void onRecoveryFailed(Throwable problem) {
        surroundings.journal().notRead();
        failed("cannot be read: " + problem);
    }

    private void failed(String what) {
        FAILURES.failed("Job " + id + " " + what, System.nanoTime());
    }

    private void onRecovered(@Nullable Job job) {
        recovered = true;
        counted = true;
        surroundings.memory().entered();
        surroundings.journal().read(job, Duration.ofNanos(System.nanoTime() - startedAtNanos));
        if (job == null) {
            // Whoever asked gets his answer first. Jobs begin without their actor, so it must not stay and miss that.
            shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
            return;
        }
        if (isLost(job)) context.getSelf().tell(new Tell(new Alarm.Restarted()));
        act(job);
    }

    private Effect<Recorded, Job> onMessage(@Nullable Job job, Message message) {
        if (!(message instanceof Idle)) idleness.heard(System.nanoTime());
        return switch (message) {
            case View view ->
                Effect().reply(view.replyTo(), new Viewed(job == null || isGone(job) ? null : run.viewOfWait(job)));
            case Ask ask -> onAsk(job, ask);
            case Stop stop -> onStop(job);
            case Idle idle -> job == null ? Effect().none() : onIdle(job);
            case Tell tell -> job == null ? Effect().none() : onTell(job, tell.command());
            case Reported reported -> job == null ? Effect().none() : onReports(job, reported.reports());
            case RunEnded ended -> job == null ? Effect().none() : onRunEnded(job, ended);
            case Stored stored -> job == null ? Effect().none() : onStored(job, stored.report());
        };
    }

    private Effect<Recorded, Job> onAsk(@Nullable Job job, Ask ask) {
        if (job == null ? !(ask.command() instanceof OwnerCommand.Create) : isGone(job))
            return Effect().reply(ask.replyTo(), new JobReply.Unknown());
        if (job != null && isEnding(job)) return Effect().stash(); // Complete and Cancel are never both
        if (job != null && ask.request() != null) {
            var answered = job.answered(ask.request());
            if (answered.isPresent())
                return Effect()
                        .reply(
                                ask.replyTo(),
                                JobDecisions.done(
                                        run.view(job),
                                        false,
                                        answered.get().filesFrom(),
                                        answered.get().filesTo()));
        }
        boolean lost = job != null && isLost(job);
        return switch (JobDecisions.decide(job, id, ask.command(), ask.by(), ask.request(), now(), lost)) {
            case JobDecisions.Outcome.Refused no ->
                Effect().reply(ask.replyTo(), new JobReply.Refused(no.code(), no.detail()));
            case JobDecisions.Outcome.Steps yes -> {
                int filesBefore = job == null ? 0 : job.files().size();
                yield record(job, yes.steps()).thenRun(after -> {
                    if (isEnding(after)) waiting.add(ask.replyTo());
                    else
                        ask.replyTo()
                                .tell(JobDecisions.done(
                                        run.view(after),
                                        JobDecisions.changedNothing(ask.command(), yes.steps()),
                                        filesBefore,
                                        after.files().size()));
                });
            }
        };
    }

    private Effect<Recorded, Job> onTell(Job job, JobCommand command) {
        if (command instanceof Alarm.Wake) wakesAt = null;
        if (command instanceof SchedulerCommand.GrantSlice grant) return onGrant(job, grant);
        if (command instanceof Alarm.Restarted && !isLost(job)) return Effect().none();
        if (command instanceof Alarm.NetworkBack && !surroundings.transfers().hasWayOut())
            return Effect().none(); // another node's, not this one's
        List<Step> steps = JobDecisions.tell(job, withPolicy(job, command), now(), isLost(job));
        if (steps.isEmpty() && command instanceof SchedulerCommand) standing.repeat(job, isBusy());
        return record(job, steps);
    }

    /** Whatever the job looks at the clock for, it may have been left alone for too long by now. */
    private List<JobCommand> withPolicy(Job job, JobCommand command) {
        if (!(command instanceof Alarm.Wake)) return List.of(command);
        List<JobCommand> commands = new ArrayList<>();
        commands.add(
                new Alarm.InactivityTimeout(surroundings.inactivityTimeout().apply(job.spec())));
        Instant movedAt = run.movedAt();
        if (movedAt != null) commands.add(new Alarm.BytesCame(movedAt));
        commands.add(command);
        return commands;
    }

    /** A slice is only accepted with a place on the node and at the remote host. */
    private Effect<Recorded, Job> onGrant(Job job, SchedulerCommand.GrantSlice grant) {
        SchedulerCommand.GrantSlice here =
                new SchedulerCommand.GrantSlice(grant.slice(), grant.endsAt(), grant.held(), surroundings.node());
        List<Step> steps = JobDecisions.tell(job, List.of(here), now(), false);
        if (steps.isEmpty() || run.isAlive()) {
            standing.repeat(job, isBusy());
            return Effect().none();
        }
        // Its deadline has passed, and it needs no place
        if (!steps.getLast().after().state().name().isRunning()) return record(job, steps);
        String host = job.nextFile().orElseThrow().host();
        boolean retry = job.state() instanceof Queued queued && queued.retries();
        return switch (surroundings
                .transfers()
                .admit(job.spec().queue(), job.spec().priority(), host, retry)) {
            case Admission.Admitted permit -> {
                run.prepare(permit);
                yield record(job, steps);
            }
            case Admission.NodeFull full -> decline(job, nodeFull(grant.slice(), full));
            case Admission.HostFull full -> decline(job, hostFull(grant.slice(), full));
        };
    }

    private Effect<Recorded, Job> decline(Job job, Queues.Standing reason) {
        surroundings.queues().tell(job.spec().queue(), reason);
        return Effect().none();
    }

    private Queues.Standing nodeFull(long slice, Admission.NodeFull full) {
        return new Queues.Standing.NodeFull(id, slice, full.limit(), surroundings.node());
    }

    private Queues.Standing hostFull(long slice, Admission.HostFull full) {
        return new Queues.Standing.HostFull(id, slice, full.host(), full.limit(), full.own(), full.closure());
    }

    private Effect<Recorded, Job> onReports(Job job, List<TransferReport> reports) {
        Instant now = now();
        boolean moved = run.note(reports, now);
        List<Step> steps = JobDecisions.tell(job, reports, now, false);
        if (moved) surroundings.feed().publish(new JobFeed.Notice.Progressed(run.view(job)));
        return steps.isEmpty() ? Effect().none() : record(job, steps);
    }

    private Effect<Recorded, Job> onRunEnded(Job job, RunEnded ended) {
        if (!run.ended(ended.run())) return Effect().none();
        List<Step> steps = JobDecisions.tell(job, List.of(new Alarm.BrokenOff()), now(), false);
        // Normally the run's last words have moved the job on; where it died without any, it is queued again
        if (isLost(job) && !steps.isEmpty())
            return stopping ? record(job, steps).thenStop() : record(job, steps);
        act(job);
        if (job.state() instanceof Queued queued && queued.busyHost() != null) waitFor(job, queued.busyHost());
        return stopping ? Effect().stop() : Effect().none();
    }

    /** A redirect led to a host that is full: the scheduler must hear of it, and be told when a place is free. */
    private void waitFor(Job job, String host) {
        String queue = job.spec().queue();
        switch (surroundings.transfers().admit(queue, job.spec().priority(), host, false)) {
            case Admission.HostFull full -> surroundings.queues().tell(queue, hostFull(job.lastSlice(), full));
            case Admission.NodeFull full -> surroundings.queues().tell(queue, nodeFull(job.lastSlice(), full));
            case Admission.Admitted free -> free.release();
        }
    }

    private Effect<Recorded, Job> onStored(Job job, StoreReport report) {
        storing = false;
        List<Step> steps = JobDecisions.tell(job, List.of(report), now(), false);
        return record(job, steps)
                .thenRun(after -> {
                    if (isEnding(after)) return;
                    JobReply reply = JobDecisions.ended(run.view(after), steps);
                    waiting.forEach(caller -> caller.tell(reply));
                    waiting.clear();
                })
                .thenUnstashAll();
    }

    private Effect<Recorded, Job> onIdle(Job job) {
        if (isBusy() || storing) {
            idleness.unset();
            return Effect().none();
        }
        idleness.fired(stayWhenIdle(job), System.nanoTime())
                .ifPresentOrElse(this::lookAfter, () -> shard.tell(new ClusterSharding.Passivate<>(context.getSelf())));
        return Effect().none();
    }

    /** A run is handed over in an orderly way: what has arrived is checkpointed, and the job waits for a new slice. */
    private Effect<Recorded, Job> onStop(@Nullable Job job) {
        if (job == null || !run.isAlive()) return Effect().stop();
        stopping = true;
        return record(job, JobDecisions.tell(job, List.of(new Alarm.BrokenOff()), now(), false));
    }

    /** Persists the steps, and then acts on the job as it is. */
    private EffectBuilder<Recorded, Job> record(@Nullable Job before, List<Step> steps) {
        List<Recorded> events = steps.stream().map(Step::recorded).toList();
        return Effect().persist(events).thenRun(after -> {
            if (steps.isEmpty()) return;
            surroundings.journal().written(before, steps);
            completionIsNew |= events.stream().anyMatch(it -> it.event() instanceof JobEvent.CompletionBegan);
            publish(before, steps);
            act(after); // a run that is under way hears of other secrets before these are gone
            forgetSecrets(before, after);
        });
    }

    /** Those that the job no longer names. */
    private void forgetSecrets(@Nullable Job before, Job after) {
        if (before == null || before.spec().http() == null) return;
        Set<UUID> gone = new HashSet<>(before.spec().secrets());
        gone.removeAll(after.spec().secrets());
        if (!gone.isEmpty()) surroundings.secrets().forget(id, gone);
    }

    private void publish(@Nullable Job before, List<Step> steps) {
        Job earlier = before;
        for (Step step : steps) {
            surroundings
                    .feed()
                    .publish(new JobFeed.Notice.Happened(
                            step.after(),
                            step.after().sequence(),
                            step.recorded(),
                            earlier == null
                                    ? step.after().state().name()
                                    : earlier.state().name()));
            earlier = step.after();
        }
    }

    /** Everything outside follows from the state, so this may be done as often as one likes. */
    private void act(Job job) {
        if (run.isPrepared() && job.state().name().isRunning()) run.start(job, job.lastSlice());
        if (run.isAlive() && !job.state().name().isRunning()) run.stop();
        else run.goBy(job);
        if (isEnding(job) && !run.isAlive() && !storing) store(job);
        standing.update(job, isBusy());
        arm(job);
    }

    private void store(Job job) {
        storing = true;
        boolean again = !completionIsNew;
        completionIsNew = false;
        if (job.ending() != null)
            context.pipeToSelf(surroundings.files().publish(job, again), (report, never) -> new Stored(report));
        else context.pipeToSelf(surroundings.files().discard(job), (report, never) -> new Stored(report));
    }

    /** The timer follows from the state, never the reverse: at most one, and set anew where it changes. */
    private void arm(Job job) {
        Instant now = now();
        Instant at = isEnding(job) ? null : job.wakeAt().orElse(null);
        if (at != null && at.isAfter(now.plus(LONGEST_TIMER))) at = null;
        if (!Objects.equals(at, wakesAt)) {
            wakesAt = at;
            if (at == null) timers.cancel(WAKE);
            else timers.startSingleTimer(WAKE, WAKE, notNegative(Duration.between(now, at)));
        }
        if (!isBusy() && !storing)
            idleness.begins(stayWhenIdle(job), System.nanoTime()).ifPresent(this::lookAfter);
    }

    private void lookAfter(Duration time) {
        timers.startSingleTimer(IDLE, IDLE, time);
    }

    private Duration stayWhenIdle(Job job) {
        return job.state().name().isFinal()
                ? JobsInMemory.WITHOUT_ROOM
                : surroundings.memory().stayWhenIdle();
    }

    private static Duration notNegative(Duration delay) {
        return delay.isNegative() ? Duration.ZERO : delay;
    }

    /** What was kept of it may have been removed, or is about to be. */
    private boolean isGone(Job job) {
        return surroundings.retention().isOver(job, now());
    }

    /** Complete or Cancel is decided, and the file store is not done. */
    private static boolean isEnding(Job job) {
        return job.ending() != null || (job.state() instanceof Cancelled cancelled && !cancelled.cleanedUp());
    }

    /** The history says that a run is under way, and there is none: the node was killed. */
    private boolean isLost(Job job) {
        return job.state().name().isRunning() && !isBusy();
    }

    private boolean isBusy() {
        return run.isAlive() || run.isPrepared();
    }

    /** The journal keeps microseconds, so that a job that is read back equals the one that was written. */
    private Instant now() {
        return surroundings.clock().instant().truncatedTo(ChronoUnit.MICROS);
    }
}
