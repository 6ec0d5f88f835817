package io.longhaul.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longhaul.entity.JobSummary;
import io.longhaul.entity.Notifications.Delivery;
import io.longhaul.job.JobError;
import io.longhaul.job.JobProgress;
import io.longhaul.job.JobSpec.NotifyEvent;
import io.longhaul.job.file.ByteRange;
import io.longhaul.job.file.JobFile;
import java.io.UncheckedIOException;

/**
 * What a receiver reads: the same bytes at each attempt. It holds nothing that only the remote servers should see, such
 * as custom headers and remote names.
 */
final class Body {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Body() {}

    static byte[] of(Delivery delivery) {
        ObjectNode json = JSON.createObjectNode();
        json.put("type", delivery.key().event().name());
        json.put("timestamp", delivery.at().toString());
        ObjectNode data = json.putObject("data");
        addJob(data, delivery.news().job());
        JobFile file = delivery.news().file();
        if (file != null) addFile(data.putObject("file"), file, delivery);
        try {
            return JSON.writeValueAsBytes(json);
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static void addJob(ObjectNode data, JobSummary job) {
        data.put("jobId", job.id().toString());
        data.put("displayName", job.spec().displayName());
        data.put("owner", job.spec().owner().name());
        data.put("queue", job.spec().queue());
        ObjectNode labels = data.putObject("labels");
        job.spec().labels().forEach(labels::put);
        data.put("state", job.state().name());
        data.put("sequence", job.sequence());
        JobProgress progress = job.progress();
        data.putObject("progress")
                .put("bytesTotal", progress.bytesTotal())
                .put("bytesTransferred", progress.bytesTransferred())
                .put("filesTotal", progress.filesTotal())
                .put("filesTransferred", progress.filesTransferred());
        JobError error = job.error();
        if (error == null) data.putNull("error");
        else addError(data.putObject("error"), error);
    }

    private static void addError(ObjectNode json, JobError error) {
        json.put("context", error.context().name());
        json.put("code", error.code().code());
        json.put("hresult", error.code().hresultText());
        json.put("description", error.description());
        json.put("fileIndex", error.fileIndex());
        json.put("at", error.at().toString());
    }

    private static void addFile(ObjectNode json, JobFile file, Delivery delivery) {
        json.put("index", file.index());
        json.put("localName", file.localName());
        json.put("bytesTotal", file.bytesTotal());
        json.put("bytesTransferred", file.bytesHeld());
        if (delivery.key().event() != NotifyEvent.FILE_RANGES_TRANSFERRED) return;
        ArrayNode ranges = json.putArray("ranges");
        for (ByteRange range : delivery.parts())
            ranges.addObject().put("initialOffset", range.initialOffset()).put("length", range.length());
    }
}
