package io.longhaul.api;

import akka.NotUsed;
import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.ResponseEntity;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.RawHeader;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.longhaul.api.FileBytes.Found;
import io.longhaul.api.json.Refusal;
import io.longhaul.job.BitsError;
import io.longhaul.job.Job;
import io.longhaul.job.file.Destinations;
import io.longhaul.job.file.HttpDate;
import io.longhaul.job.file.JobFile;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** {@code /v1/jobs/{id}/files/{index}/content}: a finished file, for those who do not mount the store. */
final class ContentRoutes {

    private final JobCalls jobs;
    private final FileBytes bytes;

    ContentRoutes(JobCalls jobs, FileBytes bytes) {
        this.jobs = jobs;
        this.bytes = bytes;
    }

    List<Endpoint> endpoints() {
        return List.of(Endpoint.get("/v1/jobs/{id}/files/{index}/content", this::content)
                .withoutEnd());
    }

    private CompletionStage<HttpResponse> content(Call call) {
        return jobs.view(call.caller(), call.jobId()).thenCompose(view -> {
            JobFile file = standing(view.job(), available(FileIndex.fileOf(call, view.job())));
            return bytes.find(view.job().id(), file).thenApply(found -> answer(call.request(), view.job(), found));
        });
    }

    private static JobFile available(JobFile file) {
        if (!file.available())
            throw new Refusal(BitsError.BG_E_INVALID_STATE, "The file can be read once the job was completed with it.");
        return file;
    }

    /** What has the file's place: of one that was given twice the one that was written last. */
    private static JobFile standing(Job job, JobFile file) {
        List<JobFile> there = job.files().stream().filter(JobFile::available).toList();
        return Destinations.standIns(there).getOrDefault(file.index(), file);
    }

    private HttpResponse answer(HttpRequest request, Job job, Found found) {
        String digest = found.digest();
        Preconditions version = new Preconditions('"' + digest + '"', lastModified(job, found.file()));
        HttpResponse response = HttpResponse.create()
                .addHeader(RawHeader.create("ETag", version.etag()))
                .addHeader(RawHeader.create("Last-Modified", version.lastModifiedText()))
                .addHeader(RawHeader.create("Accept-Ranges", "bytes"))
                .addHeader(RawHeader.create("Repr-Digest", "sha-256=:" + digest + ":"));
        return switch (version.check(request)) {
            case FAILED -> throw Problem.preconditionFailed().raised();
            case NOT_MODIFIED -> response.withStatus(StatusCodes.NOT_MODIFIED);
            case GO_ON -> ranged(request, version, response, found);
        };
    }

    private HttpResponse ranged(HttpRequest request, Preconditions version, HttpResponse response, Found found) {
        long size = found.size();
        Optional<List<ByteRanges.Part>> parts = rangeOf(request)
                .filter(range -> version.allowRange(request))
                .map(HttpHeader::value)
                .flatMap(range -> ByteRanges.of(range, size));
        if (parts.isEmpty()) return response.withEntity(entity(found, new ByteRanges.Part(0, size - 1)));
        if (parts.get().isEmpty()) throw Problem.rangeNotSatisfiable(size).raised();
        HttpResponse partial = response.withStatus(StatusCodes.PARTIAL_CONTENT);
        if (parts.get().size() > 1) return partial.withEntity(multipart(found, parts.get()));
        ByteRanges.Part part = parts.get().getFirst();
        return partial.addHeader(RawHeader.create("Content-Range", part.contentRange(size)))
                .withEntity(entity(found, part));
    }

    /** Only of a GET: RFC 9110, 14.2. */
    private static Optional<HttpHeader> rangeOf(HttpRequest request) {
        return request.method().equals(HttpMethods.GET) ? request.getHeader("Range") : Optional.empty();
    }

    private ResponseEntity entity(Found found, ByteRanges.Part part) {
        return part.length() == 0
                ? HttpEntities.create(ContentTypes.APPLICATION_OCTET_STREAM, new byte[0])
                : HttpEntities.create(ContentTypes.APPLICATION_OCTET_STREAM, part.length(), bytes.part(found, part));
    }

    private ResponseEntity multipart(Found found, List<ByteRanges.Part> parts) {
        long size = found.size();
        String boundary =
                UUID.randomUUID().toString(); // of one answer only: no file can have it in it, to look like a part
        ByteString end = ByteString.fromString("\r\n--" + boundary + "--\r\n");
        Source<ByteString, NotUsed> body = Source.empty();
        long length = end.size();
        for (ByteRanges.Part part : parts) {
            ByteString head = head(boundary, part, size);
            body = body.concatLazy(Source.single(head)).concatLazy(bytes.part(found, part));
            length += head.size() + part.length();
        }
        return HttpEntities.create(multipart(boundary), length, body.concatLazy(Source.single(end)));
    }

    private static ContentType multipart(String boundary) {
        return ContentTypes.parse("multipart/byteranges; boundary=" + boundary);
    }

    private static ByteString head(String boundary, ByteRanges.Part part, long size) {
        String text = "\r\n--" + boundary + "\r\nContent-Type: application/octet-stream\r\nContent-Range: "
                + part.contentRange(size) + "\r\n\r\n";
        return ByteString.fromArrayUnsafe(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** As BITS sets it: the time that the remote server gave, else when the file was here. */
    private static Instant lastModified(Job job, JobFile file) {
        Instant here = job.times().transferCompletion();
        String remote = file.version().lastModified();
        return Optional.ofNullable(remote)
                .flatMap(HttpDate::parse)
                .orElse(here == null ? job.times().modification() : here);
    }
}
