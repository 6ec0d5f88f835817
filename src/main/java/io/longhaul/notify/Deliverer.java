package io.longhaul.notify;

import io.longhaul.entity.Notifications.Delivery;
import io.longhaul.entity.Notifications.Outcome;
import io.longhaul.entity.Webhooks;
import io.longhaul.job.JobSpec.Notify;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;

/** Makes one attempt: BITS's callback, which is a webhook here, and where that fails its command line. */
public final class Deliverer {
    private final Webhooks webhooks;
    private final Commands commands;
    private final Signature signature;
    private final DeliveryRules rules;
    private final Clock clock;

    /**
     * @throws IllegalArgumentException where a secret is none
     */
    public Deliverer(Webhooks webhooks, NotifySettings settings, Clock clock) {
        this.webhooks = webhooks;
        this.commands = new Commands(settings.commands(), settings.commandTimeout());
        this.signature = new Signature(settings.secrets());
        this.rules = new DeliveryRules(settings.firstRetry(), settings.longestRetry());
        this.clock = clock;
    }

    CompletionStage<Outcome> deliver(Delivery delivery) {
        Notify notify = delivery.job().spec().notification();
        if (notify == null || !DeliveryRules.isWanted(delivery))
            return CompletableFuture.completedStage(Outcome.givenUp(null, "The job does not ask for it any more."));
        String failure = delivery.failure();
        if (failure != null && DeliveryRules.isOver(delivery))
            return CompletableFuture.completedStage(Outcome.givenUp(null, failure));
        byte[] body = Body.of(delivery);
        if (notify.url() == null) return command(delivery, notify, body);
        String id = delivery.key().id();
        return webhooks.post(delivery.job(), notify.url(), signature.headers(id, clock.instant(), body), body)
                .thenCompose(reply -> {
                    Optional<Outcome> outcome = rules.afterReply(
                            delivery,
                            reply,
                            clock.instant(),
                            ThreadLocalRandom.current().nextDouble());
                    return outcome.<CompletionStage<Outcome>>map(CompletableFuture::completedStage)
                            .orElseGet(() -> command(delivery, notify, body));
                });
    }

    private CompletionStage<Outcome> command(Delivery delivery, Notify notify, byte[] body) {
        Map<String, String> variables = Map.of(
                "LONGHAUL_NOTIFICATION", delivery.key().id(),
                "LONGHAUL_EVENT", delivery.key().event().name(),
                "LONGHAUL_JOB", delivery.key().job().toString(),
                "LONGHAUL_OWNER", delivery.job().spec().owner().name());
        return commands.run(String.valueOf(notify.command()), variables, body)
                .thenApply(result -> DeliveryRules.afterCommand(delivery, result, clock.instant()));
    }
}
