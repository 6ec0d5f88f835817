package io.longhaul.api;

import akka.http.javadsl.model.HttpRequest;
import com.github.f4b6a3.uuid.UuidCreator;
import io.longhaul.api.json.Refusal;
import io.longhaul.entity.Requests;
import io.longhaul.entity.Requests.Claim;
import io.longhaul.job.JobId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls with an Idempotency-Key. The key is taken first, with the id that a new job will have; then the call is made;
 * then its answer is kept. A node that dies in between leaves a key without an answer: the same call is made again, with
 * the same id and the same request, and jobs ignore what they have done already.
 */
final class Idempotency {
    static final String HEADER = "Idempotency-Key";

    private static final Logger LOG = LoggerFactory.getLogger(Idempotency.class);
    private static final Pattern KEY = Pattern.compile("[\\x20-\\x7e]{1,255}");

    private final Requests requests;

    Idempotency(Requests requests) {
        this.requests = requests;
    }

    static Optional<String> keyOf(HttpRequest request) {
        Optional<String> key = SingleHeader.of(request, HEADER);
        if (key.isPresent() && !KEY.matcher(key.get()).matches())
            throw Refusal.invalid(HEADER + " must be 1 to 255 printable ASCII characters.");
        return key;
    }

    CompletionStage<Answer> answer(Call call, Endpoint.Once action) {
        Optional<String> key = keyOf(call.request());
        if (key.isEmpty()) return attempt(() -> action.first(call, newId(), null));
        return once(
                call.caller().name(),
                key.get(),
                JobId.parse(call.named("id")).orElseGet(Idempotency::newId),
                fingerprint(call),
                (id, request) -> action.first(call, id, request),
                claim -> action.again(call, claim));
    }

    /**
     * @param about the job that is asked or, where the call makes something new, what that is called: the key is kept
     *     for as long as it
     * @param first makes the call, with the id of what is new and the name of the request
     * @param again makes the answer anew, with everything as it is by now
     */
    CompletionStage<Answer> once(
            String scope,
            String key,
            JobId about,
            String fingerprint,
            BiFunction<JobId, String, CompletionStage<Answer>> first,
            Function<Claim, CompletionStage<Answer>> again) {
        return requests.claim(scope, key, fingerprint, about).thenCompose(claim -> {
            if (!claim.fingerprint().equals(fingerprint)) return done(Answer.refused(Problem.keyReused()));
            Integer status = claim.status();
            if (status != null) return attempt(() -> repeated(claim, status, again));
            return attempt(() -> first.apply(claim.id(), scope + "/" + key))
                    .thenCompose(answer -> answer.kept() ? keep(scope, key, answer) : done(answer));
        });
    }

    private static CompletionStage<Answer> repeated(
            Claim claim, int status, Function<Claim, CompletionStage<Answer>> again) {
        return status >= 400 && claim.body() != null
                ? done(Answer.refusedAgain(status, claim.body()))
                : again.apply(claim);
    }

    /** The call is made, and its answer is true whether or not it could be kept: a repetition is made again. */
    private CompletionStage<Answer> keep(String scope, String key, Answer answer) {
        return requests.answer(scope, key, answer.status().intValue(), answer.location(), answer.memo())
                .handle((kept, failure) -> {
                    if (failure != null) LOG.warn("The answer to a call with an Idempotency-Key was not kept", failure);
                    return answer;
                });
    }

    /** A call whose refusals are answers; any other failure stays one. */
    static CompletionStage<Answer> attempt(Supplier<CompletionStage<Answer>> call) {
        return CompletableFuture.completedStage(call)
                .thenCompose(Supplier::get)
                .handle((answer, failure) -> failure == null ? done(answer) : refused(failure))
                .thenCompose(Function.identity());
    }

    private static CompletionStage<Answer> refused(Throwable failure) {
        return Problem.behind(failure)
                .map(problem -> done(Answer.refused(problem)))
                .orElseGet(() -> CompletableFuture.failedStage(failure));
    }

    private static CompletionStage<Answer> done(Answer answer) {
        return CompletableFuture.completedStage(answer);
    }

    private static String fingerprint(Call call) {
        HttpRequest request = call.request();
        String line = request.method().value()
                + " "
                + request.getUri().getPathString()
                + "?"
                + request.getUri().rawQueryString().orElse("");
        return fingerprint(line, call.content().bytes());
    }

    static String fingerprint(String line, byte[] content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(line.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) '\n');
            return HexFormat.of().formatHex(digest.digest(content));
        } catch (NoSuchAlgorithmException impossible) { // every JDK has it
            throw new IllegalStateException(impossible);
        }
    }

    static JobId newId() {
        return new JobId(UuidCreator.getTimeOrderedEpoch());
    }
}
