package io.longhaul.api.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longhaul.entity.JobSummary;
import io.longhaul.entity.JobView;
import io.longhaul.job.JobError;
import io.longhaul.job.JobProgress;
import io.longhaul.job.JobSpec;
import io.longhaul.job.file.ByteRange;
import io.longhaul.job.file.JobFile;
import java.time.Instant;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** A job as its clients see it. */
public final class JobWriter {
    private JobWriter() {}

    public static ObjectNode job(JobView view) {
        ObjectNode json = summary(view.summary());
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
        json.set("notify", notification(spec.notification()));
        return json;
    }

    /** The files from one index to before another. */
    public static ArrayNode files(JobView view, int from, int to) {
        return Json.array(view.job().files().subList(from, to).stream().map(file -> file(view, file)));
    }

    private static ObjectNode file(JobView view, JobFile file) {
        ObjectNode json = Json.object();
        json.put("index", file.index());
        json.put("remoteName", file.remoteName());
        json.put("localName", file.localName());
        json.set("ranges", file.ranges().isEmpty() ? NullNode.getInstance() : ranges(file));
        json.put("sha256", file.source().sha256());
        json.put("bytesTotal", file.bytesTotal());
        json.put("bytesTransferred", view.bytesTransferred(file));
        json.put("transferred", file.transferred());
        json.put("completed", file.available());
        json.put("resumable", file.resumable());
        return json;
    }

    private static ArrayNode ranges(JobFile file) {
        return Json.array(file.ranges().stream().map(JobWriter::range));
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
        return json.put("url", notify.url());
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
