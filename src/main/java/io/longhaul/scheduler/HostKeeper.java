package io.longhaul.scheduler;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import akka.cluster.typed.Cluster;
import io.longhaul.entity.HostClosure;
import io.longhaul.entity.HostPlaces.Answers;
import io.longhaul.entity.HostPlaces.Pace;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Shares out the connections to one remote host among the nodes, as many as the host's answers allow. Sharded by the host's name; all it knows it can lose:
 * it begins by asking every node.
 */
final class HostKeeper extends AbstractOnMessageBehavior<HostKeeper.Message> {
    static final EntityTypeKey<Message> TYPE = EntityTypeKey.create(Message.class, "Host");

    private static final Duration LOOKS_EVERY = Duration.ofSeconds(1);

    /** Looks from one turn to the next: a node has to let go before another one has its turn. */
    private static final int LOOKS_A_TURN = 3;

    /** Looks at which nobody held or wanted anything, before it leaves memory. */
    private static final int IDLE_LOOKS = 10;

    /**
     * Looks at which a node was no member, before what it held is free: a node that was put out stops its transfers in less
     * than that, see {@code akka.cluster.down-removal-margin}.
     */
    private static final int MISSED_LOOKS = 5;

    /** What the actor understands; {@link HostMessages} says what of it comes from other nodes. */
    sealed interface Message {}

    /**
     * A node says what it has to do with the host.
     *
     * @param seen null: of a version that tells nothing of it
     */
    record Reported(
            String node, HostShares.Report report, @Nullable Seen seen, ActorRef<HostUse.Message> replyTo)
            implements Message {}

    /**
     * How the host has treated the node.
     *
     * @param known what a keeper told the node last
     * @param closure that the node has heard of
     */
    record Seen(
            Answers answers, @Nullable Pace known, @Nullable HostClosure closure) {}

    /** An operator says that what the host has asked for until then is not to be obeyed. */
    record Open(Instant at, ActorRef<Opened> replyTo) implements Message {}

    /** The nodes are being told. */
    record Opened(boolean wasClosed) {}

    record Stop() implements Message {}

    private record Look() implements Message {}

    private final String host;
    private final Cluster cluster;
    private final ActorRefResolver resolver;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private final Clock clock;
    private final HostShares shares;
    private final HostPace pace;
    private final Map<String, ActorRef<HostUse.Message>> nodes = new HashMap<>();
    private final Map<String, Integer> missed = new HashMap<>();
    private final Set<String> heard = new HashSet<>();
    private long looks;
    private int idle;

    static Behavior<Message> create(String host, int limit, Clock clock, ActorRef<ClusterSharding.ShardCommand> shard) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new HostKeeper(context, timers, host, limit, clock, shard)));
    }

    private HostKeeper(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            String host,
            int limit,
            Clock clock,
            ActorRef<ClusterSharding.ShardCommand> shard) {
        super(context);
        this.host = host;
        this.clock = clock;
        this.pace = new HostPace(limit);
        this.cluster = Cluster.get(context.getSystem());
        this.resolver = ActorRefResolver.get(context.getSystem());
        this.shard = shard;
        this.shares = new HostShares(limit, members().keySet());
        timers.startTimerWithFixedDelay(new Look(), LOOKS_EVERY);
        askUnheard();
    }

    @Override
    public Behavior<Message> onMessage(Message message) {
        switch (message) {
            case Reported reported -> onReport(reported);
            case Open open -> onOpen(open);
            case Look look -> onLook();
            case Stop stop -> {
                return Behaviors.stopped();
            }
        }
        return this;
    }

    private void onReport(Reported reported) {
        heard.add(reported.node());
        nodes.put(reported.node(), reported.replyTo());
        Instant now = clock.instant();
        boolean closed = reported.seen() != null
                && pace.hear(
                        reported.node(),
                        reported.seen().answers(),
                        reported.seen().known(),
                        reported.seen().closure(),
                        shares.busy(),
                        now);
        keepPace(now);
        Integer places = shares.hear(reported.node(), reported.report(), looks / LOOKS_A_TURN);
        Pace present = pace.pace(now);
        if (places != null)
            reported.replyTo()
                    .tell(new HostUse.Answered(
                            host,
                            reported.report().number(),
                            places,
                            new Pace(present.limit(), present.closure(), shares.nodes(), present.opened()),
                            shares.claimsOn(reported.node()),
                            getContext().getSelf()));
        if (closed) askOthers(reported.node());
    }

    private void onOpen(Open open) {
        boolean wasClosed = pace.open(open.at());
        keepPace(clock.instant());
        nodes.values().forEach(this::ask);
        open.replyTo().tell(new Opened(wasClosed));
    }

    private void keepPace(Instant now) {
        Pace present = pace.pace(now);
        shares.limit(present.closure() == null ? present.limit() : 0);
    }

    /** They hear of it with the answer to their next report, and need not wait until that is due. */
    private void askOthers(String one) {
        nodes.forEach((node, there) -> {
            if (!node.equals(one)) ask(there);
        });
    }

    private void ask(ActorRef<HostUse.Message> there) {
        there.tell(new HostUse.Asked(host, getContext().getSelf()));
    }

    private void onLook() {
        looks++;
        Instant now = clock.instant();
        pace.tick(now);
        keepPace(now);
        forgetWhoIsGone();
        askUnheard();
        idle = shares.isIdle() && pace.isUsual(now) ? idle + 1 : 0;
        if (idle >= IDLE_LOOKS)
            shard.tell(new ClusterSharding.Passivate<>(getContext().getSelf()));
    }

    private void forgetWhoIsGone() {
        Set<String> here = members().keySet();
        heard.addAll(shares.unheard());
        missed.keySet().removeAll(here);
        for (String node : heard) if (!here.contains(node)) missed.merge(node, 1, Integer::sum);
        missed.forEach((node, looks) -> {
            if (looks < MISSED_LOOKS) return;
            shares.forget(node);
            pace.forget(node);
            nodes.remove(node);
            heard.remove(node);
        });
        missed.keySet().retainAll(heard);
    }

    private void askUnheard() {
        Map<String, Member> here = members();
        for (String node : shares.unheard()) {
            Member member = here.get(node);
            if (member == null) continue;
            ActorRef<HostUse.Message> there = resolver.resolveActorRef(member.address() + HostUse.PATH);
            ask(there);
        }
    }

    /** The nodes that may hold something, by the names that they go by: a node that is started again is another one. */
    private Map<String, Member> members() {
        return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
                .filter(member -> !member.status().equals(MemberStatus.joining())
                        && !member.status().equals(MemberStatus.weaklyUp()))
                .collect(Collectors.toMap(HostKeeper::name, member -> member));
    }

    static String name(Member member) {
        return member.address().hostPort() + "#" + member.uniqueAddress().longUid();
    }
}
