package io.longhaul.scheduler;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.typed.Cluster;
import io.longhaul.entity.BlockedHosts;
import io.longhaul.entity.FailureLog;
import io.longhaul.entity.HostBlock;
import io.longhaul.entity.HostBlocks;
import io.longhaul.entity.HostClosure;
import io.longhaul.entity.HostPlaces;
import io.longhaul.entity.HostPlaces.Asks;
import io.longhaul.entity.HostPlaces.Need;
import io.longhaul.entity.HostPlaces.Pace;
import io.longhaul.entity.Hosts.Host;
import io.longhaul.entity.Hosts.Lately;
import io.longhaul.entity.Rivalry.Claims;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Sees to a node's share of the connections to each remote host: reports what the node has and wants to the keepers of
 * those hosts, and lets the transfer engine have what they answer. One for each node, under the same name on all.
 */
final class HostUse extends AbstractOnMessageBehavior<HostUse.Message> {
    /** Each of its looks fails while the database is away. */
    private static final FailureLog FAILURES =
            new FailureLog(LoggerFactory.getLogger(HostUse.class)::warn, Duration.ofMinutes(1));

    static final String NAME = "host-use";
    static final String PATH = "/system/" + NAME;

    private static final Duration REPORTS_EVERY = Duration.ofMillis(500);

    /** How often the blocks are looked at unasked. */
    private static final int REPORTS_A_LOOK = 4;

    /** Reports without use for the host, before the share is given back. */
    private static final int IDLE_REPORTS = 10;

    /** What a job without a further file waits for. */
    private static final String NO_HOST = "";

    private static final Need NONE = new Need(0, 0, false);

    /** What the actor understands; {@link HostMessages} says what of it comes from other nodes. */
    sealed interface Message {}

    /**
     * The keeper's answer to the report of that number.
     *
     * @param pace null: of a version that knows of none
     * @param claims of other nodes that wait for what this one holds; null: of a version that does not tell
     */
    record Answered(
            String host,
            long number,
            int places,
            @Nullable Pace pace,
            @Nullable Claims claims,
            ActorRef<HostKeeper.Message> keeper)
            implements Message {}

    /** A keeper that has just begun asks what this node holds. */
    record Asked(String host, ActorRef<HostKeeper.Message> keeper) implements Message {}

    /** A run was refused for want of a connection, or the host says that it is asked too much. */
    record Wanted(String host) implements Message {}

    /** Which hosts this node knows, by name, after that name; the first of them. */
    record ListHosts(@Nullable String after, int limit, ActorRef<Listed> replyTo) implements Message {}

    /** What this node knows of one host. */
    record TellOne(String host, ActorRef<Listed> replyTo) implements Message {}

    record Listed(List<Host> hosts) {}

    /** Operators have blocked hosts, or no longer block them: look. */
    record LookAtBlocks(ActorRef<BlocksKnown> replyTo) implements Message {}

    /** What was on disk when it was asked for is kept to from now on. */
    record BlocksKnown() {}

    private record Blocks(List<HostBlock> all) implements Message {}

    private record BlocksUnread(Throwable problem) implements Message {}

    private record Tick() implements Message {}

    /** What is known of one host. */
    private static final class Use {
        /** Known while it answers: a node that is about to end reaches it by no other way. */
        private @Nullable ActorRef<HostKeeper.Message> keeper;

        private long lastReport;
        private boolean answered;
        private @Nullable Pace pace;
        private int share;
        private int idle;
    }

    private final ActorContext<Message> context;
    private final HostPlaces places;
    private final WaitingByHost waiting;
    private final BlockedHosts blocked;
    private final Clock clock;
    private final int most;
    private final ClusterSharding sharding;
    private final String node;
    private final Map<String, Use> uses = new HashMap<>();
    private long reports;
    private long ticks;

    private HostBlocks blocks = HostBlocks.NONE;

    /** Before they are known nothing is begun anywhere. */
    private boolean blocksKnown;

    // One read at a time, however slow the database is
    private boolean readingBlocks;
    private final List<ActorRef<BlocksKnown>> waitForNextRead = new ArrayList<>();
    private final List<ActorRef<BlocksKnown>> waitForThisRead = new ArrayList<>();

