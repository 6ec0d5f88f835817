package io.longhaul.notify;

import io.longhaul.entity.Notifications.Delivery;
import io.longhaul.entity.Notifications.Outcome;
import io.longhaul.entity.Webhooks.Reply;
import io.longhaul.job.JobSpec.Notify;
import io.longhaul.job.JobSpec.NotifyEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What comes of an attempt. Pure.
 *
 * @param firstRetry how long the second attempt waits; each further one twice as long
 * @param longestRetry the longest of these waits
 */
record DeliveryRules(Duration firstRetry, Duration longestRetry) {
    private static final int GONE = 410;
    private static final double JITTER = 0.1;

    /** A receiver cannot put its notifications to sleep for longer. */
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofDays(1);

    /** Whom the delivery is for wants it no more, or never did: what the job says now is what counts. */
    static boolean isWanted(Delivery delivery) {
        Notify notify = delivery.job().spec().notification();
        return notify != null && notify.tells(delivery.key().event());
    }

    /**
     * After the webhook answered, or did not. Empty: the command has to be run.
     *
     * @param random from 0 to 1, so that not all come back at one moment
     */
    Optional<Outcome> afterReply(Delivery delivery, Reply reply, Instant now, double random) {
        Integer status = reply.status();
        if (status != null && status >= 200 && status < 300)
            return Optional.of(Outcome.delivered(status, reply.text()));
        Notify notify = delivery.job().spec().notification();
        NotifyEvent event = delivery.key().event();
        if (notify != null && notify.runsCommandFor(event)) return Optional.empty();
        // BITS does not look at what JobModification returns; the next one says more.
        if (event == NotifyEvent.JOB_MODIFICATION) return Optional.of(Outcome.givenUp(status, reply.text()));
        if (status != null && status == GONE)
            return Optional.of(Outcome.givenUp(status, reply.text() + " The receiver wants to hear nothing more."));
        Duration wait = delay(delivery.attempts(), random);
        if (reply.retryAfter() != null) wait = longer(wait, shorter(reply.retryAfter(), LONGEST_RETRY_AFTER));
        return Optional.of(Outcome.again(status, reply.text(), now.plus(wait)));
    }

    /** Whether an attempt that would repeat one is none any more: the command is repeated for jobs that are there. */
    static boolean isOver(Delivery delivery) {
        Notify notify = delivery.job().spec().notification();
        return delivery.failure() != null
                && delivery.job().state().isFinal()
                && notify != null
                && notify.runsCommandFor(delivery.key().event());
    }

    /** After the command: as long as the job is neither completed nor cancelled, all is tried again. */
    static Outcome afterCommand(Delivery delivery, Commands.Result result, Instant now) {
        if (result.succeeded()) return Outcome.delivered(null, result.text());
        if (delivery.job().state().isFinal()) return Outcome.givenUp(null, result.text());
        return Outcome.again(null, result.text(), now.plus(delivery.job().spec().minimumRetryDelay()));
    }

    /**
     * How long to wait after so many attempts.
     *
     * @param attempts at least 1
     */
    Duration delay(int attempts, double random) {
        Duration wait = firstRetry;
        for (int i = 1; i < attempts && wait.compareTo(longestRetry) < 0; i++) wait = wait.multipliedBy(2);
        wait = shorter(wait, longestRetry);
        return wait.plusMillis((long) (wait.toMillis() * JITTER * random));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
