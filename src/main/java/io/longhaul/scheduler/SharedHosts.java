package io.longhaul.scheduler;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.cluster.sharding.ShardCoordinator.ShardAllocationStrategy;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;
import io.longhaul.entity.HostPlaces;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** The connections to remote hosts, shared among the nodes of the cluster. */
public final class SharedHosts {
    private final ActorSystem<?> system;
    private final int limit;
    private final Clock clock;
    private volatile @Nullable ActorRef<HostUse.Message> use;

    /**
     * @param limit connections to one host, of all nodes together
     */
    public SharedHosts(ActorSystem<?> system, int limit, Clock clock) {
        this.system = system;
        this.limit = limit;
        this.clock = clock;
    }

    /**
     * Lets keepers of hosts live on this node, and gives the node its shares.
     *
     * @param allocation which keepers live on which node
     */
    public void start(HostPlaces places, ShardAllocationStrategy allocation) {
        ClusterSharding.get(system)
                .init(Entity.of(
                                HostKeeper.TYPE,
                                entity -> HostKeeper.create(entity.getEntityId(), limit, clock, entity.getShard()))
                        .withStopMessage(new HostKeeper.Stop())
                        .withAllocationStrategy(allocation));
        use = system.systemActorOf(HostUse.create(places), HostUse.NAME, Props.empty());
    }

    /** A run was refused for want of a connection to that host, or the host says that it is asked too much. Never blocks. */
    public void wanted(String host) {
        ActorRef<HostUse.Message> told = use;
        if (told != null) told.tell(new HostUse.Wanted(host));
    }
}
