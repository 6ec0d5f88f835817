package io.longhaul.scheduler;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.PreRestart;
import akka.actor.typed.Signal;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import io.longhaul.entity.FailureLog;
import io.longhaul.entity.Jobs;
import io.longhaul.entity.QueueContents;
import io.longhaul.entity.QueueContents.Candidate;
import io.longhaul.entity.QueueContents.LoggedOff;
import io.longhaul.entity.Queues;
import io.longhaul.entity.Queues.Standing;
import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import io.longhaul.job.SchedulerCommand;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The scheduler of one queue. It keeps a {@link Schedule}, tells jobs what follows from it, and has one timer. All it
 * knows it can lose: it starts by reading the index, and goes on comparing itself with it, so that a word that got lost
 * between a job and it is made good within seconds.
 */
final class Scheduler extends AbstractOnMessageBehavior<Scheduler.Message> {
    /** Each of its looks fails while the database is away. */
    private static final FailureLog FAILURES =
            new FailureLog(LoggerFactory.getLogger(Scheduler.class)::warn, Duration.ofMinutes(1));

    static final EntityTypeKey<Message> TYPE = EntityTypeKey.create(Message.class, "Scheduler");

    private static final int PAGE = 1000;

    /** How often a page of the index is compared. */
    private static final Duration COMPARES_EVERY = Duration.ofSeconds(2);

    private static final Duration LONGEST_TIMER = Duration.ofDays(1);

    /** No slice has this number: an order that names it changes nothing, and the job answers where it stands. */
    private static final long NO_SLICE = 0;

    /** What the actor understands; {@link SchedulerMessages} says what of it comes from other nodes. */
    sealed interface Message {}

    record Told(Standing standing) implements Message {}

    /**
     * @param host null: a place on the node
     * @param node {@code host:port} of the node; null where it is of an older version
     */
    record Freed(@Nullable String host, @Nullable String node) implements Message {}

    /**
     * Other queues wait for what jobs of this one hold there.
     *
     * @param node {@code host:port}
     */
    record OthersWait(String node, Queues.Rivals rivals) implements Message {}

    /** There is work: start, where it has not. */
    record Wake() implements Message {}

    record Explain(JobId id, ActorRef<Explained> replyTo) implements Message {}

    record Explained(List<Queues.Reason> reasons) {}

    record GetSlots(ActorRef<Queues.Slots> replyTo) implements Message {}

    /** The queue's own figure was changed, or an owner logged on or off. */
    record SettingsChanged() implements Message {}

    record Stop() implements Message {}

    private record Settings(OptionalInt backgroundSlots) implements Message {}

    private record Page(List<Candidate> candidates) implements Message {}

    private record SettingsUnread(Throwable problem) implements Message {}

    private record PageUnread(Throwable problem) implements Message {}

    private record LookAgain() implements Message {}

    private record Compare() implements Message {}

    private final String queue;
    private final SchedulerSettings settings;
    private final Jobs jobs;
    private final QueueContents contents;
    private final Sessions sessions;
    private final Clock clock;
    private final ActorContext<Message> context;
    private final TimerScheduler<Message> timers;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private final WaitingByHost waiting;
    private final WaitingByHost.Queue ownWaiting;
    private final Schedule schedule;

    private OptionalInt ownSlots = OptionalInt.empty();
    private Set<LoggedOff> away = Set.of();
    private @Nullable JobId cursor;
    private boolean settingsKnown;
    private boolean readOnce;

    // One read of each kind at a time, however slow the database is
    private boolean readingPage;
    private boolean readingSettings;
    private boolean settingsChanged;

