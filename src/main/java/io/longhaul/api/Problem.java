package io.longhaul.api;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.HttpCharsets;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.RawHeader;
import akka.http.scaladsl.model.EntityStreamSizeException;
import akka.http.scaladsl.model.headers.Connection;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longhaul.api.json.Json;
import io.longhaul.api.json.Refusal;
import io.longhaul.entity.SecretException;
import io.longhaul.entity.UnreadableJobException;
import io.longhaul.job.BitsError;
import io.longhaul.job.ErrorCode;
import io.longhaul.job.HttpError;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A refusal as RFC 9457 writes it: the only place with status codes for what goes wrong.
 *
 * @param headers beyond the content type
 */
record Problem(int status, ErrorCode code, String detail, Map<String, String> headers) {
    static final ContentType.WithFixedCharset CONTENT_TYPE = MediaTypes.applicationWithFixedCharset(
                    "problem+json", HttpCharsets.UTF_8)
            .toContentType();
    private static final String RETRY_AFTER_SECONDS = "2";

    private static final Seq<String> CLOSE =
            CollectionConverters.asScala(List.of("close")).toList();

    /** Classes of SQLSTATE: a transaction that is only read, missing rights, and missing room. */
    private static final Set<String> REFUSALS = Set.of("25", "42", "53");

    Problem {
        headers = Map.copyOf(headers);
    }

    /** Ends a call with a problem that has no code of BITS's own. */
    static final class Raised extends RuntimeException {
        private final transient Problem problem;

        Raised(Problem problem) {
            super(problem.detail(), null, false, false);
            this.problem = problem;
        }
    }

    RuntimeException raised() {
        return new Raised(this);
    }

    static Problem of(ErrorCode code, String detail) {
        return switch (code) {
            case BitsError bits -> {
                int status = ProblemStatus.of(bits);
                yield new Problem(status, bits, detail, status == 503 || status == 429 ? later() : Map.of());
            }
            case HttpError fromRemote -> conflict(fromRemote, detail);
        };
    }

    /** A Complete that failed: the store's code, but the job is what stands in the way. */
    static Problem conflict(ErrorCode code, String detail) {
        return new Problem(409, code, detail, Map.of());
    }

    static Problem noSuchPath() {
        return invalid(404, "There is nothing at this path.");
    }

    static Problem methodNotAllowed(String allowed) {
        return new Problem(405, BitsError.E_INVALIDARG, "Allowed here: " + allowed + ".", Map.of("Allow", allowed));
    }

    static Problem unsupportedMediaType(String expected) {
        return invalid(415, "The body must be " + expected + ".");
    }

    static Problem encodedBody() {
        return invalid(415, "The body must have no Content-Encoding.");
    }

    static Problem tooLarge(long most) {
        return new Problem(413, BitsError.BG_E_TOO_LARGE, "The body is larger than " + most + " bytes.", Map.of());
    }

    /** What HTTP itself does not allow, such as a chunk without a length; or the caller is gone. */
    static Problem malformedBody(String reason) {
        return invalid(400, "The body is malformed: " + reason);
    }

    static Problem slowBody() {
        return invalid(408, "The body did not arrive in time.");
    }

    static Problem keyReused() {
        return invalid(422, "This Idempotency-Key was used for another call.");
    }

    static Problem preconditionFailed() {
        return invalid(412, "The file is not the version that was asked for.");
    }

    static Problem otherVersion(long last) {
        return invalid(412, "Somebody else has changed them: the last version is " + last + ".");
    }

    static Problem rangeNotSatisfiable(long size) {
        return new Problem(
                416,
                BitsError.BG_E_INVALID_RANGE,
                "None of the ranges lies inside the file.",
                Map.of("Content-Range", "bytes */" + size));
    }

    /** Nobody knows what became of the call. */
    static Problem noAnswerInTime() {
        return of(
                BitsError.ERROR_SERVICE_UNAVAILABLE,
                "There was no answer in time. It is unknown whether anything was changed; the same call with the same"
                        + " Idempotency-Key does no harm.");
    }

