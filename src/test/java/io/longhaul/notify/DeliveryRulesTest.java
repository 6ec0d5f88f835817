package io.longhaul.notify;

import static io.longhaul.testkit.JobFixtures.ID;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.JobSummary;
import io.longhaul.entity.NotificationKey;
import io.longhaul.entity.Notifications.Delivery;
import io.longhaul.entity.Notifications.News;
import io.longhaul.entity.Notifications.Outcome;
import io.longhaul.entity.Notifications.State;
import io.longhaul.entity.Webhooks.Reply;
import io.longhaul.job.JobSpec.Notify;
import io.longhaul.job.JobSpec.NotifyEvent;
import io.longhaul.job.StateName;
import io.longhaul.testkit.JobFixtures;
import io.longhaul.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What comes of an attempt to tell an owner")
class DeliveryRulesTest {
    private static final Instant NOW = JobFixtures.START;
    private static final DeliveryRules RULES = new DeliveryRules(Duration.ofSeconds(5), Duration.ofHours(1));
    private static final NotifySettings SETTINGS = new NotifySettings(
            List.of(),
            Duration.ofSeconds(20),
            2,
            4,
            Duration.ofSeconds(5),
            Duration.ofHours(1),
            Map.of(),
            Duration.ofSeconds(60));
    private static final Notify WEBHOOK = new Notify(List.of(NotifyEvent.values()), "https://hooks.example/");
    private static final Notify BOTH =
            new Notify(List.of(NotifyEvent.values()), "https://hooks.example/", "mail-owner", null);

    private static Delivery delivery(Notify notify, NotifyEvent event, StateName state, int attempts) {
        return delivery(notify, event, state, attempts, null);
    }

    private static Delivery delivery(Notify notify, NotifyEvent event, StateName state, int attempts, String failure) {
        JobSummary job = JobSummary.of(
                JobFixtures.job(JobFixtures.notifying(notify), 2).to(state).job());
        return new Delivery(
                new NotificationKey(ID, 3, event), NOW, new News(job, null), List.of(), job, attempts, failure);
    }

