package io.longhaul.scheduler;

import static io.longhaul.testkit.JobFixtures.ANNA;
import static io.longhaul.testkit.JobFixtures.BEN;
import static io.longhaul.testkit.JobFixtures.NODE;
import static io.longhaul.testkit.JobFixtures.id;
import static io.longhaul.testkit.TestClock.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import com.typesafe.config.ConfigFactory;
import io.longhaul.entity.QueueContents.Candidate;
import io.longhaul.entity.QueueContents.LoggedOff;
import io.longhaul.entity.Queues;
import io.longhaul.entity.Queues.Standing;
import io.longhaul.job.JobId;
import io.longhaul.job.Priority;
import io.longhaul.testkit.TestClock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The scheduler of a queue")
class SchedulerTest {
    private static final Duration SLICE = Duration.ofSeconds(61);
    private static final Duration COMPARES_EVERY = Duration.ofSeconds(2);
    private static final String HOST = "files.example:80";
    private static final ActorTestKit KIT =
            ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.parseString("akka.loglevel = ERROR")));

    private final ManualTime time = ManualTime.get(KIT.system());
    private final TestClock clock = new TestClock();
    private final FakeContents contents = new FakeContents();
    private final Sessions sessions = new Sessions(contents);
    private final ToldJobs jobs = new ToldJobs();
    private final TestProbe<ClusterSharding.ShardCommand> shard = KIT.createTestProbe();
    private final TestProbe<Queues.Slots> slots = KIT.createTestProbe();
    private final TestProbe<Scheduler.Explained> explained = KIT.createTestProbe();
    private final WaitingByHost waiting = new WaitingByHost();
    private ActorRef<Scheduler.Message> scheduler;

    @AfterAll
    static void stopKit() {
        KIT.shutdownTestKit();
    }

    @BeforeEach
    void start() {
        scheduler = KIT.spawn(Scheduler.create(
                "default",
                new SchedulerSettings(SLICE, 2),
                jobs,
                contents,
                sessions,
                waiting,
                JobId::toString,
                clock,
                shard.ref()));
        slots();
    }

    @AfterEach
    void stop() {
        KIT.stop(scheduler);
    }

    // Before it knows its queue.

    @Test
    void grants_nothing_before_every_page_of_the_index_has_been_read() {
        contents.answerSlots(OptionalInt.empty());
        contents.answerPage(waiting(1, 1000));
        assertEquals(List.of(), said());
        assertEquals(id(1000), contents.pages.element().after());
        contents.answerPage(waiting(1001, 2000));
        assertEquals(List.of(), said());
        assertEquals(id(2000), contents.pages.element().after());
        contents.answerPage(List.of(candidate(2001, Priority.HIGH, 1, false)));
        assertEquals(List.of("+2001@1", "+1@1"), said());
    }

    @Test
    void grants_nothing_before_its_settings_have_been_read() {
        contents.answerPage(waiting(1, 3));
        assertEquals(List.of(), said());
        contents.answerSlots(OptionalInt.of(1));
        assertEquals(List.of("+1@1"), said());
    }

    @Test
    void listens_while_it_reads() {
        contents.answerSlots(OptionalInt.of(1));
        tell(new Scheduler.Told(ready(5, Priority.HIGH, 3)));
        contents.answerPage(waiting(1, 5)); // where its job 5 is an old one
        assertEquals(List.of("+5@3"), said());
    }

    @Test
    void adopts_jobs_that_run_and_asks_them_where_they_stand() {
        contents.answerSlots(OptionalInt.of(1));
        contents.answerPage(List.of(candidate(1, Priority.NORMAL, 7, true), candidate(2, Priority.NORMAL, 1, false)));
        assertEquals(List.of("?1"), said());
        tell(new Scheduler.Told(new Standing.Gone(id(1))));
        assertEquals(List.of("+2@1"), said());
    }

    @Test
    void goes_on_when_a_page_cannot_be_read() {
        contents.answerSlots(OptionalInt.of(1));
        contents.answerPage(waiting(1, 1000));
        slots();
        contents.pages.remove().answer().completeExceptionally(new IllegalStateException("no connection"));
        slots();
        assertTrue(contents.pages.isEmpty(), "not at once");
        pass(COMPARES_EVERY);
        assertEquals(id(1000), contents.pages.element().after());
        contents.answerPage(List.of());
        assertEquals(List.of("+1@1"), said());
    }

    @Test
    void goes_on_when_its_settings_cannot_be_read() {
        contents.answerPage(waiting(1, 1));
        contents.slots.remove().completeExceptionally(new IllegalStateException("no connection"));
        pass(COMPARES_EVERY);
        contents.answerSlots(OptionalInt.empty());
        assertEquals(List.of("+1@1"), said());
    }

    @Test
    void asks_a_slow_database_one_question_of_each_kind_at_a_time() {
        pass(Duration.ofSeconds(20));
        contents.slots.remove().completeExceptionally(new IllegalStateException("too slow"));
        pass(Duration.ofSeconds(20));
        assertEquals(1, contents.pages.size());
        assertEquals(1, contents.slots.size());
    }

    // Once it does.

    @Test
    void adds_what_the_index_has_and_it_has_not_heard_of() {
        knows();
        tell(new Scheduler.Told(ready(1, Priority.NORMAL, 1)));
        pass(COMPARES_EVERY);
        assertEquals(List.of("+1@1"), orders());
        contents.answerPage(List.of(candidate(1, Priority.NORMAL, 9, false), candidate(2, Priority.LOW, 4, false)));
        assertEquals(List.of("+2@4"), said());
    }

    @Test
    void compares_itself_with_the_index_page_by_page_and_begins_again() {
        contents.answerSlots(OptionalInt.empty());
        contents.answerPage(waiting(1, 2));
        pass(COMPARES_EVERY);
        assertNull(contents.pages.element().after());
        contents.answerPage(waiting(1, 1000));
        slots();
        assertTrue(contents.pages.isEmpty(), "a page at a time");
        pass(COMPARES_EVERY);
        assertEquals(id(1000), contents.pages.element().after());
        contents.answerPage(List.of());
        pass(COMPARES_EVERY);
        assertNull(contents.pages.element().after());
    }

    @Test
    void asks_those_that_hold_a_slice_where_they_stand() {
        knows();
        tell(new Scheduler.Told(ready(1, Priority.NORMAL, 1)));
        tell(new Scheduler.Told(running(1, 1)));
        said();
        pass(COMPARES_EVERY);
        assertEquals(List.of("?1"), said());
    }

    @Test
    void grants_when_a_job_says_that_it_is_ready_and_when_a_place_is_freed() {
        knows();
        tell(new Scheduler.Told(ready(1, Priority.NORMAL, 1)));
        assertEquals(List.of("+1@1"), said());
        tell(new Scheduler.Told(new Standing.HostFull(id(1), 1, HOST, 4, 0)));
        assertEquals(List.of(), said());
        tell(new Scheduler.Freed(HOST, NODE));
        assertEquals(List.of("+1@1"), said());
        tell(new Scheduler.Told(running(1, 1)));
        tell(new Scheduler.Told(new Standing.Ready(id(2), ANNA, Priority.NORMAL, 1, "other.example:80", START)));
        assertEquals(List.of("+2@1"), said());
        tell(new Scheduler.Told(new Standing.NodeFull(id(2), 1, 4, NODE)));
        assertEquals(List.of(), said());
        tell(new Scheduler.Freed(null, NODE));
        assertEquals(List.of("+2@1"), said());
    }

    @Test
    void tries_again_by_itself_when_the_word_of_a_free_place_gets_lost() {
        knows();
        tell(new Scheduler.Told(ready(1, Priority.NORMAL, 1)));
        tell(new Scheduler.Told(new Standing.HostFull(id(1), 1, HOST, 4, 0)));
        said();
        pass(Duration.ofMillis(1999));
        assertEquals(List.of(), said());
        pass(Duration.ofMillis(1));
        assertTrue(said().contains("+1@1"));
    }

    @Test
    void renews_the_slice_of_a_job_that_is_alone_and_ends_it_once_another_waits() {
        contents.answerPage(List.of());
        contents.answerSlots(OptionalInt.of(1));
        tell(new Scheduler.Told(ready(1, Priority.NORMAL, 1)));
        tell(new Scheduler.Told(running(1, 1)));
        said();
        pass(SLICE.minusMillis(1));
        assertEquals(List.of(), orders());
        pass(Duration.ofMillis(1));
        assertEquals(List.of("=1@2"), orders());
        tell(new Scheduler.Told(running(1, 2)));
        tell(new Scheduler.Told(ready(2, Priority.NORMAL, 1)));
        pass(SLICE);
        assertEquals("-1", orders().getFirst());
        tell(new Scheduler.Told(ready(1, Priority.NORMAL, 3)));
        assertEquals(List.of("+2@1"), orders());
    }

    @Test
    void has_one_timer_that_goes_where_nothing_is_due() {
        knows();
        tell(new Scheduler.Told(ready(1, Priority.NORMAL, 1)));
        tell(new Scheduler.Told(new Standing.Gone(id(1))));
        assertEquals(List.of("+1@1"), said());
        pass(Duration.ofSeconds(3)); // when the offer would have been repeated
        assertEquals(List.of(), orders());
    }

    @Test
    void goes_on_at_once_where_one_plan_is_not_enough() {
        contents.answerSlots(OptionalInt.empty());
        contents.answerPage(LongStream.rangeClosed(1, 600)
                .mapToObj(job -> candidate(job, Priority.FOREGROUND, 1, false))
                .toList());
        slots();
        time.timePasses(Duration.ofMillis(100));
        slots();
        time.timePasses(Duration.ofMillis(100));
        assertEquals(600, said().size());
    }

    // Settings.

    @Test
    void follows_the_slots_of_its_queue() {
        knows();
        for (long job = 1; job <= 4; job++) tell(new Scheduler.Told(ready(job, Priority.NORMAL, 1)));
        assertEquals(List.of("+1@1", "+2@1"), said());
        assertEquals(new Queues.Slots(2, false, 2), slots());
        change(OptionalInt.of(3));
        assertEquals(List.of("+3@1"), said());
        assertEquals(new Queues.Slots(3, true, 3), slots());
        for (long job = 1; job <= 3; job++) tell(new Scheduler.Told(running(job, 1)));
        change(OptionalInt.empty());
        assertEquals(1, orders().size());
        assertEquals(new Queues.Slots(2, false, 3), slots());
    }

    @Test
    void stops_the_jobs_of_an_owner_who_logs_off_until_he_logs_on() {
        knows();
        tell(new Scheduler.Told(ready(1, Priority.NORMAL, 1)));
        tell(new Scheduler.Told(running(1, 1)));
        said();
        contents.away = Set.of(new LoggedOff(ANNA, START));
        change(OptionalInt.empty());
        assertEquals(List.of("-1"), orders());
        tell(new Scheduler.Told(ready(1, Priority.NORMAL, 2)));
        assertEquals(List.of(), orders());
        assertEquals(List.of("OWNER_LOGGED_OFF"), reasons(1));
        contents.away = Set.of(new LoggedOff(BEN, START));
        change(OptionalInt.empty());
        assertEquals(List.of("+1@2"), orders());
    }

    @Test
    void gives_no_slice_to_a_job_that_comes_to_an_empty_queue_after_its_owner_logged_off() {
        knows();
        sessions.logOff(ANNA, START); // and it is told nothing
        tell(new Scheduler.Told(ready(1, Priority.NORMAL, 1)));
        assertEquals(List.of(), said());
        assertEquals(List.of("OWNER_LOGGED_OFF"), reasons(1));
        sessions.logOn(ANNA);
        tell(new Scheduler.SettingsChanged());
        assertEquals(List.of("+1@1"), said());
    }

    @Test
    void looks_at_who_is_logged_off_with_every_comparison() {
        knows();
        tell(new Scheduler.Told(ready(1, Priority.NORMAL, 1)));
        tell(new Scheduler.Told(running(1, 1)));
        said();
        contents.away = Set.of(new LoggedOff(ANNA, START)); // on another node, whose word got lost
        assertEquals(List.of(), orders());
        pass(COMPARES_EVERY);
        assertEquals(List.of("-1"), orders());
    }

    @Test
    void asks_the_index_nothing_when_its_first_job_comes() {
        knows();
        for (long slice = 1; slice <= 100; slice++) {
            tell(new Scheduler.Told(ready(1, Priority.NORMAL, slice)));
            tell(new Scheduler.Told(new Standing.Gone(id(1))));
        }
        assertEquals(100, said().size());
        assertTrue(contents.slots.isEmpty());
    }

    @Test
    void reads_its_settings_again_when_they_change_while_they_are_read() {
        contents.answerPage(waiting(1, 5));
        tell(new Scheduler.SettingsChanged());
        tell(new Scheduler.SettingsChanged());
        contents.answerSlots(OptionalInt.of(1));
        assertEquals(List.of("+1@1"), said());
        contents.answerSlots(OptionalInt.of(3));
        assertEquals(List.of("+2@1", "+3@1"), said());
        assertTrue(contents.slots.isEmpty());
    }

    // Questions, and the end.

    @Test
    void says_why_a_job_waits() {
        knows();
        for (long job = 1; job <= 3; job++) tell(new Scheduler.Told(ready(job, Priority.NORMAL, 1)));
        assertEquals(List.of(), reasons(1));
        assertEquals(List.of("QUEUE_SLOTS"), reasons(3));
        assertEquals(List.of(), reasons(99));
    }

    @Test
    void leaves_memory_when_its_queue_is_empty() {
        knows();
        pass(COMPARES_EVERY);
        shard.expectMessage(new ClusterSharding.Passivate<>(scheduler));
        tell(new Scheduler.Stop());
        shard.expectTerminated(scheduler);
    }

    @Test
    void stays_while_it_has_not_read_its_queue_and_while_there_is_a_job() {
        contents.answerSlots(OptionalInt.empty());
        pass(COMPARES_EVERY);
        contents.answerPage(waiting(1, 1));
        pass(COMPARES_EVERY);
        tell(new Scheduler.Told(new Standing.Gone(id(1))));
        shard.expectNoMessage(Duration.ZERO);
        pass(COMPARES_EVERY);
        shard.expectMessage(new ClusterSharding.Passivate<>(scheduler));
    }

    @Test
    void goes_on_when_a_job_comes_while_it_is_about_to_leave() {
        knows();
        pass(COMPARES_EVERY);
        shard.expectMessage(new ClusterSharding.Passivate<>(scheduler));
        tell(new Scheduler.Told(ready(1, Priority.NORMAL, 1)));
        assertEquals(List.of("+1@1"), said());
    }

    /** It has read its settings, and that the queue is empty. */
    private void knows() {
        contents.answerSlots(OptionalInt.empty());
        contents.answerPage(List.of());
        slots();
    }

    private void change(OptionalInt own) {
        tell(new Scheduler.SettingsChanged());
        contents.answerSlots(own);
        slots();
    }

    private void tell(Scheduler.Message message) {
        scheduler.tell(message);
        if (!(message instanceof Scheduler.Stop)) slots();
    }

    /** Its answer comes after all that it was told before. */
    private Queues.Slots slots() {
        scheduler.tell(new Scheduler.GetSlots(slots.ref()));
        return slots.receiveMessage();
    }

    private List<String> reasons(long job) {
        scheduler.tell(new Scheduler.Explain(id(job), explained.ref()));
        return explained.receiveMessage().reasons().stream()
                .map(Queues.Reason::code)
                .toList();
    }

    private List<String> said() {
        slots();
        return jobs.news().stream().map(ToldJobs.Told::text).toList();
    }

    /** Without the questions that come with every comparison. */
    private List<String> orders() {
        return said().stream().filter(text -> !text.startsWith("?")).toList();
    }

    /** Time passes for timers and for who looks at the clock. */
    private void pass(Duration duration) {
        clock.advance(duration);
        time.timePasses(duration);
        slots();
    }

    private static List<Candidate> waiting(long from, long to) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(job -> candidate(job, Priority.NORMAL, 1, false))
                .toList();
    }

    private static Candidate candidate(long job, Priority priority, long nextSlice, boolean running) {
        return new Candidate(
                id(job),
                ANNA,
                priority,
                nextSlice,
                HOST,
                START.minusSeconds(5000).plusSeconds(job),
                running,
                running ? START.plus(SLICE) : null);
    }

    private Standing ready(long job, Priority priority, long nextSlice) {
        return new Standing.Ready(
                id(job), ANNA, priority, nextSlice, HOST, clock.instant().plusMillis(job));
    }

    private Standing running(long job, long slice) {
        return new Standing.Running(
                id(job), ANNA, Priority.NORMAL, slice, HOST, clock.instant().plus(SLICE), NODE);
    }
}