    static Problem ending() {
        return of(
                BitsError.ERROR_SERVICE_UNAVAILABLE,
                "This node ends. It is unknown whether anything was changed; the same call with the same Idempotency-Key does no"
                        + " harm, and any other node takes it.");
    }

    static Problem failed() {
        return of(
                BitsError.E_FAIL,
                "It failed for an unexpected reason, which the log of this node tells. It is unknown whether anything"
                        + " was changed.");
    }

    static Problem unreadable(int status, String detail) {
        return invalid(status, detail);
    }

    private static Problem invalid(int status, String detail) {
        return new Problem(status, BitsError.E_INVALIDARG, detail, Map.of());
    }

    /** The problem behind a failure; empty where the failure is a fault of ours. */
    static Optional<Problem> behind(Throwable failure) {
        return switch (failure) {
            case CompletionException wrapper when wrapper.getCause() != null -> behind(wrapper.getCause());
            case ExecutionException wrapper when wrapper.getCause() != null -> behind(wrapper.getCause());
            case Raised raised -> Optional.of(raised.problem);
            case Refusal refusal -> Optional.of(of(refusal.code(), refusal.detail()));
            case EntityStreamSizeException size -> Optional.of(tooLarge(size.limit()));
            case SecretException unreadable ->
                Optional.of(of(BitsError.ERROR_SERVICE_UNAVAILABLE, String.valueOf(unreadable.getMessage())));
            case UnreadableJobException outOfOrder ->
                Optional.of(of(BitsError.BG_E_DATABASE_CORRUPT, String.valueOf(outOfOrder.getMessage())));
            case TimeoutException unanswered -> Optional.of(noAnswerInTime());
            case SQLException refused
            when isData(refused) ->
                Optional.of(of(BitsError.E_INVALIDARG, "The database cannot hold a value that the call has."));
            case SQLException refused
            when isRefusal(refused) ->
                Optional.of(of(
                        BitsError.ERROR_SERVICE_UNAVAILABLE,
                        "The database did not take what was to be stored, which the log of this node tells. The same call with"
                                + " the same Idempotency-Key does no harm."));
            case SQLException unanswered -> Optional.of(noAnswerInTime());
            case RejectedExecutionException busy ->
                Optional.of(of(BitsError.ERROR_SERVICE_UNAVAILABLE, "There is more work than the database takes."));
            default -> Optional.empty();
        };
    }

    /** Class 22 of the SQLSTATEs: what was to be written, and not how it went. */
    private static boolean isData(SQLException refused) {
        return refused.getSQLState() != null && refused.getSQLState().startsWith("22");
    }

    /** No room, a database that is only read, no right to: PostgreSQL has answered, and done nothing. */
    private static boolean isRefusal(SQLException refused) {
        return refused.getSQLState() != null
                && REFUSALS.contains(refused.getSQLState().substring(0, 2));
    }

    /** Whether the same call may fare better later, so that its answer is not kept. */
    boolean isPassing() {
        return status >= 500 || status == 401 || status == 403 || status == 408 || status == 413 || status == 429;
    }

    ObjectNode json() {
        return Json.object()
                .put("type", "urn:longhaul:problem:" + code.code())
                .put("title", code.text())
                .put("status", status)
                .put("detail", detail)
                .put("code", code.code())
                .put("hresult", code.hresultText());
    }

    HttpResponse response() {
        HttpResponse response =
                HttpResponse.create().withStatus(StatusCodes.get(status)).withEntity(CONTENT_TYPE, Json.write(json()));
        for (Map.Entry<String, String> header : headers.entrySet())
            response = response.addHeader(RawHeader.create(header.getKey(), header.getValue()));
        return response;
    }

    /** Says that the connection ends, as Akka ends it behind this answer: the next call would be lost on it. */
    HttpResponse lastResponse() {
        return response().addHeader(Connection.apply(CLOSE));
    }

    private static Map<String, String> later() {
        return Map.of("Retry-After", RETRY_AFTER_SECONDS);
    }
}
