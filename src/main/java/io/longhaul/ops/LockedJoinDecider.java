package io.longhaul.ops;

import akka.actor.ActorSystem;
import akka.dispatch.Futures;
import akka.management.cluster.bootstrap.ClusterBootstrapSettings;
import akka.management.cluster.bootstrap.JoinDecision;
import akka.management.cluster.bootstrap.JoinSelf$;
import akka.management.cluster.bootstrap.KeepProbing$;
import akka.management.cluster.bootstrap.LowestAddressJoinDecider;
import akka.management.cluster.bootstrap.SeedNodesInformation;
import scala.concurrent.Future;

/** Of the nodes that found one another the one with the lowest address founds a cluster, if it has the {@link ClusterLock}. */
public final class LockedJoinDecider extends LowestAddressJoinDecider {
    private final ActorSystem system;
    private final ClusterLock lock;

    /** By name, see {@code bootstrap.conf}. */
    public LockedJoinDecider(ActorSystem system, ClusterBootstrapSettings settings) {
        super(system, settings);
        this.system = system;
        this.lock = system.settings().setup().get(ClusterLock.class).orElseThrow();
    }

    @Override
    public Future<JoinDecision> decide(SeedNodesInformation found) {
        return super.decide(found).flatMap(this::decide, system.dispatcher());
    }

    private Future<JoinDecision> decide(JoinDecision decision) {
        if (!decision.equals(JoinSelf$.MODULE$)) return Futures.successful(decision);
        return Futures.future(
                () -> lock.tryAlone() ? decision : KeepProbing$.MODULE$,
                system.dispatchers().lookup(akka.dispatch.Dispatchers.DefaultBlockingDispatcherId()));
    }
}
