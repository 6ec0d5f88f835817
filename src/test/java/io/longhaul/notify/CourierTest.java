package io.longhaul.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.longhaul.entity.JobSummary;
import io.longhaul.entity.NotificationKey;
import io.longhaul.entity.Notifications;
import io.longhaul.entity.Notifications.Delivery;
import io.longhaul.entity.Notifications.News;
import io.longhaul.entity.Notifications.Outcome;
import io.longhaul.entity.Notifications.Round;
import io.longhaul.entity.Webhooks.Reply;
import io.longhaul.job.JobId;
import io.longhaul.job.JobSpec.Notify;
import io.longhaul.job.JobSpec.NotifyEvent;
import io.longhaul.job.StateName;
import io.longhaul.testkit.JobFixtures;
import io.longhaul.testkit.TestClock;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Who tells owners")
class CourierTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final JobSummary JOB = JobSummary.of(JobFixtures.job(
                    JobFixtures.notifying(new Notify(List.of(NotifyEvent.JOB_ERROR), "https://hooks.example/")), 1)
            .to(StateName.ERROR)
            .job());
    private static final NotifySettings SETTINGS = new NotifySettings(
            List.of(),
            Duration.ofSeconds(20),
            2,
            4,
            Duration.ofSeconds(5),
            Duration.ofHours(1),
            Map.of(),
            Duration.ofSeconds(60));

    /** A look for what is due, which the test answers. */
    private record Look(String after, int most, CompletableFuture<Round> answer) {}

    /** An attempt that was written down, which the test answers. */
    private record Written(NotificationKey key, Outcome outcome, CompletableFuture<Void> answer) {}

    private final BlockingQueue<Look> looks = new LinkedBlockingQueue<>();
    private final BlockingQueue<Written> written = new LinkedBlockingQueue<>();
    private final BlockingQueue<CompletableFuture<Reply>> calls = new LinkedBlockingQueue<>();

    /** Hands every call over to the test. */
    private final class Desk implements Notifications {
        @Override
        public CompletionStage<Round> take(String after, Instant now, Instant until, int perOwner, int most) {
            assertEquals(4, perOwner);
            assertEquals(now.plusSeconds(25), until, "longer than an attempt can take");
            var look = new Look(after, most, new CompletableFuture<>());
            looks.add(look);
            return look.answer();
        }

        @Override
        public CompletionStage<Void> settle(NotificationKey key, Outcome outcome) {
            var settled = new Written(key, outcome, new CompletableFuture<>());
            written.add(settled);
            return settled.answer();
        }

        @Override
        public CompletionStage<List<Entry>> ofJob(JobId job, NotificationKey after, int limit) {
            throw new AssertionError("is not its business");
        }

        @Override
        public CompletionStage<Optional<Entry>> again(NotificationKey key, Instant now) {
            throw new AssertionError("is not its business");
        }
    }

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private void start() {
        Deliverer deliverer = new Deliverer(
                (job, url, headers, body) -> {
                    var call = new CompletableFuture<Reply>();
                    calls.add(call);
                    return call;
                },
                SETTINGS,
                new TestClock());
        KIT.spawn(Courier.create(new Desk(), deliverer, SETTINGS, new TestClock()));
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T element = queue.poll(20, TimeUnit.SECONDS);
        if (element == null) throw new AssertionError("Nothing came");
        return element;
    }

    private static Delivery delivery(long number) {
        return new Delivery(
                new NotificationKey(JobFixtures.id(number), 1, NotifyEvent.JOB_ERROR),
                TestClock.START,
                new News(JOB, null),
                List.of(),
                JOB,
                1,
                null);
    }

    @Test
    void has_so_many_attempts_under_way_and_goes_on_where_it_was() throws Exception {
        start();
        Look first = next(looks);
        assertEquals(2, first.most());
        first.answer().complete(new Round(List.of(delivery(1)), "alice"));
        CompletableFuture<Reply> call = next(calls);
        Look second = next(looks);
        assertEquals(1, second.most());
        assertEquals("alice", second.after());
        second.answer().complete(new Round(List.of(delivery(2)), null));
        next(calls);
        assertNull(looks.poll(600, TimeUnit.MILLISECONDS), "two are under way");
        call.complete(new Reply(200, "HTTP status 200.", null));
        Written done = next(written);
        assertEquals(Outcome.delivered(200, "HTTP status 200."), done.outcome());
        done.answer().complete(null);
        assertEquals(1, next(looks).most(), "at once, for the next of that job");
    }

    @Test
    void goes_on_after_the_database_was_away() throws Exception {
        start();
        next(looks).answer().completeExceptionally(new SQLException("away"));
        next(looks).answer().complete(new Round(List.of(delivery(1)), null));
        next(calls).complete(new Reply(500, "HTTP status 500.", null));
        next(looks).answer().complete(new Round(List.of(), null));
        next(written).answer().completeExceptionally(new SQLException("away"));
        Look look = next(looks);
        while (look.most() < 2) {
            look.answer().complete(new Round(List.of(), null));
            look = next(looks);
        }
    }
}
