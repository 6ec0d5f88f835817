package io.longhaul.api;

import io.longhaul.entity.JobReply;
import io.longhaul.entity.Requests.Claim;
import io.longhaul.job.JobId;
import io.longhaul.job.OwnerCommand;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A call that is made to a job, such as POST /v1/jobs/{id}/resume: answers the job, and what BITS's call would return. */
final class Verb implements Endpoint.Once {
    private final JobCalls jobs;
    private final ShownJobs shown;
    private final Function<Call, OwnerCommand> command;

    Verb(JobCalls jobs, ShownJobs shown, Function<Call, OwnerCommand> command) {
        this.jobs = jobs;
        this.shown = shown;
        this.command = command;
    }

    @Override
    public CompletionStage<Answer> first(Call call, JobId id, @Nullable String request) {
        return jobs.ask(call.caller(), call.jobId(), command.apply(call), request)
                .thenApply(this::answer);
    }

    private Answer answer(JobReply.Done done) {
        String result = done.result().code();
        return Answer.ok(shown.json(done.job()).put("result", result)).remembering(result);
    }

    @Override
    public CompletionStage<Answer> again(Call call, Claim claim) {
        return jobs.view(call.caller(), call.jobId())
                .thenApply(view -> Answer.ok(shown.json(view).put("result", claim.body())));
    }
}
