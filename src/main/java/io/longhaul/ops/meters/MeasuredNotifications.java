package io.longhaul.ops.meters;

import io.longhaul.entity.NotificationKey;
import io.longhaul.entity.Notifications;
import io.longhaul.job.JobId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Counts what comes of attempts to tell owners. */
public final class MeasuredNotifications implements Notifications {
    private final Notifications notifications;
    private final MeterRegistry registry;

    public MeasuredNotifications(Notifications notifications, MeterRegistry registry) {
        this.notifications = notifications;
        this.registry = registry;
    }

    @Override
    public CompletionStage<Round> take(@Nullable String after, Instant now, Instant until, int perOwner, int most) {
        return notifications.take(after, now, until, perOwner, most);
    }

    @Override
    public CompletionStage<Void> settle(NotificationKey key, Outcome outcome) {
        return notifications.settle(key, outcome).whenComplete((done, failure) -> {
            if (failure != null) return;
            Counter.builder("longhaul.notification.attempts")
                    .description(
                            "Attempts to tell owners, by event and by what came of them; pending ones are repeated")
                    .tag("event", key.event().name())
                    .tag("outcome", outcome.state().name().toLowerCase(Locale.ROOT))
                    .register(registry)
                    .increment();
        });
    }

    @Override
    public CompletionStage<List<Entry>> ofJob(JobId job, @Nullable NotificationKey after, int limit) {
        return notifications.ofJob(job, after, limit);
    }

    @Override
    public CompletionStage<Optional<Entry>> again(NotificationKey key, Instant now) {
        return notifications.again(key, now);
    }
}