    /**
     * @param most connections to one host, of all nodes together, however well it answers
     */
    static Behavior<Message> create(
            HostPlaces places, WaitingByHost waiting, BlockedHosts blocked, int most, Clock clock) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new HostUse(context, timers, places, waiting, blocked, most, clock)));
    }

    private HostUse(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            HostPlaces places,
            WaitingByHost waiting,
            BlockedHosts blocked,
            int most,
            Clock clock) {
        super(context);
        this.context = context;
        this.places = places;
        this.waiting = waiting;
        this.blocked = blocked;
        this.clock = clock;
        this.most = most;
        this.sharding = ClusterSharding.get(context.getSystem());
        this.node = HostKeeper.name(Cluster.get(context.getSystem()).selfMember());
        timers.startTimerWithFixedDelay(new Tick(), REPORTS_EVERY);
        readBlocks();
    }

    @Override
    public Behavior<Message> onMessage(Message message) {
        switch (message) {
            case Tick tick -> onTick();
            case Wanted wanted -> {
                Use use = uses.computeIfAbsent(wanted.host(), first -> new Use());
                // A report that is under way says the same, or is repeated presently
                if (use.answered || use.lastReport == 0)
                    report(wanted.host(), use, need(wanted.host()), asks(wanted.host()));
            }
            case Asked asked -> {
                Use use = uses.computeIfAbsent(asked.host(), first -> new Use());
                use.keeper = asked.keeper();
                use.answered = true;
                report(asked.host(), use, need(asked.host()), asks(asked.host()));
            }
            case Answered answered -> onAnswer(answered);
            case LookAtBlocks look -> {
                waitForNextRead.add(look.replyTo());
                readBlocks();
            }
            case Blocks read -> onBlocks(HostBlocks.of(read.all()));
            case BlocksUnread unread -> onBlocksUnread(unread.problem());
            case ListHosts list -> list.replyTo().tell(new Listed(list(list.after(), list.limit())));
            case TellOne tell -> tell.replyTo().tell(new Listed(List.of(known().host(tell.host()))));
        }
        return this;
    }

    private void onTick() {
        if (++ticks % REPORTS_A_LOOK == 0) readBlocks();
        Map<String, Need> needs = places.needs();
        Map<String, Asks> asks = places.asks();
        Set<String> hosts = new HashSet<>(needs.keySet());
        hosts.addAll(uses.keySet());
        for (String host : hosts) {
            Use use = uses.computeIfAbsent(host, first -> new Use());
            Need need = needs.getOrDefault(host, NONE);
            use.idle = need.busy() == 0 && !need.wanted() && need.closure() == null ? use.idle + 1 : 0;
            if (use.idle >= IDLE_REPORTS && use.share > 0) allow(host, use, 0, use.pace);
            report(host, use, need, asks.getOrDefault(host, Asks.NONE));
        }
    }

    /** What a read finds that began earlier may be older than what somebody waits for. */
    private void readBlocks() {
        if (readingBlocks) return;
        readingBlocks = true;
        waitForThisRead.addAll(waitForNextRead);
        waitForNextRead.clear();
        context.pipeToSelf(
                blocked.all(clock.instant()),
                (all, problem) -> problem == null ? new Blocks(all) : new BlocksUnread(problem));
    }

    private void onBlocks(HostBlocks read) {
        readingBlocks = false;
        blocksKnown = true;
        if (!read.equals(blocks)) {
            blocks = read;
            places.block(read);
        }
        waitForThisRead.forEach(asker -> asker.tell(new BlocksKnown()));
        waitForThisRead.clear();
        if (!waitForNextRead.isEmpty()) readBlocks();
    }

    /** The database does not answer: the next look asks again, and who waits hears of that one. */
    private void onBlocksUnread(Throwable problem) {
        readingBlocks = false;
        waitForThisRead.clear();
        FAILURES.failed("The blocked hosts cannot be read: " + problem.getMessage(), System.nanoTime());
    }

    private List<Host> list(@Nullable String after, int limit) {
        Known known = known();
        return known.names().stream()
                .filter(name -> after == null || name.compareTo(after) > 0)
                .sorted()
                .limit(limit)
                .map(known::host)
                .toList();
    }

    private Known known() {
        return new Known(places.needs(), places.lately(), waiting.all());
    }

    /** What the node knows of its hosts at one moment. */
    private final class Known {
        private final Map<String, Need> needs;
        private final Map<String, Lately> lately;
        private final Map<String, Integer> queued;

        Known(Map<String, Need> needs, Map<String, Lately> lately, Map<String, Integer> queued) {
            this.needs = needs;
            this.lately = lately;
            this.queued = queued;
        }

        Set<String> names() {
            Set<String> names = new HashSet<>(needs.keySet());
            names.addAll(lately.keySet());
            names.addAll(queued.keySet());
            names.remove(NO_HOST);
            return names;
        }

        Host host(String name) {
            Need need = needs.getOrDefault(name, NONE);
            Use use = uses.get(name);
            Pace pace = use == null ? null : use.pace;
            HostClosure block = blocks.closure(name, clock.instant());
            return new Host(
                    name,
                    need.busy(),
                    queued.getOrDefault(name, 0),
                    lately.getOrDefault(name, Lately.NOTHING),
                    new Pace(pace == null ? most : pace.limit(), block == null ? need.closure() : block),
                    most);
        }
    }

    private Need need(String host) {
        return places.needs().getOrDefault(host, NONE);
    }

    private Asks asks(String host) {
        return places.asks().getOrDefault(host, Asks.NONE);
    }

    /** What is open is looked at after this number is given: an answer to an earlier report changes nothing any more. */
    private void report(String host, Use use, Need need, Asks asks) {
        ActorRef<HostKeeper.Message> keeper = use.answered ? use.keeper : null;
        use.lastReport = ++reports;
        use.answered = false;
        var report = new HostShares.Report(
                use.lastReport, need.busy(), need.open(), use.share, need.wanted() && blocksKnown, asks);
        var seen = new HostKeeper.Seen(places.answers(host), use.pace, need.closure());
        var reported = new HostKeeper.Reported(node, report, seen, context.getSelf());
        if (keeper == null) sharding.entityRefFor(HostKeeper.TYPE, host).tell(reported);
        else keeper.tell(reported);
    }

    private void onAnswer(Answered answer) {
        Use use = uses.get(answer.host());
        if (use == null || use.lastReport != answer.number()) return;
        use.answered = true;
        use.keeper = answer.keeper();
        boolean less = answer.places() < use.share;
        allow(answer.host(), use, answer.places(), answer.pace());
        places.othersWait(answer.host(), answer.claims() == null ? Claims.NONE : answer.claims());
        if (use.share == 0 && use.idle >= IDLE_REPORTS) forget(answer.host());
        else if (less)
            report(answer.host(), use, need(answer.host()), asks(answer.host())); // somebody waits for what it lets go
    }

    private void forget(String host) {
        uses.remove(host);
        places.allow(host, 0, null);
    }

    private void allow(String host, Use use, int share, @Nullable Pace pace) {
        use.share = share;
        use.pace = pace;
        places.allow(host, share, pace);
    }
}
