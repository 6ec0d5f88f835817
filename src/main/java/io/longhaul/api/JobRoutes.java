package io.longhaul.api;

import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longhaul.api.json.JobDefaults;
import io.longhaul.api.json.JobReader;
import io.longhaul.api.json.JobWriter;
import io.longhaul.api.json.PatchReader;
import io.longhaul.api.json.PolicyWriter;
import io.longhaul.api.json.SmallWriter;
import io.longhaul.entity.CurrentPolicies;
import io.longhaul.entity.JobCatalogue;
import io.longhaul.entity.JobReply;
import io.longhaul.entity.JobView;
import io.longhaul.entity.Requests.Claim;
import io.longhaul.job.JobId;
import io.longhaul.job.JobSpec;
import io.longhaul.job.OwnerCommand;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@code /v1/jobs}, {@code /v1/jobs/{id}}: what an owner can do to a job. */
final class JobRoutes {
    static final String ROOT = "/v1/jobs";
    private static final int USUAL_LIMIT = 50;

    private final JobCalls jobs;
    private final JobCatalogue catalogue;
    private final JobDefaults.By defaults;
    private final CurrentPolicies policies;

    JobRoutes(JobCalls jobs, JobCatalogue catalogue, JobDefaults.By defaults, CurrentPolicies policies) {
        this.jobs = jobs;
        this.catalogue = catalogue;
        this.defaults = defaults;
        this.policies = policies;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.post("/v1/jobs", Endpoint.Body.JSON, new Create()),
                Endpoint.get("/v1/jobs", this::list).takingFilters().taking("limit", "cursor"),
                Endpoint.get("/v1/jobs/count", this::count).takingFilters(),
                Endpoint.get("/v1/jobs/{id}", this::one),
                Endpoint.patch("/v1/jobs/{id}", this::change),
                verb("resume", new OwnerCommand.Resume()),
                verb("suspend", new OwnerCommand.Suspend()),
                verb("complete", new OwnerCommand.Complete()),
                verb("cancel", new OwnerCommand.Cancel()),
                Endpoint.post("/v1/jobs/{id}/take-ownership", Endpoint.Body.EMPTY, new TakeOwnership()));
    }

    private Endpoint verb(String name, OwnerCommand command) {
        return Endpoint.post("/v1/jobs/{id}/" + name, Endpoint.Body.EMPTY, new Verb(command));
    }

    private CompletionStage<HttpResponse> list(Call call) {
        int limit = call.query().limit(USUAL_LIMIT);
        return catalogue
                .list(
                        call.caller().narrowed(call.query().filter()),
                        call.query().jobCursor(),
                        Page.oneMore(limit))
                .thenApply(found -> Answer.ok(Page.of(found, limit, job -> Cursors.of(job.id()))
                                .json("jobs", JobWriter::summary))
                        .response());
    }

    private CompletionStage<HttpResponse> count(Call call) {
        return catalogue
                .count(call.caller().narrowed(call.query().filter()))
                .thenApply(counts -> Answer.ok(SmallWriter.counts(counts)).response());
    }

    private CompletionStage<HttpResponse> one(Call call) {
        return jobs.view(call.caller(), call.jobId())
                .thenApply(view -> Answer.ok(shown(view)).response());
    }

    private CompletionStage<HttpResponse> change(Call call) {
        return jobs.view(call.caller(), call.jobId())
                .thenApply(view -> PatchReader.change(call.json(), view.job().spec(), defaults))
                .thenCompose(change -> jobs.ask(call.caller(), call.jobId(), new OwnerCommand.Change(change), null))
                .thenApply(done -> Answer.ok(shown(done.job())).response());
    }

    /** POST /v1/jobs. */
    private final class Create implements Endpoint.Once {
        @Override
        public CompletionStage<Answer> first(Call call, JobId id, @Nullable String request) {
            OwnerCommand.Create create =
                    JobReader.create(call.json(), call.caller().owner(), defaults);
            return jobs.create(call.caller(), id, create, request)
                    .thenApply(done -> Answer.created(location(id), shown(done.job())));
        }

        @Override
        public CompletionStage<Answer> again(Call call, Claim claim) {
            return jobs.view(call.caller(), claim.id())
                    .thenApply(view -> Answer.created(location(claim.id()), shown(view)));
        }
    }

    /** POST /v1/jobs/{id}/resume and its like: the job, and what BITS's call would return. */
    private final class Verb implements Endpoint.Once {
        private final OwnerCommand command;

        Verb(OwnerCommand command) {
            this.command = command;
        }

        @Override
        public CompletionStage<Answer> first(Call call, JobId id, @Nullable String request) {
            return jobs.ask(call.caller(), call.jobId(), command, request).thenApply(this::answer);
        }

        private Answer answer(JobReply.Done done) {
            String result = done.result().code();
            return Answer.ok(shown(done.job()).put("result", result)).remembering(result);
        }

        @Override
        public CompletionStage<Answer> again(Call call, Claim claim) {
            return jobs.view(call.caller(), call.jobId())
                    .thenApply(view -> Answer.ok(shown(view).put("result", claim.body())));
        }
    }

    /** POST /v1/jobs/{id}/take-ownership. */
    private final class TakeOwnership implements Endpoint.Once {
        @Override
        public CompletionStage<Answer> first(Call call, JobId id, @Nullable String request) {
            call.caller().requireAdministrator();
            OwnerCommand take = new OwnerCommand.TakeOwnership(call.caller().owner());
            return jobs.ask(call.caller(), call.jobId(), take, request).thenApply(done -> Answer.ok(shown(done.job())));
        }

        @Override
        public CompletionStage<Answer> again(Call call, Claim claim) {
            return jobs.view(call.caller(), call.jobId()).thenApply(view -> Answer.ok(shown(view)));
        }
    }

    /** The job, with the limit of bandwidth that is in force for it. */
    private ObjectNode shown(JobView view) {
        JobSpec spec = view.job().spec();
        ObjectNode json = JobWriter.job(view);
        json.set("bandwidth", PolicyWriter.bandwidth(policies.bandwidth(spec), spec.bandwidthBytesPerSecond()));
        return json;
    }

    static String location(JobId id) {
        return ROOT + "/" + id;
    }
}
