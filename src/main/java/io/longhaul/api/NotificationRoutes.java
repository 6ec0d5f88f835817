package io.longhaul.api;

import akka.http.javadsl.model.HttpResponse;
import io.longhaul.api.json.Refusal;
import io.longhaul.api.json.SmallWriter;
import io.longhaul.entity.NotificationKey;
import io.longhaul.entity.Notifications;
import io.longhaul.entity.Requests.Claim;
import io.longhaul.job.BitsError;
import io.longhaul.job.JobId;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@code /v1/jobs/{id}/notifications}: what the owner was told, or is still to be told. */
final class NotificationRoutes {
    private static final int USUAL_LIMIT = 100;

    private final JobCalls jobs;
    private final Notifications notifications;
    private final Clock clock;

    NotificationRoutes(JobCalls jobs, Notifications notifications, Clock clock) {
        this.jobs = jobs;
        this.notifications = notifications;
        this.clock = clock;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/v1/jobs/{id}/notifications", this::list).taking("limit", "cursor"),
                Endpoint.post("/v1/jobs/{id}/notifications/{notification}/retry", Endpoint.Body.EMPTY, new Retry()));
    }

    private CompletionStage<HttpResponse> list(Call call) {
        int limit = call.query().limit(USUAL_LIMIT);
        String cursor = call.query().text("cursor");
        NotificationKey after = cursor == null ? null : Cursors.notification(cursor);
        JobId id = call.jobId();
        return jobs.view(call.caller(), id)
                .thenCompose(seen -> notifications.ofJob(id, after, Page.oneMore(limit)))
                .thenApply(found -> Answer.ok(Page.of(found, limit, entry -> Cursors.ofNotification(entry.key()))
                                .json("notifications", SmallWriter::notification))
                        .response());
    }

    /** Asking twice does no harm. */
    private final class Retry implements Endpoint.Once {
        @Override
        public CompletionStage<Answer> first(Call call, JobId unused, @Nullable String request) {
            JobId id = call.jobId();
            NotificationKey key = NotificationKey.parse(call.named("notification"))
                    .filter(named -> named.job().equals(id))
                    .orElseThrow(NotificationRoutes::none);
            return jobs.view(call.caller(), id)
                    .thenCompose(seen -> notifications.again(key, clock.instant()))
                    .thenApply(
                            found -> Answer.ok(SmallWriter.notification(found.orElseThrow(NotificationRoutes::none))));
        }

        @Override
        public CompletionStage<Answer> again(Call call, Claim claim) {
            return first(call, claim.id(), null);
        }
    }

    private static Refusal none() {
        return new Refusal(BitsError.BG_E_NOT_FOUND, "The job has no notification of that id.");
    }
}
