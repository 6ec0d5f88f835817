package io.longhaul.entity;

import akka.actor.Cancellable;
import akka.actor.typed.ActorSystem;
import akka.cluster.sharding.ShardCoordinator.ShardAllocationStrategy;
import akka.cluster.sharding.typed.ClusterShardingSettings;
import akka.cluster.sharding.typed.HashCodeMessageExtractor;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.sharding.typed.javadsl.EntityRef;
import akka.pattern.Patterns;
import io.longhaul.job.Alarm;
import io.longhaul.job.JobId;
import io.longhaul.job.OwnerCommand;
import io.longhaul.job.SchedulerCommand;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The jobs of the cluster, spread over its nodes by their ids. */
public final class ShardedJobs implements Jobs {
    /** Longer than the journal needs when it is slow, shorter than an HTTP client waits. */
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(15);

    private static final int ATTEMPTS = 5;
    private static final Duration ASKED_AGAIN_AFTER = ANSWERS_WITHIN.dividedBy(ATTEMPTS);

    private final ActorSystem<?> system;
    private final ClusterSharding sharding;
    private final JobCreation creation;
    private final UnreadableJobs unreadable;

    private ShardedJobs(
            ActorSystem<?> system, ClusterSharding sharding, JobCreation creation, UnreadableJobs unreadable) {
        this.system = system;
        this.sharding = sharding;
        this.creation = creation;
        this.unreadable = unreadable;
    }

    /**
     * Lets jobs live on this node.
     *
     * @param newJobs where jobs begin that this node creates
     * @param unreadable the jobs that do not answer because their history cannot be read
     * @param allocation which jobs live on which node
     */
    public static ShardedJobs start(
            ActorSystem<?> system,
            JobEntity.Surroundings surroundings,
            NewJobs newJobs,
            UnreadableJobs unreadable,
            ShardAllocationStrategy allocation) {
        ClusterSharding sharding = ClusterSharding.get(system);
        sharding.init(Entity.of(
                        JobEntity.TYPE,
                        entity -> JobEntity.create(
                                new JobId(UUID.fromString(entity.getEntityId())), surroundings, entity.getShard()))
                .withStopMessage(new JobEntity.Stop())
                .withAllocationStrategy(allocation));
        return new ShardedJobs(
                system,
                sharding,
                new JobCreation(
                        newJobs,
                        surroundings.queues(),
                        surroundings.feed(),
                        surroundings.journal(),
                        surroundings.clock()),
                unreadable);
    }

    /** By which jobs move from node to node together: the name of a job's shard. */
    public static Function<JobId, String> shards(ActorSystem<?> system) {
        var extractor = new HashCodeMessageExtractor<JobEntity.Message>(
                ClusterShardingSettings.create(system).numberOfShards());
        return id -> extractor.shardId(id.toString());
    }

    @Override
    public CompletionStage<JobReply> ask(JobId id, OwnerCommand command, String by, @Nullable String request) {
        return command instanceof OwnerCommand.Create create
                ? create(id, create, by, request)
                : askActor(id, command, by, request);
    }

    private CompletionStage<JobReply> create(
            JobId id, OwnerCommand.Create create, String by, @Nullable String request) {
        CompletableFuture<JobReply> reply = creation.create(id, create, by, request)
                .thenCompose(created -> created.map(CompletableFuture::completedStage)
                        .orElseGet(() -> askActor(id, create, by, request)))
                .toCompletableFuture();
        // Not orTimeout: it wakes a thread for each job, to note the time and again to forget it
        Cancellable tooLate = system.scheduler()
                .scheduleOnce(
                        ANSWERS_WITHIN,
                        () -> reply.completeExceptionally(new TimeoutException("The journal did not answer in time")),
                        system.executionContext());
        return reply.whenComplete((answer, problem) -> tooLate.cancel());
    }

    /** What has no key may have been done although nobody answered: only the caller can say whether to do it again. */
    private CompletionStage<JobReply> askActor(JobId id, OwnerCommand command, String by, @Nullable String request) {
        if (request == null)
            return readable(
                    id,
                    unlessUnreadable(
                            id, job(id).ask(replyTo -> new JobEntity.Ask(command, by, null, replyTo), ANSWERS_WITHIN)));
        return insist(
                id, () -> job(id).ask(replyTo -> new JobEntity.Ask(command, by, request, replyTo), ASKED_AGAIN_AFTER));
    }

    /**
     * A message to a job that moves to another node at that moment may be lost: asked again, the job answers from there. One
     * whose history cannot be read never does.
     */
    private <T> CompletionStage<T> insist(JobId id, Callable<CompletionStage<T>> ask) {
        return readable(id, Patterns.retry(() -> unlessUnreadable(id, ask.call()), ATTEMPTS, Duration.ZERO, system));
    }

    /** The answer; empty: there will be none. Fails where it has only not come in time. */
    private <T> CompletionStage<Optional<T>> unlessUnreadable(JobId id, CompletionStage<T> asked) {
        return asked.thenApply(Optional::of)
                .exceptionallyCompose(late -> unreadable
                        .contains(id)
                        .thenCompose(never -> never
                                ? CompletableFuture.completedStage(Optional.empty())
                                : CompletableFuture.failedStage(late)));
    }

    private static <T> CompletionStage<T> readable(JobId id, CompletionStage<Optional<T>> answer) {
        return answer.thenApply(reply -> reply.orElseThrow(() -> new UnreadableJobException(id)));
    }

    @Override
    public CompletionStage<Optional<JobView>> view(JobId id) {
        CompletionStage<JobEntity.Viewed> viewed =
                insist(id, () -> job(id).ask(JobEntity.View::new, ASKED_AGAIN_AFTER));
        return viewed.thenApply(answer -> Optional.ofNullable(answer.view()));
    }

    @Override
    public void tell(JobId id, SchedulerCommand command) {
        job(id).tell(new JobEntity.Tell(command));
    }

    @Override
    public void tell(JobId id, Alarm alarm) {
        job(id).tell(new JobEntity.Tell(alarm));
    }

    private EntityRef<JobEntity.Message> job(JobId id) {
        return sharding.entityRefFor(JobEntity.TYPE, id.toString());
    }
}
