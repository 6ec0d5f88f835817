package io.longhaul.api;

import akka.http.javadsl.model.HttpResponse;
import io.longhaul.api.json.JobDefaults;
import io.longhaul.api.json.JobReader;
import io.longhaul.api.json.PatchReader;
import io.longhaul.api.json.Refusal;
import io.longhaul.api.json.SmallWriter;
import io.longhaul.entity.JobCatalogue;
import io.longhaul.entity.JobHistory;
import io.longhaul.entity.JobView;
import io.longhaul.entity.Requests.Claim;
import io.longhaul.job.BitsError;
import io.longhaul.job.Job;
import io.longhaul.job.JobId;
import io.longhaul.job.OwnerCommand;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@code /v1/jobs}, {@code /v1/jobs/{id}}: what an owner can do to a job. */
final class JobRoutes {
    static final String ROOT = "/v1/jobs";
    private static final int USUAL_LIMIT = 50;

    private final JobCalls jobs;
    private final JobCatalogue catalogue;
    private final JobHistory history;
    private final JobDefaults.By defaults;
    private final ShownJobs shown;

    JobRoutes(JobCalls jobs, JobCatalogue catalogue, JobHistory history, JobDefaults.By defaults, ShownJobs shown) {
        this.jobs = jobs;
        this.catalogue = catalogue;
        this.history = history;
        this.defaults = defaults;
        this.shown = shown;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.post("/v1/jobs", Endpoint.Body.JSON, new Create()),
                Endpoint.get("/v1/jobs", this::list).takingFilters().taking("limit", "cursor"),
                Endpoint.get("/v1/jobs/count", this::count).takingFilters(),
                Endpoint.get("/v1/jobs/{id}", this::one).taking("at"),
                Endpoint.patch("/v1/jobs/{id}", this::change),
                verb("resume", new OwnerCommand.Resume()),
                verb("suspend", new OwnerCommand.Suspend()),
                verb("complete", new OwnerCommand.Complete()),
                verb("cancel", new OwnerCommand.Cancel()),
                Endpoint.post("/v1/jobs/{id}/take-ownership", Endpoint.Body.EMPTY, new TakeOwnership()));
    }

    private Endpoint verb(String name, OwnerCommand command) {
        return Endpoint.post("/v1/jobs/{id}/" + name, Endpoint.Body.EMPTY, new Verb(jobs, shown, call -> command));
    }

    private CompletionStage<HttpResponse> list(Call call) {
        int limit = call.query().limit(USUAL_LIMIT);
        return catalogue
                .list(
                        call.caller().narrowed(call.query().filter()),
                        call.query().jobCursor(),
                        Page.oneMore(limit))
                .thenApply(found -> Answer.ok(Page.of(found, limit, job -> Cursors.of(job.id()))
                                .json("jobs", shown::summary))
                        .response());
    }

    private CompletionStage<HttpResponse> count(Call call) {
        return catalogue
                .count(call.caller().narrowed(call.query().filter()))
                .thenApply(counts -> Answer.ok(SmallWriter.counts(counts)).response());
    }

    private CompletionStage<HttpResponse> one(Call call) {
        Instant then = call.query().instant("at");
        CompletionStage<JobView> present = jobs.view(call.caller(), call.jobId());
        CompletionStage<JobView> wanted = then == null
                ? present
                : present.thenCompose(view -> history.at(view.job().id(), then)).thenApply(JobRoutes::asItWas);
        return wanted.thenApply(view -> Answer.ok(shown.json(view)).response());
    }

    private static JobView asItWas(Optional<Job> job) {
        return new JobView(
                job.orElseThrow(() -> new Refusal(BitsError.BG_E_NOT_FOUND, "There was no such job yet.")), Map.of());
    }

    private CompletionStage<HttpResponse> change(Call call) {
        return jobs.change(call.caller(), call.jobId(), spec -> PatchReader.change(call.json(), spec, defaults))
                .thenApply(done -> Answer.ok(shown.json(done.job())).response());
    }

    /** POST /v1/jobs. */
    private final class Create implements Endpoint.Once {
        @Override
        public CompletionStage<Answer> first(Call call, JobId id, @Nullable String request) {
            OwnerCommand.Create create =
                    JobReader.create(call.json(), call.caller().owner(), defaults);
            return jobs.create(call.caller(), id, create, request)
                    .thenApply(done -> Answer.created(location(id), shown.json(done.job())));
        }

        @Override
        public CompletionStage<Answer> again(Call call, Claim claim) {
            return jobs.view(call.caller(), claim.id())
                    .thenApply(view -> Answer.created(location(claim.id()), shown.json(view)));
        }
    }

    /** POST /v1/jobs/{id}/take-ownership. */
    private final class TakeOwnership implements Endpoint.Once {
        @Override
        public CompletionStage<Answer> first(Call call, JobId id, @Nullable String request) {
            call.caller().requireAdministrator();
            return jobs.takeOwnership(call.caller(), call.jobId(), request)
                    .thenApply(done -> Answer.ok(shown.json(done.job())));
        }

        @Override
        public CompletionStage<Answer> again(Call call, Claim claim) {
            return jobs.view(call.caller(), call.jobId()).thenApply(view -> Answer.ok(shown.json(view)));
        }
    }

    static String location(JobId id) {
        return ROOT + "/" + id;
    }
}
