package io.longhaul.api.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.longhaul.entity.JobSummary;
import io.longhaul.entity.JobView;
import io.longhaul.job.ErrorContext;
import io.longhaul.job.Job;
import io.longhaul.job.JobError;
import io.longhaul.job.JobOptions;
import io.longhaul.job.JobOptions.Mode;
import io.longhaul.job.JobProgress;
import io.longhaul.job.JobSpec;
import io.longhaul.job.file.ByteRange;
import io.longhaul.job.file.JobFile;
import io.longhaul.job.file.TempName;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** A job as its clients see it. */
public final class JobWriter {
    private JobWriter() {}

    public static ObjectNode job(JobView view) {
        ObjectNode json = summary(view.summary());
        JobError error = view.job().error();
        if (error != null) json.set("error", error(view.job(), error));
        json.set("files", files(view, 0, view.job().files().size()));
        return json;
    }

    /** A job without its files, as lists show it. */
    public static ObjectNode summary(JobSummary job) {
        JobSpec spec = job.spec();
        ObjectNode json = Json.object();
        json.put("id", job.id().toString());
        json.put("displayName", spec.displayName());
        json.put("description", spec.description());
        json.put("type", spec.type().name());
        json.put("owner", spec.owner().name());
        json.put("queue", spec.queue());
        json.put("priority", spec.priority().name());
        json.put("state", job.state().name());
        json.set("labels", texts(spec.labels()));
        json.set("progress", progress(job.progress()));
        json.putObject("times")
                .put("creation", job.times().creation().toString())
                .put("modification", job.times().modification().toString())
                .put("transferCompletion", text(job.times().transferCompletion()));
        json.put("errorCount", job.errorCount());
        json.set("error", job.error() == null ? NullNode.getInstance() : error(job.error()));
        json.put("minimumRetryDelaySeconds", spec.minimumRetryDelay().toSeconds());
        json.put("noProgressTimeoutSeconds", spec.noProgressTimeout().toSeconds());
        json.put("maximumDownloadTimeSeconds", spec.maximumDownloadTime().toSeconds());
        json.put("inactivityTimeoutSeconds", spec.inactivityTimeout().toSeconds());
        json.put("nextRetryAt", text(job.nextRetryAt()));
        json.put("maxDownloadBytes", spec.maxDownloadBytes());
        json.put("requireRanges", spec.requireRanges());
        json.put("bandwidthBytesPerSecond", spec.bandwidthBytesPerSecond());
        json.set("customHeaders", texts(spec.customHeaders()));
        HttpWriter.add(json, spec.httpOptions());
        json.set("notify", notification(spec.notification()));
        addOptions(json, spec.jobOptions());
        return json;
    }

    private static void addOptions(ObjectNode json, JobOptions options) {
        json.put("highPerformance", options.has(Mode.HIGH_PERFORMANCE));
        json.put("dynamicContent", options.has(Mode.DYNAMIC_CONTENT));
        json.put("onDemand", options.has(Mode.ON_DEMAND));
        json.put("keepResponseHeaders", options.has(Mode.KEEP_RESPONSE_HEADERS));
        json.set("peerCachingFlags", names(options.peerCaching()));
        json.set("fileAclFlags", names(options.fileAcls()));
        json.put("deadline", text(options.deadline()));
    }

    private static ArrayNode names(List<? extends Enum<?>> constants) {
        return Json.array(constants.stream().map(constant -> TextNode.valueOf(constant.name())));
    }

    /** The files from one index to before another. */
    public static ArrayNode files(JobView view, int from, int to) {
        return Json.array(view.job().files().subList(from, to).stream().map(file -> file(view, file)));
    }

