package io.longhaul.ops.nodes;

import akka.actor.typed.ActorSystem;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Down;
import com.typesafe.config.Config;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that this process stood still for as long as it takes the others to put a node out. It would hear of that from
 * them, but only after it had gone on for a while with what is theirs by now.
 */
public final class Standstill implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Standstill.class);
    private static final Duration LOOKS_EVERY = Duration.ofMillis(200);

    private final Duration longest;
    private final LongSupplier nanos;
    private final Runnable stoodStill;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("standstill").unstarted(task));
    private long last;

    Standstill(Duration longest, LongSupplier nanos, Runnable stoodStill) {
        this.longest = longest;
        this.nanos = nanos;
        this.stoodStill = stoodStill;
        this.last = nanos.getAsLong();
    }

    /**
     * Looks from now on. A node that stood still leaves the cluster as one that was put out, unless it is alone in it.
     *
     * @param first what is done before that, and at once
     */
    @SuppressWarnings("FutureReturnValueIgnored") // looking never fails
    public static Standstill watch(ActorSystem<?> system, Runnable first) {
        Cluster cluster = Cluster.get(system);
        var watch = new Standstill(
                untilPutOut(system.settings().config().getConfig("akka.cluster")), System::nanoTime, () -> {
                    if (cluster.state().members().size() == 1) return;
                    first.run();
                    cluster.manager().tell(new Down(cluster.selfMember().address()));
                });
        watch.thread.scheduleWithFixedDelay(
                watch::look, LOOKS_EVERY.toMillis(), LOOKS_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return watch;
    }

    /** From its last heartbeat on: see cluster.conf. */
    private static Duration untilPutOut(Config cluster) {
        return cluster.getDuration("failure-detector.heartbeat-interval")
                .plus(cluster.getDuration("failure-detector.acceptable-heartbeat-pause"))
                .plus(cluster.getDuration("split-brain-resolver.stable-after"));
    }

    void look() {
        long now = nanos.getAsLong();
        Duration passed = Duration.ofNanos(now - last);
        last = now;
        if (passed.compareTo(longest) < 0) return;
        LOG.warn("This process stood still for {} s", passed.toSeconds());
        stoodStill.run();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
