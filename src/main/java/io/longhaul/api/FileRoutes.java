package io.longhaul.api;

import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longhaul.api.json.FileReader;
import io.longhaul.api.json.JobDefaults;
import io.longhaul.api.json.JobWriter;
import io.longhaul.api.json.Json;
import io.longhaul.entity.JobView;
import io.longhaul.entity.Requests.Claim;
import io.longhaul.job.FileCommand;
import io.longhaul.job.JobId;
import io.longhaul.job.JobLimits;
import io.longhaul.job.JobSpec;
import io.longhaul.job.OwnerCommand;
import io.longhaul.job.file.FileSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** {@code /v1/jobs/{id}/files}: what a job fetches. */
final class FileRoutes {
    private final JobCalls jobs;
    private final JobDefaults.By defaults;
    private final ShownJobs shown;

    FileRoutes(JobCalls jobs, JobDefaults.By defaults, ShownJobs shown) {
        this.jobs = jobs;
        this.defaults = defaults;
        this.shown = shown;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/v1/jobs/{id}/files", this::list),
                Endpoint.post("/v1/jobs/{id}/files", Endpoint.Body.JSON, new Add()),
                Endpoint.get("/v1/jobs/{id}/files/{index}", this::one),
                Endpoint.patch("/v1/jobs/{id}/files/{index}", this::change),
                verb("skip", Endpoint.Body.EMPTY, (call, index) -> new FileCommand.SkipFile(index)),
                verb("retry", Endpoint.Body.EMPTY, (call, index) -> new FileCommand.RetryFile(index)),
                Endpoint.post("/v1/jobs/{id}/files/{index}/request-ranges", Endpoint.Body.JSON, new RequestRanges()),
                verb("position", Endpoint.Body.JSON, (call, index) -> FileReader.position(call.json(), index)),
                Endpoint.post(
                        "/v1/jobs/{id}/replace-remote-prefix",
                        Endpoint.Body.JSON,
                        new Verb(jobs, shown, call -> FileReader.prefixes(call.json()))));
    }

    private Endpoint verb(String name, Endpoint.Body body, BiFunction<Call, Integer, FileCommand> command) {
        return Endpoint.post(
                "/v1/jobs/{id}/files/{index}/" + name,
                body,
                new Verb(jobs, shown, call -> command.apply(call, FileIndex.of(call))));
    }

    private CompletionStage<HttpResponse> one(Call call) {
        return jobs.view(call.caller(), call.jobId())
                .thenApply(view -> Answer.ok(JobWriter.file(view, FileIndex.fileOf(call, view.job())))
                        .response());
    }

    private CompletionStage<HttpResponse> change(Call call) {
        int index = FileIndex.of(call);
        return jobs.ask(call.caller(), call.jobId(), FileReader.change(call.json(), index), null)
                .thenApply(done -> Answer.ok(JobWriter.file(
                                done.job(), FileIndex.fileOf(call, done.job().job())))
                        .response());
    }

    private CompletionStage<HttpResponse> list(Call call) {
        return jobs.view(call.caller(), call.jobId())
                .thenApply(view ->
                        Answer.ok(files(view, 0, view.job().files().size())).response());
    }

    private static ObjectNode files(JobView view, int from, int to) {
        ObjectNode json = Json.object();
        json.set("files", JobWriter.files(view, from, to));
        return json;
    }

    /** POST /v1/jobs/{id}/files: all of them or none. */
    private final class Add implements Endpoint.Once {
        @Override
        public CompletionStage<Answer> first(Call call, JobId id, @Nullable String request) {
            List<FileSource> files = FileReader.added(call.json());
            return jobs.view(call.caller(), call.jobId())
                    .thenCompose(view -> jobs.ask(call.caller(), call.jobId(), add(call, files, view), request))
                    .thenApply(done -> Answer.created(null, files(done.job(), done.filesFrom(), done.filesTo()))
                            .remembering(done.filesFrom() + " " + done.filesTo()));
        }

        private OwnerCommand add(Call call, List<FileSource> files, JobView view) {
            return new OwnerCommand.AddFiles(files, call.caller().owner(), limits(view));
        }

        @Override
        public CompletionStage<Answer> again(Call call, Claim claim) {
            String[] added = String.valueOf(claim.body()).split(" ", 2);
            return jobs.view(call.caller(), call.jobId())
                    .thenApply(view ->
                            Answer.created(null, files(view, Integer.parseInt(added[0]), Integer.parseInt(added[1]))));
        }
    }

    /** POST /v1/jobs/{id}/files/{index}/request-ranges: how many there may be is a policy of the job's queue and owner. */
    private final class RequestRanges implements Endpoint.Once {
        @Override
        public CompletionStage<Answer> first(Call call, JobId id, @Nullable String request) {
            return jobs.view(call.caller(), call.jobId())
                    .thenCompose(view -> under(limits(view)).first(call, id, request));
        }

        private Verb under(JobLimits limits) {
            return new Verb(jobs, shown, call -> FileReader.requestedRanges(call.json(), FileIndex.of(call), limits));
        }

        @Override
        public CompletionStage<Answer> again(Call call, Claim claim) {
            return jobs.view(call.caller(), call.jobId())
                    .thenCompose(view -> under(limits(view)).again(call, claim));
        }
    }

    private JobLimits limits(JobView view) {
        JobSpec spec = view.job().spec();
        return defaults.of(spec.queue(), spec.owner()).limits();
    }
}
