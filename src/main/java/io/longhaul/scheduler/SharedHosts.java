package io.longhaul.scheduler;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AskPattern;
import akka.cluster.ClusterEvent.CurrentClusterState;
import akka.cluster.Member;
import akka.cluster.sharding.ShardCoordinator.ShardAllocationStrategy;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.typed.Cluster;
import io.longhaul.entity.BlockedHosts;
import io.longhaul.entity.HostBlock;
import io.longhaul.entity.HostClosure;
import io.longhaul.entity.HostPlaces;
import io.longhaul.entity.Hosts;
import io.longhaul.job.file.HostPattern;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The remote hosts: their connections, shared among the nodes of the cluster, and what all nodes know of them. */
public final class SharedHosts implements Hosts {
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(2);

    private final ActorSystem<?> system;
    private final int limit;
    private final BlockedHosts blocked;
    private final Clock clock;
    private volatile @Nullable ActorRef<HostUse.Message> use;

    /**
     * @param limit connections to one host, of all nodes together
     */
    public SharedHosts(ActorSystem<?> system, int limit, BlockedHosts blocked, Clock clock) {
        this.system = system;
        this.limit = limit;
        this.blocked = blocked;
        this.clock = clock;
    }

    /**
     * Lets keepers of hosts live on this node, and gives the node its shares.
     *
     * @param waiting for which hosts jobs wait on this node
     * @param allocation which keepers live on which node
     */
    public void start(HostPlaces places, WaitingByHost waiting, ShardAllocationStrategy allocation) {
        ClusterSharding.get(system)
                .init(Entity.of(
                                HostKeeper.TYPE,
                                entity -> HostKeeper.create(entity.getEntityId(), limit, clock, entity.getShard()))
                        .withStopMessage(new HostKeeper.Stop())
                        .withAllocationStrategy(allocation));
        use = system.systemActorOf(HostUse.create(places, waiting, blocked, limit, clock), HostUse.NAME, Props.empty());
    }

    /** A run was refused for want of a connection to that host, or the host says that it is asked too much. Never blocks. */
    public void wanted(String host) {
        ActorRef<HostUse.Message> told = use;
        if (told != null) told.tell(new HostUse.Wanted(host));
    }

    @Override
    public CompletionStage<List<Host>> all(@Nullable String after, int limit) {
        return askAll(replyTo -> new HostUse.ListHosts(after, limit, replyTo))
                .thenApply(told -> together(told).stream().limit(limit).toList());
    }

    @Override
    public CompletionStage<Host> one(String name) {
        Host unknown = new Host(name, 0, 0, Lately.NOTHING, new HostPlaces.Pace(limit, null), limit);
        return askAll(replyTo -> new HostUse.TellOne(name, replyTo))
                .thenApply(told -> together(told).stream().findFirst().orElse(unknown));
    }

    /** By name. Each told of all its hosts up to some name, so up to the least of these nothing is missing. */
    private static Collection<Host> together(Stream<Host> told) {
        TreeMap<String, Host> hosts = new TreeMap<>();
        told.forEach(host -> hosts.merge(host.name(), host, Host::and));
        return hosts.values();
    }

    private CompletionStage<Stream<Host>> askAll(Function<ActorRef<HostUse.Listed>, HostUse.Message> question) {
        CompletionStage<Stream<Host>> all = CompletableFuture.completedStage(Stream.of());
        for (Member member : members()) {
            CompletionStage<HostUse.Listed> told =
                    AskPattern.ask(useOf(member), question::apply, ANSWERS_WITHIN, system.scheduler());
            // One that does not answer, as it only starts or is about to end, knows nothing that matters
            CompletionStage<Stream<Host>> hosts =
                    told.handle((listed, silent) -> listed == null ? Stream.of() : listed.hosts().stream());
            all = all.thenCombine(hosts, Stream::concat);
        }
        return all;
    }

    @Override
    public CompletionStage<List<HostBlock>> blocks() {
        return blocked.all(clock.instant());
    }

    @Override
    public CompletionStage<Boolean> block(HostBlock block) {
        return blocked.put(block, clock.instant())
                .thenCompose(
                        kept -> kept ? tellAll().thenApply(known -> true) : CompletableFuture.completedStage(false));
    }

    @Override
    public CompletionStage<Boolean> unblock(HostPattern hosts) {
        return blocked.remove(hosts).thenCompose(removed -> tellAll().thenApply(told -> removed));
    }

    @Override
    public CompletionStage<Boolean> open(String name) {
        return one(name).thenCompose(host -> {
            HostClosure closure = host.pace().closure();
            if (closure == null) return CompletableFuture.completedStage(false);
            return ClusterSharding.get(system)
                    .entityRefFor(HostKeeper.TYPE, name)
                    .<HostKeeper.Opened>ask(replyTo -> new HostKeeper.Open(clock.instant(), replyTo), ANSWERS_WITHIN)
                    // A keeper that has just begun does not know yet what the nodes know
                    .thenApply(opened -> opened.wasClosed() || closure.cause() != HostClosure.Cause.BLOCKED);
        });
    }

    private CompletionStage<Void> tellAll() {
        return CompletableFuture.allOf(
                members().stream().map(this::lookAtBlocks).toArray(CompletableFuture<?>[]::new));
    }

    /** Complete also where the node does not answer: it looks by itself before long. */
    private CompletableFuture<Boolean> lookAtBlocks(Member member) {
        CompletionStage<HostUse.BlocksKnown> known =
                AskPattern.ask(useOf(member), HostUse.LookAtBlocks::new, ANSWERS_WITHIN, system.scheduler());
        return known.handle((done, silent) -> silent == null).toCompletableFuture();
    }

    private ActorRef<HostUse.Message> useOf(Member member) {
        return ActorRefResolver.get(system).resolveActorRef(member.address() + HostUse.PATH);
    }

    private List<Member> members() {
        CurrentClusterState state = Cluster.get(system).state();
        return StreamSupport.stream(state.getMembers().spliterator(), false)
                .filter(member -> !state.getUnreachable().contains(member))
                .toList();
    }
}
