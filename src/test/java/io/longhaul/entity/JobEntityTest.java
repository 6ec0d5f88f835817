package io.longhaul.entity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import com.typesafe.config.ConfigFactory;
import io.longhaul.entity.Queues.Standing;
import io.longhaul.job.Alarm;
import io.longhaul.job.BitsError;
import io.longhaul.job.ErrorContext;
import io.longhaul.job.Job;
import io.longhaul.job.JobChange;
import io.longhaul.job.JobError;
import io.longhaul.job.JobId;
import io.longhaul.job.JobLimits;
import io.longhaul.job.JobSpec;
import io.longhaul.job.Owner;
import io.longhaul.job.OwnerCommand;
import io.longhaul.job.Priority;
import io.longhaul.job.Retention;
import io.longhaul.job.SchedulerCommand;
import io.longhaul.job.StateName;
import io.longhaul.job.StoreReport;
import io.longhaul.job.TransferReport;
import io.longhaul.job.file.FileSource;
import io.longhaul.job.file.JobFile;
import io.longhaul.job.file.RemoteVersion;
import io.longhaul.job.http.AuthScheme;
import io.longhaul.job.http.AuthTarget;
import io.longhaul.job.http.HttpChange;
import io.longhaul.job.http.StoredCredentials;
import io.longhaul.testkit.FakeSecrets;
import io.longhaul.testkit.JobFixtures;
import io.longhaul.testkit.TestClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The actor of a job")
class JobEntityTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Retention KEPT = new Retention(Duration.ofDays(7));
    private static final ActorTestKit KIT = ActorTestKit.create(ConfigFactory.parseString("""
                    akka.persistence.testkit.events.serialize = off
                    akka.persistence.testkit.snapshots.serialize = off
                    akka.loglevel = WARNING
                    """)
            .withFallback(PersistenceTestKitPlugin.config())
            .withFallback(PersistenceTestKitSnapshotPlugin.config()));

    private final JobId id = new JobId(UUID.randomUUID());
    private final FakeTransfers transfers = new FakeTransfers();
    private final CompletableFuture<StoreReport.Published> published = new CompletableFuture<>();

    /** For each time that the store was asked to publish: whether it may have been asked before. */
    private final Queue<Boolean> publications = new ConcurrentLinkedQueue<>();

    private final CompletableFuture<StoreReport.Discarded> discarded = new CompletableFuture<>();
    private final TestProbe<Standing> standings = KIT.createTestProbe();
    private final TestProbe<ClusterSharding.ShardCommand> shard = KIT.createTestProbe();
    private final TestProbe<JobReply> replies = KIT.createTestProbe();
    private final FakeSecrets secrets = new FakeSecrets();
    private final HeardJournal journal = new HeardJournal();
    private final JobsInMemory memory = new JobsInMemory(1);
    private @Nullable Duration inactivityTimeout;
    private ActorRef<JobEntity.Message> job;

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @BeforeEach
    void start() {
        job = spawn();
    }

    private ActorRef<JobEntity.Message> spawn() {
        return spawnAt(NOW);
    }

    private ActorRef<JobEntity.Message> spawnAt(Instant now) {
        return spawnWith(Clock.fixed(now, ZoneOffset.UTC));
    }

    private ActorRef<JobEntity.Message> spawnWith(Clock clock) {
        JobEntity.Surroundings surroundings = new JobEntity.Surroundings(
                clock,
                transfers,
                new Store(),
                new Told(),
                new JobFeed(),
                secrets,
                KEPT,
                journal,
                memory,
                job -> inactivityTimeout == null ? job.inactivityTimeout() : inactivityTimeout,
                "n:1");
        return KIT.spawn(JobEntity.create(id, surroundings, shard.ref()));
    }

    @Test
    void is_in_memory_until_it_stops() {
        view();
        memory.entered();
        assertEquals(JobsInMemory.WITHOUT_ROOM, memory.stayWhenIdle()); // there is room for one
        KIT.stop(job);
        assertEquals(JobsInMemory.WITH_ROOM, memory.stayWhenIdle());
    }

    @Test
    void is_unknown_until_it_is_created() {
        assertInstanceOf(JobReply.Unknown.class, ask(new OwnerCommand.Resume()));
        assertTrue(view().isEmpty());
    }

    @Test
    void is_born_suspended_and_is_nothing_to_the_scheduler() {
        JobReply.Done done = assertInstanceOf(JobReply.Done.class, ask(create(false, 1)));
        assertEquals(StateName.SUSPENDED, done.job().job().state().name());
        standings.expectNoMessage(Duration.ofMillis(20));
    }

    @Test
    void tells_the_scheduler_when_it_is_ready_and_starts_a_run_for_a_granted_slice() {
        ask(create(true, 1));
        Standing.Ready ready = standings.expectMessageClass(Standing.Ready.class);
        assertEquals(1, ready.nextSlice());
        assertEquals("origin.example:443", ready.host());
        grant(1);
        assertEquals(1, standings.expectMessageClass(Standing.Running.class).slice());
        assertEquals(StateName.CONNECTING, state());
        assertEquals(1, transfers.last().number);
    }

    @Test
    void declines_a_slice_for_which_the_node_has_no_place() {
        transfers.answer = new Admission.NodeFull(7);
        ask(create(true, 1));
        standings.expectMessageClass(Standing.Ready.class);
        grant(1);
        assertEquals(7, standings.expectMessageClass(Standing.NodeFull.class).limit());
        assertEquals(StateName.QUEUED, state());
        assertTrue(transfers.runs.isEmpty());
    }

    @Test
    void starts_nothing_for_a_slice_that_comes_after_its_deadline() {
        ask(create(false, 1));
        ask(JobFixtures.due(NOW.minusSeconds(1)));
        askLater(new OwnerCommand.Resume(), null);
        grant(1); // before its own timer can ring
        standings.expectMessageClass(Standing.Ready.class);
        standings.expectMessageClass(Standing.Gone.class);
        assertEquals(BitsError.WAIT_TIMEOUT, view().orElseThrow().job().error().code());
        assertTrue(transfers.runs.isEmpty());
        replies.receiveMessage();

        ask(JobFixtures.due(NOW.plusSeconds(60)));
        ask(new OwnerCommand.Resume());
        standings.expectMessageClass(Standing.Ready.class);
        grant(1);
        assertEquals(1, standings.expectMessageClass(Standing.Running.class).slice());
    }

    @Test
    void ignores_a_doubled_grant_and_says_where_it_stands() {
        running();
        grant(1);
        assertEquals(1, standings.expectMessageClass(Standing.Running.class).slice());
        assertEquals(1, transfers.runs.size());
    }

    @Test
    void tells_whoever_follows_the_journal_what_happened_to_it_once_it_is_there() {
        running();
        transfers.last().report(finished(1, 0), new TransferReport.RunDone(1));
        standings.expectMessageClass(Standing.Gone.class);
        List<HeardJournal.Written> written = List.copyOf(journal.written());
        assertEquals(0, written.getFirst().before());
        assertEquals(
                view().orElseThrow().job().sequence(), written.getLast().after().getLast());
        for (int i = 1; i < written.size(); i++)
            assertEquals(written.get(i - 1).after().getLast(), written.get(i).before());
    }

    @Test
    void becomes_transferred_when_its_last_file_is_finished() {
        running();
        transfers.last().report(finished(1, 0), new TransferReport.RunDone(1));
        standings.expectMessageClass(Standing.Gone.class);
        assertEquals(StateName.TRANSFERRED, state());
    }

    @Test
    void shows_bytes_that_have_arrived_but_are_not_on_disk() {
        running();
        transfers.last().report(opened(1, 0), new TransferReport.Progressed(1, 0, 40));
        standings.expectNoMessage(Duration.ofMillis(20));
        assertEquals(40, view().orElseThrow().progress().bytesTransferred());
        assertEquals(0, view().orElseThrow().job().progress().bytesTransferred());
    }

    @Test
    void is_ready_for_the_next_slice_only_when_the_last_run_has_ended() {
        running();
        job.tell(new JobEntity.Tell(new SchedulerCommand.EndSlice(1, io.longhaul.job.QueuedReason.SLICE_ENDED)));
        standings.expectMessageClass(Standing.Gone.class);
        assertTrue(transfers.last().stopped);
        transfers.last().report(new TransferReport.Checkpointed(1, 0, 30));
        transfers.last().end();
        assertEquals(2, standings.expectMessageClass(Standing.Ready.class).nextSlice());
        assertEquals(30, view().orElseThrow().job().progress().bytesTransferred());
    }

    @Test
    void is_queued_again_when_its_run_dies_without_a_word() {
        running();
        transfers.last().end();
        assertEquals(2, standings.expectMessageClass(Standing.Ready.class).nextSlice());
    }

    @Test
    void is_queued_again_when_it_comes_back_after_the_node_was_killed() {
        running();
        KIT.stop(job);
        job = spawn();
        standings.fishForMessage(
                Duration.ofSeconds(3),
                standing -> standing instanceof Standing.Ready ready && ready.nextSlice() == 2
                        ? akka.actor.testkit.typed.javadsl.FishingOutcomes.complete()
                        : akka.actor.testkit.typed.javadsl.FishingOutcomes.continueAndIgnore());
        assertEquals(StateName.QUEUED, state());
    }

    @Test
    void counts_no_time_in_which_its_node_was_down_whatever_is_said_to_it_first() {
        running();
        KIT.stop(job);
        job = spawnAt(NOW.plusSeconds(60));
        ask(new OwnerCommand.Change(JobFixtures.prioritized(Priority.HIGH)));
        assertEquals(StateName.QUEUED, state());
        assertEquals(Duration.ZERO, view().orElseThrow().job().activeTime());
    }

    @Test
    void says_what_its_run_waits_for_as_long_as_it_has_one() {
        running();
        assertNull(view().orElseThrow().awaited());
        Transfers.Awaited answer =
                new Transfers.Awaited(Transfers.Awaited.What.ANSWER, "origin.example:443", NOW, NOW.plusSeconds(300));
        transfers.last().awaited = Optional.of(answer);
        assertEquals(answer, view().orElseThrow().awaited());
        transfers.last().end();
        standings.expectMessageClass(Standing.Ready.class);
        assertNull(view().orElseThrow().awaited());
    }

    @Test
    void answers_complete_only_when_the_files_have_their_names() {
        transferred();
        askLater(new OwnerCommand.Complete(), null);
        replies.expectNoMessage(Duration.ofMillis(20));
        published.complete(new StoreReport.Published(List.of(0), null, true));
        JobReply.Done done = replies.expectMessageClass(JobReply.Done.class);
        assertEquals(BitsError.S_OK, done.result());
        assertEquals(StateName.ACKNOWLEDGED, done.job().job().state().name());
        assertTrue(done.job().job().files().getFirst().available());
    }

    @Test
    void stays_transferred_when_a_file_cannot_get_its_name() {
        transferred();
        askLater(new OwnerCommand.Complete(), null);
        JobError locked = JobError.of(ErrorContext.LOCAL_FILE, BitsError.BG_E_DESTINATION_LOCKED, 0, NOW);
        published.complete(new StoreReport.Published(List.of(), locked, true));
        assertEquals(
                BitsError.BG_E_DESTINATION_LOCKED,
                replies.expectMessageClass(JobReply.Refused.class).code());
        assertEquals(StateName.TRANSFERRED, state());
    }

    @Test
    void lets_a_cancel_wait_for_a_complete_that_is_under_way_and_then_refuses_it() {
        transferred();
        askLater(new OwnerCommand.Complete(), null);
        askLater(new OwnerCommand.Cancel(), null);
        replies.expectNoMessage(Duration.ofMillis(20));
        published.complete(new StoreReport.Published(List.of(0), null, true));
        replies.expectMessageClass(JobReply.Done.class);
        assertEquals(
                BitsError.BG_E_INVALID_STATE,
                replies.expectMessageClass(JobReply.Refused.class).code());
    }

    @Test
    void stops_its_run_before_a_cancel_deletes_its_files() {
        running();
        askLater(new OwnerCommand.Cancel(), null);
        standings.expectMessageClass(Standing.Gone.class);
        assertTrue(transfers.last().stopped);
        discarded.complete(new StoreReport.Discarded(false));
        replies.expectNoMessage(Duration.ofMillis(20));
        transfers.last().end();
        assertEquals(
                BitsError.BG_S_UNABLE_TO_DELETE_FILES,
                replies.expectMessageClass(JobReply.Done.class).result());
    }

    @Test
    void says_that_it_asks_again_for_a_complete_that_a_crash_cut_off_and_for_no_other() {
        transferred();
        askLater(new OwnerCommand.Complete(), null);
        replies.expectNoMessage(Duration.ofMillis(20));
        KIT.stop(job);
        job = spawn();
        JobError locked = JobError.of(ErrorContext.LOCAL_FILE, BitsError.BG_E_DESTINATION_LOCKED, 0, NOW);
        published.complete(new StoreReport.Published(List.of(), locked, true));
        assertEquals(StateName.TRANSFERRED, state());
        assertInstanceOf(JobReply.Refused.class, ask(new OwnerCommand.Complete()));
        assertEquals(List.of(false, true, false), List.copyOf(publications));
    }

    @Test
    void cleans_up_after_a_cancel_that_a_crash_cut_off() {
        ask(create(true, 1));
        askLater(new OwnerCommand.Cancel(), null);
        replies.expectNoMessage(Duration.ofMillis(20));
        KIT.stop(job);
        discarded.complete(new StoreReport.Discarded(true));
        job = spawn();
        job.tell(new JobEntity.Tell(new Alarm.Wake()));
        assertInstanceOf(JobReply.Refused.class, ask(new OwnerCommand.Cancel()));
    }

    @Test
    void is_unknown_again_once_it_has_been_final_for_the_retention_time() {
        discarded.complete(new StoreReport.Discarded(true));
        ask(create(false, 1));
        ask(new OwnerCommand.Cancel());
        KIT.stop(job);
        job = spawnAt(NOW.plus(KEPT.time()).minusNanos(1000));
        assertEquals(StateName.CANCELLED, state());
        assertInstanceOf(JobReply.Refused.class, ask(new OwnerCommand.Resume()));
        KIT.stop(job);
        job = spawnAt(NOW.plus(KEPT.time()));
        assertTrue(view().isEmpty());
        assertInstanceOf(JobReply.Unknown.class, ask(new OwnerCommand.Resume()));
        assertInstanceOf(JobReply.Unknown.class, ask(create(false, 1)), "nobody creates a job over another");
    }

    @Test
    void adds_the_files_of_a_repeated_request_once() {
        ask(create(false, 1));
        OwnerCommand.AddFiles add =
                new OwnerCommand.AddFiles(sources(3).subList(1, 3), new Owner("alice"), new JobLimits(9, 9));
        askLater(add, "key");
        JobReply.Done first = replies.expectMessageClass(JobReply.Done.class);
        askLater(add, "key");
        JobReply.Done second = replies.expectMessageClass(JobReply.Done.class);
        assertEquals(3, second.job().job().files().size());
        assertEquals(first.filesFrom(), second.filesFrom());
        assertEquals(first.filesTo(), second.filesTo());
    }

    @Test
    void tells_a_run_under_way_when_its_properties_change() {
        running();
        ask(new OwnerCommand.Change(JobFixtures.prioritized(Priority.HIGH)));
        assertEquals(Priority.HIGH, transfers.last().spec.priority());
        ask(new OwnerCommand.TakeOwnership(new Owner("bob")));
        assertEquals(new Owner("bob"), transfers.last().spec.owner());
    }

    @Test
    void goes_on_when_the_network_is_back_where_it_lives() {
        running();
        transfers.last().report(JobFixtures.cutOff(1, NOW));
        transfers.last().end();
        transfers.wayOut = false;
        job.tell(new JobEntity.Tell(new Alarm.NetworkBack()));
        assertEquals(StateName.TRANSIENT_ERROR, state());
        transfers.wayOut = true;
        job.tell(new JobEntity.Tell(new Alarm.NetworkBack()));
        assertEquals(StateName.QUEUED, state());
    }

    @Test
    void looks_at_the_clock_by_the_timeout_that_is_in_force_now() {
        ask(create(false, 1));
        Instant later = NOW.plus(Duration.ofDays(1));
        inactivityTimeout = Duration.ofDays(2);
        KIT.stop(job);
        job = spawnAt(later);
        job.tell(new JobEntity.Tell(new Alarm.Wake()));
        assertEquals(StateName.SUSPENDED, state());
        inactivityTimeout = Duration.ofDays(1);
        job.tell(new JobEntity.Tell(new Alarm.Wake()));
        assertEquals(StateName.CANCELLED, state());
    }

    @Test
    void lives_as_long_as_its_run_receives_bytes() {
        TestClock clock = new TestClock();
        clock.advance(Duration.between(TestClock.START, NOW));
        KIT.stop(job);
        job = spawnWith(clock);
        running();
        inactivityTimeout = Duration.ofMinutes(1);
        transfers.last().report(opened(1, 0));
        clock.advance(Duration.ofSeconds(59));
        transfers.last().report(new TransferReport.Progressed(1, 0, 40));
        assertEquals(40, view().orElseThrow().progress().bytesTransferred());
        clock.advance(Duration.ofSeconds(1));
        job.tell(new JobEntity.Tell(new Alarm.Wake()));
        assertEquals(StateName.TRANSFERRING, state());
        clock.advance(Duration.ofMinutes(1));
        job.tell(new JobEntity.Tell(new Alarm.Wake()));
        assertEquals(StateName.CANCELLED, state());
    }

    @Test
    void hands_its_run_over_when_it_is_asked_to_stop() {
        running();
        job.tell(new JobEntity.Stop());
        standings.expectMessageClass(Standing.Gone.class);
        assertTrue(transfers.last().stopped);
        transfers.last().end();
        replies.expectTerminated(job, Duration.ofSeconds(3));
    }

    @Test
    void stops_though_the_journal_refused_that_it_is_queued_again() {
        running();
        PersistenceTestKit.create(KIT.system()).failNextPersisted("Job|" + id);
        job.tell(new JobEntity.Stop());
        assertEquals(StateName.CONNECTING, state()); // read again from the journal
        assertEquals(1, journal.refusals());
        assertEquals(List.of(0L, 3L), List.copyOf(journal.read()));
        assertTrue(transfers.last().stopped);
        transfers.last().end();
        replies.expectTerminated(job, Duration.ofSeconds(3));
    }

    @Test
    void leaves_memory_after_it_was_read_again_because_the_journal_refused_an_event() {
        memory.entered(); // and there is no room
        ask(create(false, 1));
        shard.expectMessageClass(ClusterSharding.Passivate.class); // it was nothing when it came
        PersistenceTestKit.create(KIT.system()).failNextPersisted("Job|" + id);
        askLater(new OwnerCommand.Resume(), null);
        assertEquals(StateName.SUSPENDED, state()); // read again from the journal
        assertEquals(1, journal.refusals());
        shard.expectMessageClass(ClusterSharding.Passivate.class);
    }

    private void running() {
        ask(create(true, 1));
        standings.expectMessageClass(Standing.Ready.class);
        grant(1);
        standings.expectMessageClass(Standing.Running.class);
    }

    private void transferred() {
        running();
        transfers.last().report(finished(1, 0), new TransferReport.RunDone(1));
        transfers.last().end();
        standings.expectMessageClass(Standing.Gone.class);
    }

    @Test
    void has_its_secrets_forgotten_as_soon_as_it_names_them_no_more() {
        ask(create(false, 1));
        UUID first = secret();
        UUID second = secret();
        ask(changed(HttpChange.setting(basic(first))));
        ask(changed(HttpChange.setting(basic(second))));
        view();
        assertEquals(Set.of(second), secrets.all());
        ask(new OwnerCommand.TakeOwnership(new Owner("root")));
        view();
        assertEquals(Set.of(), secrets.all());

        ask(changed(HttpChange.setting(basic(secret()))));
        askLater(new OwnerCommand.Cancel(), null);
        discarded.complete(new StoreReport.Discarded(true));
        assertInstanceOf(JobReply.Done.class, replies.receiveMessage());
        view();
        assertEquals(Set.of(), secrets.all());
    }

    private UUID secret() {
        return secrets.keep(id, new Owner("alice"), new byte[0])
                .toCompletableFuture()
                .join();
    }

    private static StoredCredentials basic(UUID secret) {
        return new StoredCredentials(AuthTarget.SERVER, AuthScheme.BASIC, secret);
    }

    private static OwnerCommand changed(HttpChange change) {
        return new OwnerCommand.Change(JobChange.of(change));
    }

    private void grant(long slice) {
        job.tell(new JobEntity.Tell(new SchedulerCommand.GrantSlice(slice, NOW.plusSeconds(300), Duration.ZERO, "")));
    }

    private static TransferReport opened(long run, int file) {
        return new TransferReport.FileOpened(run, file, RemoteVersion.UNKNOWN, 100L, true);
    }

    private static TransferReport finished(long run, int file) {
        return new TransferReport.FileFinished(run, file, RemoteVersion.UNKNOWN, 100, true);
    }

    private JobReply ask(OwnerCommand command) {
        askLater(command, null);
        return replies.receiveMessage();
    }

    private void askLater(OwnerCommand command, @Nullable String request) {
        job.tell(new JobEntity.Ask(command, "alice", request, replies.ref()));
    }

    private Optional<JobView> view() {
        TestProbe<JobEntity.Viewed> probe = KIT.createTestProbe();
        job.tell(new JobEntity.View(probe.ref()));
        return Optional.ofNullable(probe.receiveMessage().view());
    }

    private StateName state() {
        return view().orElseThrow().job().state().name();
    }

    private static OwnerCommand.Create create(boolean resume, int files) {
        JobSpec spec = new JobSpec(
                new Owner("alice"),
                "default",
                "job",
                "",
                JobSpec.JobType.DOWNLOAD,
                Priority.NORMAL,
                new TreeMap<>(),
                Duration.ofMinutes(10),
                Duration.ofDays(14),
                Duration.ofDays(90),
                Duration.ofDays(90),
                null,
                false,
                null,
                new TreeMap<>(),
                null,
                null,
                null);
        return new OwnerCommand.Create(spec, sources(files), resume, new JobLimits(200, 500));
    }

    private static List<FileSource> sources(int count) {
        return java.util.stream.IntStream.range(0, count)
                .mapToObj(i -> new FileSource("https://origin.example/" + i, "f" + i, List.of(), null))
                .toList();
    }

    private final class Store implements FileStore {
        @Override
        public CompletionStage<StoreReport.Published> publish(Job any, boolean again) {
            publications.add(again);
            return published;
        }

        @Override
        public CompletionStage<StoreReport.Discarded> discard(Job any) {
            return discarded;
        }

        @Override
        public Opened open(JobId job, JobFile file) {
            throw new IllegalStateException("A job's actor reads no files");
        }
    }

    private final class Told implements Queues {
        @Override
        public void tell(String queue, Standing standing) {
            standings.ref().tell(standing);
        }

        @Override
        public void freed(String queue, @Nullable String host) {}

        @Override
        public void othersWait(String queue, Rivals rivals) {}

        @Override
        public void wake(String queue) {}

        @Override
        public CompletionStage<List<Reason>> explain(String queue, JobId any) {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public CompletionStage<Slots> slots(String queue) {
            return CompletableFuture.completedFuture(new Slots(1, false, 0));
        }

        @Override
        public CompletionStage<Void> setBackgroundSlots(String queue, OptionalInt slots) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> logOff(Owner owner) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> logOn(Owner owner) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Optional<Instant>> loggedOffSince(Owner owner) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
    }
}
