package io.longhaul.store;

import static io.longhaul.testkit.Histories.BEGIN;
import static io.longhaul.testkit.Histories.fold;
import static io.longhaul.testkit.Histories.id;
import static io.longhaul.testkit.Histories.life;
import static io.longhaul.testkit.Histories.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PreRestart;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.SignalHandler;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.longhaul.entity.JobFilter;
import io.longhaul.entity.JobSummary;
import io.longhaul.job.Job;
import io.longhaul.job.JobId;
import io.longhaul.job.Priority;
import io.longhaul.job.Recorded;
import io.longhaul.testkit.JobDatabase;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What Akka writes to the journal")
class AkkaJournalTest {
    private static final JobId ID = id(1);
    private static final List<Recorded> LIFE =
            life(spec("alice", "default", Priority.HIGH, "maps", Map.of("fleet", "eu-1")), BEGIN);

    private final JobDatabase database = JobDatabase.create();
    private final ActorTestKit akka = ActorTestKit.create(config(database));

    static Config config(JobDatabase database) {
        return database.akkaConfig()
                .withFallback(ConfigFactory.parseResources("serialization.conf"))
                .withFallback(ConfigFactory.parseResources("persistence.conf"))
                .withFallback(ConfigFactory.parseString("akka.actor.provider = local"))
                .withFallback(ConfigFactory.defaultReference())
                .resolve();
    }

    @AfterEach
    void close() {
        akka.shutdownTestKit();
        database.close();
    }

    private sealed interface Command {
        record Persist(List<Recorded> events, ActorRef<Job> replyTo) implements Command {}

        record Stop() implements Command {}
    }

    /** A job that records what it is told. */
    private static final class Shell extends EventSourcedBehavior<Command, Recorded, Job> {
        private final ActorRef<String> restarts;

        Shell(ActorRef<String> restarts) {
            super(
                    PersistenceId.of("Job", ID.toString()),
                    SupervisorStrategy.restartWithBackoff(Duration.ofMillis(1), Duration.ofMillis(1), 0)
                            .withLoggingEnabled(false));
            this.restarts = restarts;
        }

        @Override
        public Job emptyState() {
            return null;
        }

        @Override
        public CommandHandler<Command, Recorded, Job> commandHandler() {
            return (job, command) -> switch (command) {
                case Command.Persist persist ->
                    Effect().persist(persist.events()).thenReply(persist.replyTo(), after -> after);
                case Command.Stop stop -> Effect().stop();
            };
        }

        @Override
        public EventHandler<Job, Recorded> eventHandler() {
            return (job, recorded) -> Job.evolve(job, ID, recorded);
        }

        @Override
        public SignalHandler<Job> signalHandler() {
            return newSignalHandlerBuilder()
                    .onSignal(PreRestart.instance(), job -> restarts.tell("again"))
                    .build();
        }

        @Override
        public boolean shouldSnapshot(Job job, Recorded event, long sequence) {
            return sequence == 5;
        }
    }

    private ActorRef<Command> spawn(ActorRef<String> restarts) {
        Behavior<Command> shell = Behaviors.setup(context -> new Shell(restarts));
        return akka.spawn(shell);
    }

    private Job ask(List<Recorded> events) {
        ActorRef<Command> job = spawn(akka.createTestProbe(String.class).ref());
        TestProbe<Job> probe = akka.createTestProbe(Job.class);
        job.tell(new Command.Persist(events, probe.ref()));
        Job answer = probe.receiveMessage(Duration.ofSeconds(20));
        job.tell(new Command.Stop());
        probe.expectTerminated(job);
        return answer;
    }

    @Test
    void is_read_by_the_index_and_by_the_next_actor() throws Exception {
        ask(LIFE);
        assertEquals(fold(ID, LIFE), ask(List.of()));
        assertEquals(LIFE.size(), new IndexRebuild(database.dataSource()).run(line -> {}));
        assertEquals(
                List.of(JobSummary.of(fold(ID, LIFE))),
                Stages.await(new PostgresCatalogue(database.dataSource(), Runnable::run, Duration.ofSeconds(10))
                        .list(JobFilter.ALL, null, 10)));
    }

    @Test
    void is_replayed_from_its_beginning_where_a_snapshot_does_not_read() {
        for (Recorded event : LIFE) ask(List.of(event));
        assertEquals("job-snapshot-1", database.query("SELECT snapshot_ser_manifest FROM snapshot"));
        database.execute("UPDATE snapshot SET snapshot_ser_manifest = 'job-snapshot-0'");
        assertEquals(fold(ID, LIFE), ask(List.of()));
        database.execute("UPDATE snapshot SET snapshot_ser_manifest = 'job-snapshot-1', snapshot_payload = '\\x00'");
        assertEquals(fold(ID, LIFE), ask(List.of()));
    }

    @Test
    void is_written_although_connections_break_by_an_actor_that_does_not_notice() throws Exception {
        TestProbe<String> restarts = akka.createTestProbe(String.class);
        TestProbe<Job> probe = akka.createTestProbe(Job.class);
        ActorRef<Command> job = spawn(restarts.ref());
        try (Connection held = database.lockJournal()) {
            job.tell(new Command.Persist(LIFE.subList(0, 1), probe.ref()));
            database.awaitWriters(1);
            database.disconnectJournal();
            database.awaitWriters(1); // on a new connection
            held.rollback();
        }
        assertEquals(fold(ID, LIFE.subList(0, 1)), probe.receiveMessage(Duration.ofSeconds(20)));
        job.tell(new Command.Persist(LIFE.subList(1, LIFE.size()), probe.ref()));
        assertEquals(fold(ID, LIFE), probe.receiveMessage(Duration.ofSeconds(20)));
        restarts.expectNoMessage(Duration.ZERO);
    }
}