    /** One file. */
    public static ObjectNode file(JobView view, JobFile file) {
        ObjectNode json = Json.object();
        json.put("index", file.index());
        json.put("remoteName", file.remoteName());
        json.set("remoteNames", Json.array(file.source().remoteNames().stream().map(TextNode::valueOf)));
        json.put("localName", file.localName());
        json.put("temporaryName", temporaryName(view.job(), file));
        json.set("ranges", ranges(file.ranges().isEmpty() ? null : file.ranges()));
        json.put("sha256", file.source().sha256());
        json.set("checksums", checksums(file));
        json.put("bytesTotal", file.bytesTotal());
        json.put("bytesTransferred", view.bytesTransferred(file));
        json.put("transferred", file.transferred());
        json.put("completed", file.available());
        json.put("resumable", file.resumable());
        json.put("skipped", file.marks().skipped());
        json.put("validated", (file.available() || file.marks().validated()) ? Boolean.TRUE : null);
        json.set(
                "requestedRanges",
                ranges(file.pieces() == null ? null : file.pieces().asked()));
        json.set(
                "heldRanges",
                ranges(file.pieces() == null ? null : file.pieces().held()));
        json.set("responseHeaders", lines(file.marks().responseHeaders()));
        return json;
    }

    /**
     * GetTemporaryName: a path below the owner's folder, from the first bytes on disk until the file has its own name, or the
     * job is over.
     */
    private static @Nullable String temporaryName(Job job, JobFile file) {
        if (file.available() || file.heldBy() == 0 || job.state().name().isFinal()) return null;
        String folder = file.localName().substring(0, file.localName().lastIndexOf('/') + 1);
        return folder + TempName.of(job.id(), file.index(), file.heldBy(), file.version());
    }

    private static ObjectNode checksums(JobFile file) {
        ObjectNode json = Json.object();
        file.source()
                .expected()
                .forEach(checksum -> json.put(checksum.algorithm().label(), checksum.hex()));
        return json;
    }

    static JsonNode ranges(@Nullable List<ByteRange> ranges) {
        return ranges == null
                ? NullNode.getInstance()
                : Json.array(ranges.stream().map(JobWriter::range));
    }

    private static JsonNode lines(@Nullable String text) {
        return text == null ? NullNode.getInstance() : Json.array(text.lines().map(TextNode::valueOf));
    }

    private static ObjectNode range(ByteRange range) {
        return Json.object().put("initialOffset", range.initialOffset()).put("length", range.length());
    }

    public static ObjectNode error(JobError error) {
        ObjectNode json = Json.object();
        json.put("context", error.context().name());
        json.put("code", error.code().code());
        json.put("hresult", error.code().hresultText());
        json.put("description", error.description());
        json.put("fileIndex", error.fileIndex());
        json.put("at", error.at().toString());
        if (error.cause() != null) json.set("cause", error(error.cause()));
        return json;
    }

    /** The error object as one job tells it: with the text of its context, and the protocol, where there is one. */
    public static ObjectNode error(Job job, JobError error) {
        Integer index = error.fileIndex();
        boolean remote =
                Set.of(ErrorContext.REMOTE_FILE, ErrorContext.GENERAL_TRANSPORT).contains(error.context());
        String name = (remote && index != null) ? job.files().get(index).remoteName() : null;
        return error(error)
                .put("contextDescription", error.context().text().text())
                .put("protocol", name == null ? null : protocol(name));
    }

    private static String protocol(String url) {
        return url.substring(0, url.indexOf(':')).toLowerCase(Locale.ROOT);
    }

    private static ObjectNode progress(JobProgress progress) {
        return Json.object()
                .put("bytesTotal", progress.bytesTotal())
                .put("bytesTransferred", progress.bytesTransferred())
                .put("filesTotal", progress.filesTotal())
                .put("filesTransferred", progress.filesTransferred());
    }

    private static JsonNode notification(JobSpec.@Nullable Notify notify) {
        if (notify == null) return NullNode.getInstance();
        ObjectNode json = Json.object();
        ArrayNode events = json.putArray("events");
        notify.events().forEach(event -> events.add(event.name()));
        return json.put("url", notify.url())
                .put("command", notify.command())
                .put("minimumIntervalMilliseconds", notify.interval().toMillis());
    }

    private static ObjectNode texts(SortedMap<String, String> texts) {
        ObjectNode json = Json.object();
        texts.forEach(json::put);
        return json;
    }

    static @Nullable String text(@Nullable Instant at) {
        return at == null ? null : at.toString();
    }
}
