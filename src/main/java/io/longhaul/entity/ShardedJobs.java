package io.longhaul.entity;

import akka.actor.typed.ActorSystem;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.Entity;
import akka.cluster.sharding.typed.javadsl.EntityRef;
import io.longhaul.job.Alarm;
import io.longhaul.job.JobId;
import io.longhaul.job.OwnerCommand;
import io.longhaul.job.SchedulerCommand;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The jobs of the cluster, spread over its nodes by their ids. */
public final class ShardedJobs implements Jobs {
    /** Longer than the journal needs when it is slow, shorter than an HTTP client waits. */
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(15);

    private final ClusterSharding sharding;

    private ShardedJobs(ClusterSharding sharding) {
        this.sharding = sharding;
    }

    /** Lets jobs live on this node. */
    public static ShardedJobs start(ActorSystem<?> system, JobEntity.Surroundings surroundings) {
        ClusterSharding sharding = ClusterSharding.get(system);
        sharding.init(Entity.of(
                        JobEntity.TYPE,
                        entity -> JobEntity.create(
                                new JobId(UUID.fromString(entity.getEntityId())), surroundings, entity.getShard()))
                .withStopMessage(new JobEntity.Stop()));
        return new ShardedJobs(sharding);
    }

    @Override
    public CompletionStage<JobReply> ask(JobId id, OwnerCommand command, String by, @Nullable String request) {
        return job(id).ask(replyTo -> new JobEntity.Ask(command, by, request, replyTo), ANSWERS_WITHIN);
    }

    @Override
    public CompletionStage<Optional<JobView>> view(JobId id) {
        return job(id).ask(JobEntity.View::new, ANSWERS_WITHIN);
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