    private static Outcome after(Delivery delivery, Integer status, Duration retryAfter) {
        return RULES.afterReply(delivery, new Reply(status, "text", retryAfter), NOW, 0)
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "200, DELIVERED",
        "204, DELIVERED",
        "302, PENDING",
        "404, PENDING",
        "500, PENDING",
        "410, GIVEN_UP",
        ", PENDING"
    })
    void follows_from_the_status(Integer status, State state) {
        Delivery delivery = delivery(WEBHOOK, NotifyEvent.JOB_ERROR, StateName.ERROR, 1);
        assertEquals(state, after(delivery, status, null).state());
    }

    @Test
    void is_another_attempt_after_twice_as_long_up_to_an_hour() {
        assertEquals(Duration.ofSeconds(5), RULES.delay(1, 0));
        assertEquals(Duration.ofSeconds(10), RULES.delay(2, 0));
        assertEquals(Duration.ofSeconds(2560), RULES.delay(10, 0));
        assertEquals(Duration.ofHours(1), RULES.delay(11, 0));
        assertEquals(Duration.ofHours(1), RULES.delay(Integer.MAX_VALUE, 0));
        assertEquals(Duration.ofMillis(5500), RULES.delay(1, 1), "and up to a tenth more");
        Delivery third = delivery(WEBHOOK, NotifyEvent.JOB_ERROR, StateName.ERROR, 3);
        assertEquals(NOW.plusSeconds(20), after(third, 500, null).due());
    }

    @Test
    void obeys_Retry_After_within_a_day() {
        Delivery delivery = delivery(WEBHOOK, NotifyEvent.JOB_ERROR, StateName.ERROR, 1);
        assertEquals(
                NOW.plusSeconds(90),
                after(delivery, 503, Duration.ofSeconds(90)).due());
        assertEquals(
                NOW.plusSeconds(5), after(delivery, 503, Duration.ofSeconds(1)).due());
        assertEquals(
                NOW.plus(Duration.ofDays(1)),
                after(delivery, 429, Duration.ofDays(30)).due());
    }

    @Test
    void is_no_second_attempt_with_a_modification() {
        Delivery delivery = delivery(BOTH, NotifyEvent.JOB_MODIFICATION, StateName.QUEUED, 1);
        assertEquals(State.GIVEN_UP, after(delivery, 500, null).state());
    }

    @Test
    void is_the_command_where_the_webhook_fails_and_there_is_one() {
        Delivery delivery = delivery(BOTH, NotifyEvent.JOB_ERROR, StateName.ERROR, 1);
        assertEquals(Optional.empty(), RULES.afterReply(delivery, new Reply(410, "text", null), NOW, 0));
        assertEquals(Optional.empty(), RULES.afterReply(delivery, new Reply(null, "text", null), NOW, 0));
        assertEquals(State.DELIVERED, after(delivery, 200, null).state());
        Delivery file = delivery(BOTH, NotifyEvent.FILE_TRANSFERRED, StateName.QUEUED, 1);
        assertEquals(State.PENDING, after(file, 500, null).state(), "BITS runs it for two events only");
    }

    @Test
    void is_another_attempt_with_both_after_the_retry_delay_as_long_as_the_job_is_there() {
        Delivery delivery = delivery(BOTH, NotifyEvent.JOB_TRANSFERRED, StateName.TRANSFERRED, 1);
        assertEquals(
                Outcome.again(null, "text", NOW.plus(JobFixtures.RETRY_DELAY)),
                DeliveryRules.afterCommand(delivery, new Commands.Result(false, "text"), NOW));
        assertEquals(
                Outcome.delivered(null, "text"),
                DeliveryRules.afterCommand(delivery, new Commands.Result(true, "text"), NOW));
        Delivery completed = delivery(BOTH, NotifyEvent.JOB_TRANSFERRED, StateName.ACKNOWLEDGED, 1);
        assertEquals(
                Outcome.givenUp(null, "text"),
                DeliveryRules.afterCommand(completed, new Commands.Result(false, "text"), NOW));
    }

    /** Neither does anybody call the webhook again, which is tried together with the command. */
    @Test
    void is_no_other_attempt_with_the_command_once_the_job_is_completed_or_cancelled() {
        List<String> called = new ArrayList<>();
        Deliverer deliverer = new Deliverer(
                (job, url, headers, body) -> {
                    called.add(url);
                    return CompletableFuture.completedStage(new Reply(204, "text", null));
                },
                SETTINGS,
                new TestClock());
        for (StateName over : List.of(StateName.ACKNOWLEDGED, StateName.CANCELLED)) {
            Delivery second = delivery(BOTH, NotifyEvent.JOB_TRANSFERRED, over, 2, "Exit code 3.");
            assertEquals(
                    Outcome.givenUp(null, "Exit code 3."),
                    deliverer.deliver(second).toCompletableFuture().join());
        }
        assertEquals(List.of(), called);
        Delivery asked = delivery(BOTH, NotifyEvent.JOB_TRANSFERRED, StateName.ACKNOWLEDGED, 3);
        assertEquals(
                State.DELIVERED,
                deliverer.deliver(asked).toCompletableFuture().join().state(),
                "the first one, or one that somebody asked for");
        Delivery there = delivery(BOTH, NotifyEvent.JOB_TRANSFERRED, StateName.TRANSFERRED, 2, "Exit code 3.");
        assertFalse(DeliveryRules.isOver(there));
        Delivery webhook =
                delivery(WEBHOOK, NotifyEvent.JOB_TRANSFERRED, StateName.ACKNOWLEDGED, 2, "HTTP status 500.");
        assertFalse(DeliveryRules.isOver(webhook), "a webhook alone is tried for as long as it takes");
    }

    @Test
    void is_none_at_all_where_the_job_does_not_ask_for_it_any_more() {
        assertTrue(DeliveryRules.isWanted(delivery(WEBHOOK, NotifyEvent.JOB_ERROR, StateName.ERROR, 1)));
        assertFalse(DeliveryRules.isWanted(delivery(null, NotifyEvent.JOB_ERROR, StateName.ERROR, 1)));
        Notify other = new Notify(List.of(NotifyEvent.JOB_TRANSFERRED), "https://hooks.example/");
        assertFalse(DeliveryRules.isWanted(delivery(other, NotifyEvent.JOB_ERROR, StateName.ERROR, 1)));
    }
}
