package io.longhaul.api;

import akka.NotUsed;
import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import akka.http.javadsl.model.headers.RawHeader;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.longhaul.api.json.Refusal;
import io.longhaul.entity.JobFilter;
import io.longhaul.job.BitsError;
import io.longhaul.job.Job;
import io.longhaul.job.JobId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** {@code /v1/jobs/{id}/watch}, {@code /v1/watch}: what happens, as it happens, as server-sent events. */
final class WatchRoutes {
    private static final ContentType EVENT_STREAM = MediaTypes.TEXT_EVENT_STREAM.toContentType();

    private final JobCalls jobs;
    private final Watch watch;

    WatchRoutes(JobCalls jobs, Watch watch) {
        this.jobs = jobs;
        this.watch = watch;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/v1/jobs/{id}/watch", this::one).withoutEnd(),
                Endpoint.get("/v1/watch", this::all).takingFilters().withoutEnd());
    }

    private CompletionStage<HttpResponse> one(Call call) {
        JobId id = call.jobId();
        Optional<EventId> lastSeen = EventId.lastSeen(call.request());
        if (lastSeen.isPresent() && !lastSeen.get().job().equals(id))
            throw Refusal.invalid(EventId.HEADER + " names another job.");
        Long after = lastSeen.map(EventId::sequence).orElse(null);
        return jobs.view(call.caller(), id).thenApply(view -> {
            Job job = view.job();
            // Nothing would come for a long time: it was sent by a database that has been put back to an earlier time
            // since
            if (after != null && after > job.sequence() && !job.state().name().isFinal()) throw noSuchEvent();
            return stream(watch.job(id, after));
        });
    }

    private static Refusal noSuchEvent() {
        return new Refusal(
                BitsError.BG_E_NOT_FOUND, "There is no such event, or no more: what came after it cannot be told.");
    }

    private CompletionStage<HttpResponse> all(Call call) {
        JobFilter filter = call.caller().narrowed(call.query().filter());
        EventId lastSeen = EventId.lastSeen(call.request()).orElse(null);
        return watch.start(lastSeen)
                .thenApply(found -> stream(watch.all(filter, found.orElseThrow(WatchRoutes::noSuchEvent))));
    }

    private static HttpResponse stream(Source<ByteString, NotUsed> messages) {
        return HttpResponse.create()
                .addHeader(RawHeader.create("Cache-Control", "no-store"))
                .withEntity(HttpEntities.createChunked(EVENT_STREAM, messages));
    }
}
