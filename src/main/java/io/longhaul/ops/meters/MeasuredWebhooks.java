package io.longhaul.ops.meters;

import io.longhaul.entity.JobSummary;
import io.longhaul.entity.Webhooks;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Times the calls of receivers, by the class of the status: there may be hundreds of them, and any receiver's. */
public final class MeasuredWebhooks implements Webhooks {
    private final Webhooks webhooks;
    private final MeterRegistry registry;

    public MeasuredWebhooks(Webhooks webhooks, MeterRegistry registry) {
        this.webhooks = webhooks;
        this.registry = registry;
    }

    @Override
    public CompletionStage<Reply> post(JobSummary job, String url, Map<String, String> headers, byte[] body) {
        Timer.Sample sample = Timer.start(registry);
        return webhooks.post(job, url, headers, body)
                .whenComplete((reply, failure) ->
                        sample.stop(Buckets.timer("longhaul.webhook.calls", "Calls of webhooks, by what they answered")
                                .tag("status", statusClass(reply == null ? null : reply.status()))
                                .register(registry)));
    }

    private static String statusClass(@Nullable Integer status) {
        return status == null ? "none" : status / 100 + "xx";
    }
}