    static Behavior<Message> create(
            String queue,
            SchedulerSettings settings,
            Jobs jobs,
            QueueContents contents,
            Sessions sessions,
            WaitingByHost waiting,
            Function<JobId, String> shardOf,
            Clock clock,
            ActorRef<ClusterSharding.ShardCommand> shard) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new Scheduler(
                queue, settings, jobs, contents, sessions, waiting, shardOf, clock, context, timers, shard)));
    }

    private Scheduler(
            String queue,
            SchedulerSettings settings,
            Jobs jobs,
            QueueContents contents,
            Sessions sessions,
            WaitingByHost waiting,
            Function<JobId, String> shardOf,
            Clock clock,
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            ActorRef<ClusterSharding.ShardCommand> shard) {
        super(context);
        this.queue = queue;
        this.settings = settings;
        this.jobs = jobs;
        this.contents = contents;
        this.sessions = sessions;
        this.clock = clock;
        this.context = context;
        this.timers = timers;
        this.shard = shard;
        this.waiting = waiting;
        this.ownWaiting = waiting.open();
        this.schedule = new Schedule(settings.timeSlice(), settings.backgroundSlots(), ownWaiting, shardOf);
        timers.startTimerWithFixedDelay(new Compare(), COMPARES_EVERY);
        readSettings();
        readPage();
    }

    @Override
    public Behavior<Message> onMessage(Message message) {
        Instant now = clock.instant();
        followSessions(now);
        switch (message) {
            case Told told -> schedule.hear(told.standing(), now);
            case Freed freed when freed.host() != null -> schedule.freed(freed.host(), now);
            case Freed freed -> schedule.freedOn(freed.node(), now);
            case OthersWait others -> schedule.othersWait(others.node(), others.rivals(), now);
            case Wake wake -> {}
            case LookAgain again -> {}
            case Explain explain -> explain.replyTo().tell(new Explained(schedule.explain(explain.id())));
            case GetSlots get -> get.replyTo().tell(slots());
            case SettingsChanged changed -> onSettingsChanged();
            case Settings read -> onSettings(read);
            case SettingsUnread unread -> onSettingsUnread(unread.problem());
            case Page page -> onPage(page.candidates(), now);
            case PageUnread unread -> onPageUnread(unread.problem());
            case Compare compare -> onCompare();
            case Stop stop -> {
                return Behaviors.stopped();
            }
        }
        // Strict priorities: nothing is granted before every job of the queue is known
        if (readOnce && settingsKnown) perform(schedule.plan(now), now);
        return this;
    }

    @Override
    public Behavior<Message> onSignal(Signal signal) {
        if (signal instanceof PostStop || signal instanceof PreRestart) waiting.close(ownWaiting);
        return this;
    }

    private void perform(Plan plan, Instant now) {
        for (Plan.Order order : plan.orders()) jobs.tell(order.job(), order.command());
        timers.cancel(new LookAgain());
        if (plan.lookAgainAt().equals(Instant.MAX)) return;
        Duration delay = Duration.between(now, plan.lookAgainAt());
        if (delay.isNegative()) delay = Duration.ZERO;
        timers.startSingleTimer(
                new LookAgain(), new LookAgain(), delay.compareTo(LONGEST_TIMER) < 0 ? delay : LONGEST_TIMER);
    }

    private Queues.Slots slots() {
        return new Queues.Slots(ownSlots.orElse(settings.backgroundSlots()), ownSlots.isPresent(), schedule.running());
    }

    /** What a read that is under way answers may be older than the change. */
    private void onSettingsChanged() {
        settingsChanged = readingSettings;
        readSettings();
    }

    private void onSettings(Settings read) {
        settingsRead();
        settingsKnown = true;
        ownSlots = read.backgroundSlots();
        schedule.backgroundSlots(ownSlots.orElse(settings.backgroundSlots()));
    }

    /** Before anything is decided: nobody tells a scheduler without jobs that an owner of its next one is away. */
    private void followSessions(Instant now) {
        Set<LoggedOff> known = sessions.away();
        if (known.equals(away)) return;
        away = known;
        Set<Owner> returned = new HashSet<>(schedule.away());
        for (LoggedOff session : away) {
            schedule.logOff(session.owner(), session.since());
            returned.remove(session.owner());
        }
        returned.forEach(owner -> schedule.logOn(owner, now));
    }

    /** What the index has and the schedule has not. What it says may be old: then the job answers where it stands. */
    private void onPage(List<Candidate> candidates, Instant now) {
        readingPage = false;
        for (Candidate candidate : candidates) {
            if (!schedule.knows(candidate.id())) adopt(candidate, now);
        }
        boolean last = candidates.size() < PAGE;
        cursor = last ? null : candidates.getLast().id();
        if (last) readOnce = true;
        else if (!readOnce) readPage();
    }

    private void adopt(Candidate candidate, Instant now) {
        if (candidate.running()) {
            Instant endsAt = candidate.sliceEndsAt() == null ? now : candidate.sliceEndsAt();
            schedule.hear(
                    new Standing.Running(
                            candidate.id(),
                            candidate.owner(),
                            candidate.priority(),
                            candidate.nextSlice() - 1,
                            candidate.host(),
                            endsAt,
                            null),
                    now);
            ask(candidate.id());
        } else {
            schedule.hear(
                    new Standing.Ready(
                            candidate.id(),
                            candidate.owner(),
                            candidate.priority(),
                            candidate.nextSlice(),
                            candidate.host(),
                            candidate.queuedAt()),
                    now);
        }
    }

    private void onCompare() {
        if (readOnce && schedule.isEmpty()) {
            shard.tell(new ClusterSharding.Passivate<>(context.getSelf()));
            return;
        }
        schedule.holders().forEach(this::ask);
        readSettings();
        readPage();
    }

    /** Where does this job stand? */
    private void ask(JobId id) {
        jobs.tell(id, new SchedulerCommand.EndSlice(NO_SLICE, io.longhaul.job.QueuedReason.SLICE_ENDED));
    }

    private void readSettings() {
        if (readingSettings) return;
        readingSettings = true;
        context.pipeToSelf(
                contents.backgroundSlots(queue).thenCombine(sessions.read(), (own, known) -> new Settings(own)),
                (read, problem) -> problem == null ? read : new SettingsUnread(problem));
    }

    private void settingsRead() {
        readingSettings = false;
        if (!settingsChanged) return;
        settingsChanged = false;
        readSettings();
    }

    private void readPage() {
        if (readingPage) return;
        readingPage = true;
        context.pipeToSelf(
                contents.candidates(queue, cursor, PAGE),
                (candidates, problem) -> problem == null ? new Page(candidates) : new PageUnread(problem));
    }

    /** The database does not answer: the next comparison asks again. */
    private void onSettingsUnread(Throwable problem) {
        settingsRead();
        FAILURES.failed("Queue " + queue + ": its settings cannot be read: " + problem.getMessage(), System.nanoTime());
    }

    /** The database does not answer: the next comparison asks again. */
    private void onPageUnread(Throwable problem) {
        readingPage = false;
        FAILURES.failed("Queue " + queue + ": the index does not answer: " + problem.getMessage(), System.nanoTime());
    }
}
