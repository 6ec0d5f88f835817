package io.longhaul.ops.nodes;

import akka.actor.Address;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.ClusterEvent.MemberRemoved;
import akka.cluster.Member;
import akka.cluster.sharding.ShardRegion.CurrentShardRegionState;
import akka.cluster.sharding.typed.GetShardRegionState;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Subscribe;
import io.longhaul.entity.JobEntity;
import io.longhaul.entity.Nodes.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Speaks for its node: tells how it fares and whether the database answers, and tells all nodes, again and again, where it gives its jobs away. */
final class NodeAgent extends AbstractOnMessageBehavior<NodeAgent.Message> {
    static final String NAME = "node-agent";

    private static final Duration REPEATS_EVERY = Duration.ofSeconds(1);

    /** What the actor understands; {@link NodeMessages} says what of it comes from other nodes. */
    sealed interface Message {}

    record Ask(ActorRef<Work> replyTo) implements Message {}

    /** From now on, and until it has ended, the node is to have no jobs. */
    record Drain(ActorRef<Work> replyTo) implements Message {}

    /** Whether the database answers there. */
    record AskDatabase(ActorRef<DatabaseAnswers> replyTo) implements Message {}

    /** @param continuousMillis for how long it has without a gap; 0 where it does not now */
    record DatabaseAnswers(long continuousMillis) {}

    /** The node of that address does not want any jobs. */
    record Drains(String host, int port, long incarnation) implements Message {}

    private record Counted(int shards) implements Message {}

    private record Gone(Member member) implements Message {}

    private record Repeat() implements Message {}

    /** A node that gives its jobs away; one that is started again under its address is another one. */
    record Drained(Address address, long incarnation) {}

    private final ActorContext<Message> context;
    private final Cluster cluster;
    private final IntSupplier transfers;
    private final Rates rates;
    private final Supplier<Duration> databaseAnswers;
    private final Set<Drained> drained;
    private final ActorRef<CurrentShardRegionState> regions;
    private final List<ActorRef<Work>> waiting = new ArrayList<>();

    /**
     * @param transfers that run now
     * @param databaseAnswers for how long the database has answered this node without a gap
     * @param drained where the nodes are kept that give their jobs away
     */
    static Behavior<Message> create(
            IntSupplier transfers, Rates rates, Supplier<Duration> databaseAnswers, Set<Drained> drained) {
        return Behaviors.setup(context -> Behaviors.withTimers(
                timers -> new NodeAgent(context, timers, transfers, rates, databaseAnswers, drained)));
    }

    static Set<Drained> noneDrained() {
        return ConcurrentHashMap.newKeySet();
    }

    private NodeAgent(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            IntSupplier transfers,
            Rates rates,
            Supplier<Duration> databaseAnswers,
            Set<Drained> drained) {
        super(context);
        this.context = context;
        this.cluster = Cluster.get(context.getSystem());
        this.transfers = transfers;
        this.rates = rates;
        this.databaseAnswers = databaseAnswers;
        this.drained = drained;
        this.regions = context.messageAdapter(
                CurrentShardRegionState.class,
                state -> new Counted(state.getShards().size()));
        cluster.subscriptions()
                .tell(Subscribe.create(
                        context.messageAdapter(MemberRemoved.class, removed -> new Gone(removed.member())),
                        MemberRemoved.class));
        timers.startTimerWithFixedDelay(new Repeat(), REPEATS_EVERY);
    }

    @Override
    public Behavior<Message> onMessage(Message message) {
        switch (message) {
            case Ask ask -> count(ask.replyTo());
            case Drain drain -> {
                drained.add(self());
                repeat();
                count(drain.replyTo());
            }
            case AskDatabase ask ->
                ask.replyTo().tell(new DatabaseAnswers(databaseAnswers.get().toMillis()));
            case Drains there ->
                drained.add(new Drained(
                        new Address("akka", context.getSystem().name(), there.host(), there.port()),
                        there.incarnation()));
            case Counted counted -> answer(counted.shards());
            case Gone gone -> drained.remove(of(gone.member()));
            case Repeat repeat -> repeat();
        }
        return this;
    }

    private void count(ActorRef<Work> replyTo) {
        waiting.add(replyTo);
        ClusterSharding.get(context.getSystem()).shardState().tell(new GetShardRegionState(JobEntity.TYPE, regions));
    }

    private void answer(int shards) {
        Rates.Lately lately = rates.lately();
        Work work = new Work(shards, transfers.getAsInt(), drained.contains(self()), lately.bytes(), lately.jobs());
        waiting.forEach(asker -> asker.tell(work));
        waiting.clear();
    }

    /** To whoever decides where shards live, now or later. */
    private void repeat() {
        Drained self = self();
        if (!drained.contains(self)) return;
        Address address = self.address();
        Drains word = new Drains(address.getHost().orElse(""), address.getPort().orElse(0), self.incarnation());
        for (Member member : cluster.state().getMembers())
            at(member.address(), context).tell(word);
    }

    private Drained self() {
        return of(cluster.selfMember());
    }

    private static Drained of(Member member) {
        return new Drained(member.address(), member.uniqueAddress().longUid());
    }

    private static ActorRef<Message> at(Address address, ActorContext<?> context) {
        return at(address, ActorRefResolver.get(context.getSystem()));
    }

    /** The agent of that node. */
    static ActorRef<Message> at(Address address, ActorRefResolver resolver) {
        return resolver.resolveActorRef(address + "/system/" + NAME);
    }

    static Set<Address> addresses(Set<Drained> drained) {
        return drained.stream().map(Drained::address).collect(Collectors.toSet());
    }
}
