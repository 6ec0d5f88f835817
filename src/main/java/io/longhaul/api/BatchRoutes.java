package io.longhaul.api;

import static java.util.Objects.requireNonNull;

import akka.NotUsed;
import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.HttpCharsets;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import akka.japi.Pair;
import akka.stream.OverflowStrategy;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longhaul.api.json.JobDefaults;
import io.longhaul.api.json.JobReader;
import io.longhaul.api.json.Json;
import io.longhaul.entity.Requests.Claim;
import io.longhaul.job.JobId;
import io.longhaul.job.OwnerCommand;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /v1/jobs/batch}: a job a line, in and out as a stream. Only so many lines are under way at once; a client
 * that does not read its answers is not read from either.
 */
final class BatchRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(BatchRoutes.class);
    private static final ContentType NDJSON = MediaTypes.applicationWithFixedCharset("x-ndjson", HttpCharsets.UTF_8)
            .toContentType();
    private static final int ANSWERS_SENT_TOGETHER = 256;

    /** Many clients read nothing before they have sent everything; so many answers wait for them, some 15 MiB. */
    private static final int ANSWERS_KEPT = 100_000;

    private final JobCalls jobs;
    private final Idempotency idempotency;
    private final JobDefaults.By defaults;
    private final ApiSettings settings;

    BatchRoutes(JobCalls jobs, Idempotency idempotency, JobDefaults.By defaults, ApiSettings settings) {
        this.jobs = jobs;
        this.defaults = defaults;
        this.idempotency = idempotency;
        this.settings = settings;
    }

    List<Endpoint> endpoints() {
        return List.of(Endpoint.stream("/v1/jobs/batch", this::batch));
    }

    private CompletionStage<HttpResponse> batch(Call call) {
        Optional<String> key = Idempotency.keyOf(call.request());
        Source<ByteString, NotUsed> answers = call.request()
                .entity()
                .withoutSizeLimit()
                .getDataBytes()
                .mapMaterializedValue(ignored -> NotUsed.getInstance())
                .statefulMap(
                        () -> new Lines(settings.maxLineBytes()),
                        (lines, chunk) -> Pair.create(lines, lines.of(chunk)),
                        lines -> Optional.of(lines.last()))
                .mapConcat(lines -> lines)
                .mapAsync(settings.batchParallelism(), line -> answer(call.caller(), key.orElse(null), line))
                .buffer(ANSWERS_KEPT, OverflowStrategy.backpressure())
                .batch(ANSWERS_SENT_TOGETHER, line -> line, ByteString::concat);
        return CompletableFuture.completedStage(
                HttpResponse.create().withEntity(HttpEntities.createChunked(NDJSON, answers)));
    }

    private CompletionStage<ByteString> answer(Caller caller, @Nullable String key, Lines.Line line) {
        return Idempotency.attempt(() -> create(caller, key, line))
                .exceptionally(failure -> {
                    LOG.error("Line {} of a batch failed", line.number(), failure);
                    return Answer.refused(Problem.failed());
                })
                .thenApply(answer -> told(line, answer));
    }

    private CompletionStage<Answer> create(Caller caller, @Nullable String key, Lines.Line line) {
        if (line.tooLong()) throw Problem.tooLarge(settings.maxLineBytes()).raised();
        if (key == null) return create(caller, line, Idempotency.newId(), null);
        return idempotency.once(
                caller.name() + "/batch", // an owner's name has no slash: no other call shares these keys
                key + "/" + line.number(),
                Idempotency.newId(),
                Idempotency.fingerprint(
                        "POST " + JobRoutes.ROOT + "/batch", line.content().toArrayUnsafe()),
                (id, request) -> create(caller, line, id, request),
                claim -> CompletableFuture.completedStage(created(claim)));
    }

    private CompletionStage<Answer> create(Caller caller, Lines.Line line, JobId id, @Nullable String request) {
        OwnerCommand.Create create =
                JobReader.create(Json.read(line.content().toArrayUnsafe()), caller.owner(), defaults);
        return jobs.create(caller, id, create, request).thenApply(done -> created(id));
    }

    private static Answer created(Claim claim) {
        return created(claim.id());
    }

    private static Answer created(JobId id) {
        return Answer.created(JobRoutes.location(id), Json.object().put("id", id.toString()));
    }

    private static ByteString told(Lines.Line line, Answer answer) {
        ObjectNode json = Json.object().put("line", line.number());
        JsonNode body = requireNonNull(answer.body());
        if (answer.isRefusal()) json.set("problem", body);
        else json.set("id", body.get("id"));
        return ByteString.fromArrayUnsafe(Json.write(json)).concat(NEWLINE);
    }

    private static final ByteString NEWLINE = ByteString.fromString("\n");
}
