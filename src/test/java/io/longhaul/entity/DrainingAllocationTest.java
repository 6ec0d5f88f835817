package io.longhaul.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.ActorRef;
import akka.cluster.sharding.ShardCoordinator;
import akka.dispatch.Futures;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Map;
import scala.collection.immutable.Map$;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;

@DisplayName("Shards")
class DrainingAllocationTest {
    @Test
    void move_as_the_usual_strategy_says() {
        assertEquals(Set.of("7"), moves(true));
    }

    /** For as long as nobody knows what became of it: what was about to move would be reached by nobody. */
    @Test
    void stay_where_they_are_while_a_node_is_out_of_reach() {
        assertEquals(Set.of(), moves(false));
    }

    private static Set<String> moves(boolean allReachable) {
        var allocation = new DrainingAllocation(new Moving("7"), Set::of, () -> allReachable);
        var none = CollectionConverters.asScala(Set.<String>of()).<String>toSet();
        var moved = allocation.rebalance(Map$.MODULE$.empty(), none);
        return CollectionConverters.asJava(moved.value().get().get());
    }

    /** Finds at every look that this shard ought to live elsewhere. */
    private record Moving(String shard) implements ShardCoordinator.ShardAllocationStrategy {
        @Override
        public Future<ActorRef> allocateShard(
                ActorRef requester, String shard, Map<ActorRef, IndexedSeq<String>> regions) {
            return Futures.successful(requester);
        }

        @Override
        public Future<scala.collection.immutable.Set<String>> rebalance(
                Map<ActorRef, IndexedSeq<String>> regions, scala.collection.immutable.Set<String> underWay) {
            return Futures.successful(
                    CollectionConverters.asScala(Set.of(shard)).<String>toSet());
        }
    }
}
