package io.longhaul.api;

import akka.http.javadsl.model.HttpResponse;
import io.longhaul.api.json.EventWriter;
import io.longhaul.api.json.JobWriter;
import io.longhaul.api.json.Refusal;
import io.longhaul.api.json.SmallWriter;
import io.longhaul.entity.CurrentPolicies;
import io.longhaul.entity.JobHistory;
import io.longhaul.entity.JobView;
import io.longhaul.entity.Queues;
import io.longhaul.job.BitsError;
import io.longhaul.job.JobError;
import io.longhaul.job.JobId;
import io.longhaul.job.StateName;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What became of a job, and why: {@code /v1/jobs/{id}/error}, {@code explain}, {@code events}. */
final class HistoryRoutes {
    private static final int USUAL_LIMIT = 100;

    private final JobCalls jobs;
    private final JobHistory history;
    private final Queues queues;
    private final CurrentPolicies policies;

    HistoryRoutes(JobCalls jobs, JobHistory history, Queues queues, CurrentPolicies policies) {
        this.jobs = jobs;
        this.history = history;
        this.queues = queues;
        this.policies = policies;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/v1/jobs/{id}/error", this::error),
                Endpoint.get("/v1/jobs/{id}/explain", this::explain),
                Endpoint.get("/v1/jobs/{id}/events", this::events).taking("limit", "cursor"));
    }

    private CompletionStage<HttpResponse> error(Call call) {
        return jobs.view(call.caller(), call.jobId()).thenApply(view -> {
            JobError error = view.job().error();
            if (error == null) throw new Refusal(BitsError.BG_E_ERROR_INFORMATION_UNAVAILABLE);
            return Answer.ok(JobWriter.error(view.job(), error)).response();
        });
    }

    private CompletionStage<HttpResponse> explain(Call call) {
        return jobs.view(call.caller(), call.jobId())
                .thenCompose(view -> reasons(view)
                        .thenApply(reasons ->
                                SmallWriter.explanation(view.job().state().name(), reasons)))
                .thenApply(explanation -> Answer.ok(explanation).response());
    }

    /** Only a queued job's reasons are the scheduler's to tell. */
    private CompletionStage<List<Queues.Reason>> reasons(JobView view) {
        return view.job().state().name() == StateName.QUEUED
                ? queues.explain(view.job().spec().queue(), view.job().id())
                        .thenApply(told -> told.isEmpty() ? Explanation.ofStateOf(view.job(), Optional.empty()) : told)
                : CompletableFuture.completedStage(Explanation.ofStateOf(
                        view.job(), policies.bandwidth(view.job().spec())));
    }

    private CompletionStage<HttpResponse> events(Call call) {
        int limit = call.query().limit(USUAL_LIMIT);
        String cursor = call.query().text("cursor");
        long after = cursor == null ? 0 : Cursors.sequence(cursor);
        JobId id = call.jobId();
        return jobs.view(call.caller(), id)
                .thenCompose(view -> history.events(id, after, Page.oneMore(limit)))
                .thenApply(found -> Answer.ok(Page.of(found, limit, entry -> Cursors.ofSequence(entry.sequence()))
                                .json("events", EventWriter::event))
                        .response());
    }
}
