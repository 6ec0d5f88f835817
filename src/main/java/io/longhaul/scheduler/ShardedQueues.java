package io.longhaul.scheduler;

import akka.actor.typed.ActorSystem;
import akka.cluster.sharding.ShardCoordinator.ShardAllocationStrategy;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.sharding.typed.javadsl.EntityRef;
import io.longhaul.entity.Jobs;
import io.longhaul.entity.QueueContents;
import io.longhaul.entity.QueueContents.LoggedOff;
import io.longhaul.entity.Queues;
import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The schedulers of the cluster, spread over its nodes by the names of their queues. */
public final class ShardedQueues implements Queues {
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(10);
    private static final int PAGE = 1000;

    private final ClusterSharding sharding;
    private final String node;
    private final Function<JobId, String> shardOf;
    private final SchedulerSettings settings;
    private final QueueContents contents;
    private final Sessions sessions;
    private final WaitingByHost waiting = new WaitingByHost();
    private final Clock clock;

    /**
     * @param node {@code host:port} of this node
     * @param shardOf the shard of a job
     */
    public ShardedQueues(
            ActorSystem<?> system,
            String node,
            Function<JobId, String> shardOf,
            SchedulerSettings settings,
            QueueContents contents,
            Clock clock) {
        this.sharding = ClusterSharding.get(system);
        this.node = node;
        this.shardOf = shardOf;
        this.settings = settings;
        this.contents = contents;
        this.sessions = new Sessions(contents);
        this.clock = clock;
    }

    /**
     * Lets schedulers live on this node.
     *
     * @param allocation which of them live on which node
     */
    public void start(Jobs jobs, ShardAllocationStrategy allocation) {
        sharding.init(Entity.of(
                        Scheduler.TYPE,
                        entity -> Scheduler.create(
                                entity.getEntityId(),
                                settings,
                                jobs,
                                contents,
                                sessions,
                                waiting,
                                shardOf,
                                clock,
                                entity.getShard()))
                .withStopMessage(new Scheduler.Stop())
                .withAllocationStrategy(allocation));
    }

    /** For which remote hosts jobs wait, as the schedulers of this node know. */
    public WaitingByHost waiting() {
        return waiting;
    }

    @Override
    public void tell(String queue, Standing standing) {
        scheduler(queue).tell(new Scheduler.Told(standing));
    }

    @Override
    public void freed(String queue, @Nullable String host) {
        scheduler(queue).tell(new Scheduler.Freed(host, node));
    }

    @Override
    public void othersWait(String queue, Rivals rivals) {
        scheduler(queue).tell(new Scheduler.OthersWait(node, rivals));
    }

    @Override
    public void wake(String queue) {
        scheduler(queue).tell(new Scheduler.Wake());
    }

    @Override
    public CompletionStage<List<Reason>> explain(String queue, JobId id) {
        CompletionStage<Scheduler.Explained> explained =
                scheduler(queue).ask(replyTo -> new Scheduler.Explain(id, replyTo), ANSWERS_WITHIN);
        return explained.thenApply(Scheduler.Explained::reasons);
    }

    /** The figure as it is on disk: a scheduler that has just been told, or just started, may not know it yet. */
    @Override
    public CompletionStage<Slots> slots(String queue) {
        CompletionStage<Slots> known = scheduler(queue).ask(Scheduler.GetSlots::new, ANSWERS_WITHIN);
        return contents.backgroundSlots(queue)
                .thenCombine(
                        known,
                        (own, scheduler) -> new Slots(
                                own.orElse(settings.backgroundSlots()), own.isPresent(), scheduler.running()));
    }

    @Override
    public CompletionStage<Void> setBackgroundSlots(String queue, OptionalInt slots) {
        return contents.setBackgroundSlots(queue, slots)
                .thenRun(() -> scheduler(queue).tell(new Scheduler.SettingsChanged()));
    }

    @Override
    public CompletionStage<Void> logOff(Owner owner) {
        return sessions.logOff(owner, clock.instant()).thenCompose(known -> tellAll(null));
    }

    @Override
    public CompletionStage<Void> logOn(Owner owner) {
        return sessions.logOn(owner).thenCompose(known -> tellAll(null));
    }

    @Override
    public CompletionStage<Optional<Instant>> loggedOffSince(Owner owner) {
        return sessions.read()
                .thenApply(known -> sessions.away().stream()
                        .filter(session -> session.owner().equals(owner))
                        .map(LoggedOff::since)
                        .findFirst());
    }

    /**
     * The owner may have jobs in any queue, so each that has work looks at who is away. One whose work is not in the
     * index yet, or is still to come, goes by {@link Sessions}: on this node from now on, on others once they look again.
     */
    private CompletionStage<Void> tellAll(@Nullable String after) {
        return contents.queuesWithWork(after, PAGE).thenCompose(queues -> {
            queues.forEach(queue -> scheduler(queue).tell(new Scheduler.SettingsChanged()));
            return queues.size() < PAGE ? CompletableFuture.<Void>completedFuture(null) : tellAll(queues.getLast());
        });
    }

    private EntityRef<Scheduler.Message> scheduler(String queue) {
        return sharding.entityRefFor(Scheduler.TYPE, queue);
    }
}
