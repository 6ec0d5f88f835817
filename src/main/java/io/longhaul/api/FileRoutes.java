package io.longhaul.api;

import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longhaul.api.json.FileReader;
import io.longhaul.api.json.JobDefaults;
import io.longhaul.api.json.JobWriter;
import io.longhaul.api.json.Json;
import io.longhaul.entity.JobView;
import io.longhaul.entity.Requests.Claim;
import io.longhaul.job.JobId;
import io.longhaul.job.JobSpec;
import io.longhaul.job.OwnerCommand;
import io.longhaul.job.file.FileSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@code /v1/jobs/{id}/files}: what a job fetches. */
final class FileRoutes {
    private final JobCalls jobs;
    private final JobDefaults.By defaults;

    FileRoutes(JobCalls jobs, JobDefaults.By defaults) {
        this.jobs = jobs;
        this.defaults = defaults;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/v1/jobs/{id}/files", this::list),
                Endpoint.post("/v1/jobs/{id}/files", Endpoint.Body.JSON, new Add()));
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
            JobSpec spec = view.job().spec();
            return new OwnerCommand.AddFiles(
                    files,
                    call.caller().owner(),
                    defaults.of(spec.queue(), spec.owner()).limits());
        }

        @Override
        public CompletionStage<Answer> again(Call call, Claim claim) {
            String[] added = String.valueOf(claim.body()).split(" ", 2);
            return jobs.view(call.caller(), call.jobId())
                    .thenApply(view ->
                            Answer.created(null, files(view, Integer.parseInt(added[0]), Integer.parseInt(added[1]))));
        }
    }
}
