package io.longhaul.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Join;
import com.typesafe.config.ConfigFactory;
import io.longhaul.entity.JobFeed.Notice;
import io.longhaul.job.JobId;
import io.longhaul.job.Priority;
import io.longhaul.job.Recorded;
import io.longhaul.job.StateName;
import io.longhaul.testkit.Histories;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The feeds of two nodes")
class FeedRelayTest {
    private static final int PATIENCE_SECONDS = 60;

    private final ActorSystem<Void> watching = node();
    private final ActorSystem<Void> working = node();
    private final JobId id = new JobId(UUID.randomUUID());

    @AfterEach
    void end() {
        working.terminate();
        watching.terminate();
    }

    @Test
    void are_one_from_the_moment_that_somebody_watches() throws InterruptedException {
        join();
        JobFeed here = new JobFeed();
        Duration never = Duration.ofDays(1); // it must not be the next round that tells of the watcher
        FeedRelay.start(working, here, never);
        BlockingQueue<Notice> heard = new LinkedBlockingQueue<>();
        FeedRelay.start(watching, new JobFeed(), never).subscribe(heard::add);

        List<Recorded> life = Histories.life(
                Histories.spec("alice", "default", Priority.NORMAL, "watched", Map.of()), Histories.BEGIN);
        Notice.Happened event = new Notice.Happened(Histories.fold(id, life), 8, life.getLast(), StateName.TRANSFERRED);
        assertEquals(event, heardOf(event, here, heard));
    }

    /** Tells of it again and again: what happens before the other node knows that somebody watches is not told. */
    private static @Nullable Notice heardOf(Notice notice, JobFeed feed, BlockingQueue<Notice> heard)
            throws InterruptedException {
        for (int tries = 0; tries < PATIENCE_SECONDS * 10; tries++) {
            feed.publish(notice);
            Notice first = heard.poll(100, TimeUnit.MILLISECONDS);
            if (first != null) return first;
        }
        return null;
    }

    private void join() throws InterruptedException {
        Cluster first = Cluster.get(working);
        first.manager().tell(new Join(first.selfMember().address()));
        Cluster.get(watching).manager().tell(new Join(first.selfMember().address()));
        CountDownLatch up = new CountDownLatch(1);
        akka.cluster.Cluster.get(Adapter.toClassic(watching)).registerOnMemberUp(up::countDown);
        assertTrue(up.await(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    private static ActorSystem<Void> node() {
        return ActorSystem.create(
                Behaviors.empty(), "longhaul", ConfigFactory.parseString("""
                        akka.remote.artery.canonical { hostname = 127.0.0.1, port = 0 }
                        akka.coordinated-shutdown.exit-jvm = off
                        """).withFallback(ConfigFactory.load()));
    }
}
