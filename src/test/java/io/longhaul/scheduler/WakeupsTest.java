package io.longhaul.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import io.longhaul.entity.DueJobs.Due;
import io.longhaul.entity.Queues;
import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import io.longhaul.testkit.JobFixtures;
import io.longhaul.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What wakes jobs and queues")
class WakeupsTest {
    private static final Duration LOOKS_EVERY = Duration.ofMillis(500);
    private static final Duration VISITS_EVERY = Duration.ofSeconds(2);
    private static final ActorTestKit KIT =
            ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.parseString("akka.loglevel = ERROR")));

    private final ManualTime time = ManualTime.get(KIT.system());
    private final TestClock clock = new TestClock();
    private final Queue<CompletableFuture<List<Due>>> reads = new ConcurrentLinkedQueue<>();

    /** What the actor does about jobs, in its order: it looks into the index, and it wakes. */
    private final TestProbe<String> aboutJobs = KIT.createTestProbe();

    private final TestProbe<String> aboutQueues = KIT.createTestProbe();
    private final ToldJobs jobs = new ToldJobs(told -> aboutJobs.ref().tell(told.text()));
    private final FakeContents contents =
            new FakeContents(after -> aboutQueues.ref().tell("reads from " + (after == null ? "the first" : after)));
    private ActorRef<Wakeups.Message> wakeups;

    @AfterAll
    static void stopKit() {
        KIT.shutdownTestKit();
    }

    @BeforeEach
    void start() {
        wakeups = KIT.spawn(Wakeups.create(this::due, contents, jobs, new Visited(), clock));
        aboutQueues.awaitAssert(() -> {
            time.timePasses(Duration.ofMillis(10)); // the timers are set once the actor has begun
            aboutJobs.expectMessage(Duration.ofMillis(50), "looks");
            return null;
        });
        aboutQueues.expectMessage("reads from the first");
    }

    @AfterEach
    void stop() {
        KIT.stop(wakeups);
    }

    @Test
    void wakes_what_is_due() {
        answer(1, 2);
        aboutJobs.expectMessage("!1");
        aboutJobs.expectMessage("!2");
    }

    @Test
    void wakes_a_job_once_while_the_index_still_shows_it_as_due() {
        answer(1);
        aboutJobs.expectMessage("!1");
        look(LOOKS_EVERY);
        answer(1, 2);
        aboutJobs.expectMessage("!2");
    }

    @Test
    void wakes_a_job_again_that_is_still_due_after_a_while() {
        answer(1);
        aboutJobs.expectMessage("!1");
        look(Duration.ofMillis(4999));
        answerInVain(1);
        clock.advance(Duration.ofMillis(1));
        answer(1);
        aboutJobs.expectMessage("!1");
    }

    @Test
    void goes_on_after_a_full_page_and_then_begins_again() {
        answer(LongStream.range(1000, 2000).toArray());
        for (long job = 1000; job < 2000; job++) aboutJobs.expectMessage("!" + job);
        pass(LOOKS_EVERY);
        aboutJobs.expectMessage("looks after the first page");
        answer(2000);
        aboutJobs.expectMessage("!2000");
        look(LOOKS_EVERY);
    }

    @Test
    void visits_the_queues_page_by_page_and_begins_again() {
        List<String> first = IntStream.range(1000, 2000).mapToObj(n -> "q" + n).toList();
        contents.answerQueues(first);
        for (String name : first) aboutQueues.expectMessage("wakes " + name);
        pass(VISITS_EVERY);
        aboutQueues.expectMessage("reads from q1999");
        contents.answerQueues(List.of("q2000"));
        aboutQueues.expectMessage("wakes q2000");
        pass(VISITS_EVERY);
        aboutQueues.expectMessage("reads from the first");
    }

    @Test
    void goes_on_when_the_index_does_not_answer() {
        reads.remove().completeExceptionally(new IllegalStateException("no connection"));
        contents.queues.remove().answer().completeExceptionally(new IllegalStateException("no connection"));
        pass(VISITS_EVERY);
        aboutJobs.expectMessage("looks");
        aboutQueues.expectMessage("reads from the first");
        answer(1);
        aboutJobs.expectMessage("!1");
        contents.answerQueues(List.of("default"));
        aboutQueues.expectMessage("wakes default");
    }

    @Test
    void asks_a_slow_database_one_question_of_each_kind_at_a_time() {
        pass(Duration.ofSeconds(30));
        answer(1);
        aboutJobs.expectMessage("!1");
        contents.answerQueues(List.of("default"));
        aboutQueues.expectMessage("wakes default");
    }

    private void look(Duration later) {
        pass(later);
        aboutJobs.expectMessage("looks");
    }

    private void pass(Duration duration) {
        clock.advance(duration);
        time.timePasses(duration);
    }

    private void answer(long... jobs) {
        reads.remove().complete(Arrays.stream(jobs).mapToObj(WakeupsTest::due).toList());
    }

    /** It looks again, at the same instant, and has woken none of them. */
    private void answerInVain(long... jobs) {
        answer(jobs);
        time.timePasses(LOOKS_EVERY);
        aboutJobs.expectMessage("looks");
    }

    private static Due due(long job) {
        return new Due(TestClock.START, JobFixtures.id(job));
    }

    private CompletionStage<List<Due>> due(Instant by, @Nullable Due after, int limit) {
        assertEquals(1000, limit);
        CompletableFuture<List<Due>> answer = new CompletableFuture<>();
        reads.add(answer);
        aboutJobs.ref().tell(after == null ? "looks" : "looks after the first page");
        assertTrue(after == null || after.equals(due(1999)));
        return answer;
    }

    /** Schedulers that only say that they were woken. */
    private final class Visited implements Queues {
        @Override
        public void othersWait(String queue, Rivals rivals) {
            throw new IllegalStateException("Nodes tell");
        }

        @Override
        public void wake(String queue) {
            aboutQueues.ref().tell("wakes " + queue);
        }

        @Override
        public void tell(String queue, Standing standing) {
            throw new IllegalStateException("Jobs tell");
        }

        @Override
        public void freed(String queue, @Nullable String host) {
            throw new IllegalStateException("Nodes tell");
        }

        @Override
        public CompletionStage<List<Reason>> explain(String queue, JobId id) {
            throw new IllegalStateException("Owners ask");
        }

        @Override
        public CompletionStage<Slots> slots(String queue) {
            throw new IllegalStateException("Owners ask");
        }

        @Override
        public CompletionStage<Void> setBackgroundSlots(String queue, OptionalInt slots) {
            throw new IllegalStateException("Administrators set");
        }

        @Override
        public CompletionStage<Void> logOff(Owner owner) {
            throw new IllegalStateException("Owners log off");
        }

        @Override
        public CompletionStage<Void> logOn(Owner owner) {
            throw new IllegalStateException("Owners log on");
        }

        @Override
        public CompletionStage<Optional<Instant>> loggedOffSince(Owner owner) {
            throw new IllegalStateException("Somebody asks for an owner");
        }
    }
}
