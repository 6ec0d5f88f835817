package io.longhaul.entity;

import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.actor.Address;
import akka.cluster.Cluster;
import akka.cluster.sharding.ShardCoordinator;
import akka.cluster.sharding.typed.ClusterShardingSettings;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.dispatch.Futures;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Map;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Where shards live: as another strategy says, but not on nodes that are drained. Their shards move to the others, as
 * many at a time as the cluster's settings let move at once.
 */
public final class DrainingAllocation implements ShardCoordinator.ActorSystemDependentAllocationStrategy {
    private final ShardCoordinator.ShardAllocationStrategy usual;
    private final Supplier<Set<Address>> drained;
    private Address self = new Address("akka", "unknown");

    /**
     * The one of the cluster's settings, but for nodes that are drained. Each type of entities needs one of its own.
     *
     * @param drained the addresses of nodes that are to have no shards, as this node knows them
     */
    public static ShardCoordinator.ShardAllocationStrategy of(
            akka.actor.typed.ActorSystem<?> system, Supplier<Set<Address>> drained) {
        return new DrainingAllocation(
                ClusterSharding.get(system).defaultShardAllocationStrategy(ClusterShardingSettings.create(system)),
                drained);
    }

    DrainingAllocation(ShardCoordinator.ShardAllocationStrategy usual, Supplier<Set<Address>> drained) {
        this.usual = usual;
        this.drained = drained;
    }

    @Override
    public void start(ActorSystem system) {
        self = Cluster.get(system).selfAddress();
        if (usual instanceof ShardCoordinator.ActorSystemDependentAllocationStrategy dependent) dependent.start(system);
    }

    @Override
    public Future<ActorRef> allocateShard(ActorRef requester, String shard, Map<ActorRef, IndexedSeq<String>> regions) {
        return usual.allocateShard(requester, shard, without(drainedOf(regions), regions));
    }

    @Override
    public Future<scala.collection.immutable.Set<String>> rebalance(
            Map<ActorRef, IndexedSeq<String>> regions, scala.collection.immutable.Set<String> underWay) {
        List<ActorRef> leaving = drainedOf(regions);
        Set<String> moves = new HashSet<>();
        if (leaving.size() < regions.size())
            for (ActorRef region : leaving)
                for (String shard : CollectionConverters.asJava(regions.apply(region)))
                    if (!underWay.contains(shard)) moves.add(shard);
        return moves.isEmpty()
                ? usual.rebalance(without(leaving, regions), underWay)
                : Futures.successful(CollectionConverters.asScala(moves).<String>toSet());
    }

    /** All regions where there would be none left: a cluster of which every node is drained goes on as it was. */
    private static Map<ActorRef, IndexedSeq<String>> without(
            List<ActorRef> some, Map<ActorRef, IndexedSeq<String>> regions) {
        return some.size() == regions.size() ? regions : regions.removedAll(CollectionConverters.asScala(some));
    }

    private List<ActorRef> drainedOf(Map<ActorRef, IndexedSeq<String>> regions) {
        Set<Address> addresses = drained.get();
        List<ActorRef> found = new ArrayList<>();
        if (addresses.isEmpty()) return found;
        for (ActorRef region : CollectionConverters.asJava(regions.keySet()))
            if (addresses.contains(addressOf(region))) found.add(region);
        return found;
    }

    /** A region of this node has no host in its path. */
    private Address addressOf(ActorRef region) {
        Address address = region.path().address();
        return address.hasLocalScope() ? self : address;
    }
}
