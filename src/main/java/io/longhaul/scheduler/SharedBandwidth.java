package io.longhaul.scheduler;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.cluster.typed.ClusterSingleton;
import akka.cluster.typed.SingletonActor;
import io.longhaul.entity.BandwidthParts;
import org.jspecify.annotations.Nullable;

/** The limits of bandwidth, shared among the nodes of the cluster. */
public final class SharedBandwidth {
    private final ActorSystem<?> system;
    private volatile @Nullable ActorRef<BandwidthUse.Message> use;

    public SharedBandwidth(ActorSystem<?> system) {
        this.system = system;
    }

    /** Lets the keeper live on this node, if on none before it, and gives the node its parts. */
    public void start(BandwidthParts parts) {
        ActorRef<BandwidthKeeper.Message> keeper = ClusterSingleton.get(system)
                .init(SingletonActor.of(BandwidthKeeper.create(), "Bandwidth")
                        .withStopMessage(new BandwidthKeeper.Stop()));
        use = system.systemActorOf(BandwidthUse.create(parts, keeper), BandwidthUse.NAME, Props.empty());
    }

    /** The first run under that limit begins here. Never blocks. */
    public void wanted(String budget) {
        ActorRef<BandwidthUse.Message> told = use;
        if (told != null) told.tell(new BandwidthUse.Wanted(budget));
    }
}
