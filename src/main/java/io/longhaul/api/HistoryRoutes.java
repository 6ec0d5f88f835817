package io.longhaul.api;

import akka.http.javadsl.model.HttpResponse;
import io.longhaul.api.json.EventWriter;
import io.longhaul.api.json.JobWriter;
import io.longhaul.api.json.Refusal;
import io.longhaul.api.json.SmallWriter;
import io.longhaul.entity.CurrentPolicies;
import io.longhaul.entity.Hosts;
import io.longhaul.entity.JobHistory;
import io.longhaul.entity.JobView;
import io.longhaul.entity.Queues;
import io.longhaul.job.BitsError;
import io.longhaul.job.Job;
import io.longhaul.job.JobError;
import io.longhaul.job.JobId;
import io.longhaul.job.Queued;
import io.longhaul.job.TransientError;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** What became of a job, and why: {@code /v1/jobs/{id}/error}, {@code explain}, {@code events}. */
final class HistoryRoutes {
    private static final int USUAL_LIMIT = 100;

    private final JobCalls jobs;
    private final JobHistory history;
    private final Queues queues;
    private final CurrentPolicies policies;
    private final Hosts hosts;

    HistoryRoutes(JobCalls jobs, JobHistory history, Queues queues, CurrentPolicies policies, Hosts hosts) {
        this.jobs = jobs;
        this.history = history;
        this.queues = queues;
        this.policies = policies;
        this.hosts = hosts;
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

    /** Its state first, or for a queued job what its scheduler says; then what would keep it waiting all the same. */
    private CompletionStage<List<Queues.Reason>> reasons(JobView view) {
        Job job = view.job();
        return switch (job.state()) {
            case Queued queued ->
                queues.explain(job.spec().queue(), job.id())
                        .thenApply(told -> told.isEmpty() ? Explanation.ofStateOf(view, Optional.empty()) : told)
                        .thenCompose(told -> withSurroundings(job, told));
            case TransientError waiting ->
                withSurroundings(job, Explanation.ofStateOf(view, policies.bandwidth(job.spec())));
            default -> CompletableFuture.completedStage(Explanation.ofStateOf(view, policies.bandwidth(job.spec())));
        };
    }

    private CompletionStage<List<Queues.Reason>> withSurroundings(Job job, List<Queues.Reason> told) {
        CompletionStage<Optional<Hosts.Host>> host = Explanation.hostOf(job)
                .map(name -> hosts.one(name).thenApply(Optional::of))
                .orElse(CompletableFuture.completedStage(Optional.empty()));
        return queues.loggedOffSince(job.spec().owner())
                .thenCombine(
                        host,
                        (since, seen) -> Stream.concat(
                                        told.stream(), Explanation.ofSurroundings(job, told, since, seen).stream())
                                .toList());
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
