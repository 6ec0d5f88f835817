package io.longhaul.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.stream.javadsl.Sink;
import akka.util.ByteString;
import com.typesafe.config.ConfigFactory;
import io.longhaul.entity.JobFeed;
import io.longhaul.testkit.FakeJobs;
import io.longhaul.testkit.TestClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The stream of a watcher whose job is silent")
class WatchTest {
    private final ActorSystem<Void> system = ActorSystem.create(
            Behaviors.empty(),
            "watch",
            ConfigFactory.parseString("akka.actor.provider = local, akka.loglevel = OFF")
                    .withFallback(ConfigFactory.defaultReference()));
    private final JobFeed feed = new JobFeed();
    private final FakeJobs jobs = new FakeJobs(new TestClock(), feed);
    private final AtomicBoolean ends = new AtomicBoolean();

    @AfterEach
    void stop() {
        system.terminate();
    }

    @Test
    void fails() {
        jobs.failWith(new TimeoutException());
        assertThrows(ExecutionException.class, this::watch);
    }

    @Test
    void ends_quietly_where_the_node_does() throws Exception {
        jobs.failWith(new TimeoutException());
        ends.set(true);
        assertEquals(List.of(), watch());
    }

    @Test
    void fails_by_a_fault_of_ours_also_where_the_node_ends() {
        jobs.failWith(new IllegalStateException());
        ends.set(true);
        assertThrows(ExecutionException.class, this::watch);
    }

    private List<ByteString> watch() throws Exception {
        return new Watch(jobs, jobs, feed, 16, Duration.ofMinutes(1), ends::get)
                .job(Idempotency.newId(), null)
                .runWith(Sink.seq(), system)
                .toCompletableFuture()
                .get(1, TimeUnit.MINUTES);
    }
}
