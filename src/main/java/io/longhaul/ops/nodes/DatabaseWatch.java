package io.longhaul.ops.nodes;

import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.Down;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that this node alone has lost the database. The others hear its heartbeats, and would leave it its share of the
 * jobs, for which it can do nothing.
 */
public final class DatabaseWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseWatch.class);
    private static final Duration LOOKS_EVERY = Duration.ofSeconds(1);

    /** The lock's connection is heard of every second. */
    private static final Duration ASKS_ITSELF_AFTER = Duration.ofSeconds(2);

    private final DatabaseContact contact;
    private final BooleanSupplier answers;
    private final Supplier<CompletionStage<Duration>> elsewhere;
    private final Runnable lost;
    private final Clock clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().daemon().name("database-watch").unstarted(task));
    private boolean stays;
    private boolean left;

    /**
     * @param answers whether the database does, by another connection than those that the contact hears of; may block for
     *     seconds
     * @param elsewhere for how long it has answered another member
     * @param lost run once where this node alone has lost it
     */
    DatabaseWatch(
            DatabaseContact contact,
            BooleanSupplier answers,
            Supplier<CompletionStage<Duration>> elsewhere,
            Runnable lost,
            Clock clock) {
        this.contact = contact;
        this.answers = answers;
        this.elsewhere = elsewhere;
        this.lost = lost;
        this.clock = clock;
    }

    /**
     * Looks from now on. A node that alone has lost the database leaves the cluster as one that was put out.
     *
     * @param first what is done before that, and at once
     */
    @SuppressWarnings("FutureReturnValueIgnored") // looking never fails
    public static DatabaseWatch watch(
            ActorSystem<?> system,
            DatabaseContact contact,
            BooleanSupplier answers,
            ClusterNodes nodes,
            Runnable first,
            Clock clock) {
        Cluster cluster = Cluster.get(system);
        var watch = new DatabaseWatch(
                contact,
                answers,
                nodes::databaseElsewhere,
                () -> {
                    if (CoordinatedShutdown.get(system).getShutdownReason().isPresent()) return;
                    first.run();
                    cluster.manager().tell(new Down(cluster.selfMember().address()));
                },
                clock);
        watch.thread.scheduleWithFixedDelay(
                watch::look, LOOKS_EVERY.toMillis(), LOOKS_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        return watch;
    }

    void look() {
        if (contact.silence(clock.instant()).compareTo(ASKS_ITSELF_AFTER) >= 0 && answers.getAsBoolean())
            contact.answered(clock.instant());
        if (!contact.isLost(clock.instant())) stays = false;
        else if (!left) {
            var unused = elsewhere.get().thenAcceptAsync(this::decide, thread);
        }
    }

    private void decide(Duration continuous) {
        Instant now = clock.instant();
        if (left || !contact.isLost(now)) return;
        long silence = contact.silence(now).toSeconds();
        if (contact.leaves(now, continuous)) {
            left = true;
            LOG.error(
                    "The database has not answered this node for {} s, but another member all the while: this one leaves the"
                            + " cluster, so that the others have its jobs",
                    silence);
            lost.run();
        } else if (!stays) {
            stays = true;
            LOG.warn(
                    "The database has not answered this node for {} s, and no other member for as long: this one stays",
                    silence);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
