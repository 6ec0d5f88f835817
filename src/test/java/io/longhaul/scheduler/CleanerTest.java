package io.longhaul.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.DispatcherSelector;
import com.typesafe.config.ConfigFactory;
import io.longhaul.entity.Expired;
import io.longhaul.job.JobId;
import io.longhaul.job.Retention;
import io.longhaul.testkit.JobFixtures;
import io.longhaul.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What removes old jobs")
class CleanerTest {
    private static final Duration KEPT = Duration.ofDays(7);
    private static final Duration LOOKS_FOR_JOBS_EVERY = Duration.ofSeconds(10);
    private static final ActorTestKit KIT =
            ActorTestKit.create(ManualTime.config().withFallback(ConfigFactory.parseString("akka.loglevel = ERROR")));

    /** What is told has happened when the call returns. */
    private static final DispatcherSelector ON_THE_CALLERS_THREAD =
            DispatcherSelector.fromConfig("akka.test.calling-thread-dispatcher");

    private final ManualTime time = ManualTime.get(KIT.system());
    private final TestClock clock = new TestClock();
    private final TestProbe<String> asked = KIT.createTestProbe();
    private final Queue<CompletableFuture<Expired.Jobs>> jobs = new ConcurrentLinkedQueue<>();
    private final Queue<CompletableFuture<Expired.Calls>> calls = new ConcurrentLinkedQueue<>();
    private @Nullable ActorRef<Cleaner.Message> cleaner;

    @AfterAll
    static void stopKit() {
        KIT.shutdownTestKit();
    }

    @AfterEach
    void stop() {
        KIT.stop(cleaner);
    }

    /** Starts it, and lets time pass until it looks for jobs for the first time. */
    private void start(Duration kept, Duration firstLook) {
        startFor(kept);
        time.timePasses(firstLook);
        asked.expectMessage("1000 jobs from null until " + clock.instant().minus(kept));
    }

    private void startFor(Duration kept) {
        cleaner = KIT.spawn(Cleaner.create(new Asked(), new Retention(kept), clock), ON_THE_CALLERS_THREAD);
    }

    private void pass(Duration duration) {
        clock.advance(duration);
        time.timePasses(duration);
    }

    private void answer(int removed, @Nullable Instant next) {
        jobs.remove().complete(new Expired.Jobs(removed, next));
    }

    private void expectJobs(int most, @Nullable Instant from) {
        asked.expectMessage(
                most + " jobs from " + from + " until " + clock.instant().minus(KEPT));
    }

    private void expectNothing() {
        asked.expectNoMessage(Duration.ofMillis(1)); // it would be there already
    }

    @Test
    void looks_again_after_a_while_when_nothing_is_left() {
        start(KEPT, LOOKS_FOR_JOBS_EVERY);
        answer(3, null);
        pass(LOOKS_FOR_JOBS_EVERY.minusMillis(1));
        expectNothing();
        pass(Duration.ofMillis(1));
        expectJobs(1000, null);
    }

    @Test
    void rests_three_times_as_long_as_a_batch_took() {
        start(KEPT, LOOKS_FOR_JOBS_EVERY);
        Instant next = clock.instant().minus(KEPT).minusSeconds(60);
        clock.advance(Duration.ofMillis(200));
        answer(1000, next);
        pass(Duration.ofMillis(599));
        expectNothing();
        pass(Duration.ofMillis(1));
        expectJobs(1000, next);
    }

    @Test
    void does_not_rest_while_jobs_go_more_than_a_tenth_of_their_time_too_late() {
        start(KEPT, LOOKS_FOR_JOBS_EVERY);
        Instant next = clock.instant().minus(KEPT).minus(KEPT.dividedBy(10)).minusSeconds(60);
        clock.advance(Duration.ofMillis(200));
        answer(1000, next);
        pass(Duration.ofMillis(10));
        expectJobs(1000, next);
    }

    @Test
    void takes_smaller_batches_where_the_database_does_not_manage_and_larger_ones_again() {
        start(KEPT, LOOKS_FOR_JOBS_EVERY);
        Instant next = clock.instant().minus(KEPT);
        jobs.remove().completeExceptionally(new IllegalStateException("too slow"));
        pass(LOOKS_FOR_JOBS_EVERY);
        expectJobs(500, null);
        answer(500, next);
        pass(Duration.ofMillis(10));
        expectJobs(1000, next);
    }

    @Test
    void looks_more_often_for_what_is_kept_for_a_short_time() {
        startFor(Duration.ofSeconds(5));
        time.timePasses(Duration.ofMillis(500));
        Instant until = clock.instant().minusSeconds(5);
        assertEquals(
                Set.of("1000 jobs from null until " + until, "calls until " + until + " from the first"),
                Set.copyOf(asked.receiveSeveralMessages(2)));
    }

    @Test
    void goes_through_the_calls_page_by_page_every_hour() {
        start(KEPT, LOOKS_FOR_JOBS_EVERY);
        pass(Duration.ofHours(1));
        asked.expectMessage("calls until " + clock.instant().minus(KEPT) + " from the first");
        calls.remove().complete(new Expired.Calls(7, JobFixtures.id(9)));
        pass(Duration.ofMillis(10));
        asked.expectMessage("calls until " + clock.instant().minus(KEPT) + " from " + JobFixtures.id(9));
        calls.remove().complete(new Expired.Calls(7, null));
        pass(Duration.ofHours(1));
        asked.expectMessage("calls until " + clock.instant().minus(KEPT) + " from the first");
        calls.remove().completeExceptionally(new IllegalStateException("no connection"));
        pass(LOOKS_FOR_JOBS_EVERY);
        asked.expectMessage("calls until " + clock.instant().minus(KEPT) + " from the first");
        assertEquals(1, calls.size());
    }

    private final class Asked implements Expired {
        @Override
        public CompletionStage<Jobs> removeJobs(@Nullable Instant from, Instant finalUntil, int most) {
            CompletableFuture<Jobs> answer = new CompletableFuture<>();
            jobs.add(answer);
            asked.ref().tell(most + " jobs from " + from + " until " + finalUntil);
            return answer;
        }

        @Override
        public CompletionStage<Calls> removeCalls(Instant until, @Nullable JobId after, int most) {
            CompletableFuture<Calls> answer = new CompletableFuture<>();
            calls.add(answer);
            asked.ref().tell("calls until " + until + " from " + (after == null ? "the first" : after));
            return answer;
        }
    }
}
