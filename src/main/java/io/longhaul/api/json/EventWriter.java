package io.longhaul.api.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.longhaul.entity.JobHistory;
import io.longhaul.job.JobEvent;
import io.longhaul.job.Recorded;
import java.util.List;

/** One line of a job's history, as its clients see it. The names stand for good: clients know events by them. */
public final class EventWriter {
    private EventWriter() {}

    public static ObjectNode event(JobHistory.Entry entry) {
        Recorded recorded = entry.recorded();
        ObjectNode json = Json.object();
        json.put("sequence", entry.sequence());
        json.put("type", type(recorded.event()));
        json.put("at", recorded.at().toString());
        json.put("state", entry.state().name());
        json.put("cause", recorded.cause().name());
        json.put("by", recorded.by());
        addMembers(json, recorded.event());
        return json;
    }

    private static String type(JobEvent event) {
        return switch (event) {
            case JobEvent.JobCreated e -> "JobCreated";
            case JobEvent.FilesAdded e -> "FilesAdded";
            case JobEvent.JobChanged e -> "JobChanged";
            case JobEvent.InactivityTimeoutChanged e -> "InactivityTimeoutChanged";
            case JobEvent.OwnershipTaken e -> "OwnershipTaken";
            case JobEvent.JobQueued e -> "JobQueued";
            case JobEvent.JobSuspended e -> "JobSuspended";
            case JobEvent.SliceGranted e -> "SliceGranted";
            case JobEvent.SliceRenewed e -> "SliceRenewed";
            case JobEvent.JobConnected e -> "JobConnected";
            case JobEvent.FileOpened e -> "FileOpened";
            case JobEvent.FileCheckpointed e -> "FileCheckpointed";
            case JobEvent.ProgressMade e -> "ProgressMade";
            case JobEvent.FileRedirected e -> "FileRedirected";
            case JobEvent.FileRestarted e -> "FileRestarted";
            case JobEvent.FileTransferred e -> "FileTransferred";
            case JobEvent.RemoteNamesChanged e -> "RemoteNamesChanged";
            case JobEvent.SourceChanged e -> "SourceChanged";
            case JobEvent.FileSkipped e -> "FileSkipped";
            case JobEvent.FileRetried e -> "FileRetried";
            case JobEvent.FileValidated e -> "FileValidated";
            case JobEvent.PiecesAsked e -> "PiecesAsked";
            case JobEvent.PieceHeld e -> "PieceHeld";
            case JobEvent.JobTransferred e -> "JobTransferred";
            case JobEvent.JobStalled e -> "JobStalled";
            case JobEvent.JobFailed e -> "JobFailed";
            case JobEvent.CompletionBegan e -> "CompletionBegan";
            case JobEvent.CompletionFailed e -> "CompletionFailed";
            case JobEvent.JobAcknowledged e -> "JobAcknowledged";
            case JobEvent.JobCancelled e -> "JobCancelled";
            case JobEvent.JobCleanedUp e -> "JobCleanedUp";
        };
    }

    private static void addMembers(ObjectNode json, JobEvent event) {
        switch (event) {
            case JobEvent.JobCreated e -> json.put("filesAdded", e.files().size());
            case JobEvent.FilesAdded e ->
                json.put("filesAdded", e.files().size())
                        .put("folder", e.folder().name());
            case JobEvent.InactivityTimeoutChanged e ->
                json.put("inactivityTimeoutSeconds", e.timeout().toSeconds());
            case JobEvent.OwnershipTaken e -> json.put("owner", e.newOwner().name());
            case JobEvent.JobQueued e -> {
                json.put("reason", e.reason().name());
                if (e.lastSeenAt() != null)
                    json.put("lastSeenAt", e.lastSeenAt().toString());
            }
            case JobEvent.SliceGranted e ->
                json.put("slice", e.slice())
                        .put("node", e.node())
                        .put("until", e.endsAt().toString());
            case JobEvent.SliceRenewed e ->
                json.put("slice", e.slice()).put("until", e.endsAt().toString());
            case JobEvent.FileOpened e ->
                json.put("fileIndex", e.fileIndex())
                        .put("bytesTotal", e.bytesTotal())
                        .put("resumable", e.resumable());
            case JobEvent.FileCheckpointed e ->
                json.put("fileIndex", e.fileIndex()).put("bytes", e.bytes()).put("slice", e.run());
            case JobEvent.FileRedirected e ->
                json.put("fileIndex", e.fileIndex()).put("remoteName", e.remoteName());
            case JobEvent.FileRestarted e ->
                json.put("fileIndex", e.fileIndex()).put("code", e.reason().code());
            case JobEvent.FileTransferred e ->
                json.put("fileIndex", e.fileIndex()).put("bytes", e.bytes()).put("slice", e.run());
            case JobEvent.RemoteNamesChanged e ->
                json.put("fileIndex", e.fileIndex())
                        .set("remoteNames", Json.array(e.remoteNames().stream().map(TextNode::valueOf)));
            case JobEvent.SourceChanged e ->
                json.put("fileIndex", e.fileIndex()).put("source", e.source()).set("error", JobWriter.error(e.error()));
            case JobEvent.FileSkipped e -> json.put("fileIndex", e.fileIndex());
            case JobEvent.FileRetried e -> json.put("fileIndex", e.fileIndex());
            case JobEvent.FileValidated e ->
                json.put("fileIndex", e.fileIndex()).put("valid", e.valid());
            case JobEvent.PiecesAsked e ->
                json.put("fileIndex", e.fileIndex()).set("requestedRanges", JobWriter.ranges(e.asked()));
            case JobEvent.PieceHeld e ->
                json.put("fileIndex", e.fileIndex())
                        .put("slice", e.run())
                        .set("heldRanges", JobWriter.ranges(List.of(e.piece())));
            case JobEvent.JobTransferred e -> json.put("again", e.again());
            case JobEvent.JobStalled e ->
                json.put("retryAt", e.retryAt().toString()).set("error", JobWriter.error(e.error()));
            case JobEvent.JobFailed e -> json.set("error", JobWriter.error(e.error()));
            case JobEvent.CompletionFailed e ->
                addFiles(json, e.available(), e.replaced()).set("error", JobWriter.error(e.error()));
            case JobEvent.JobAcknowledged e ->
                addFiles(json, e.available(), e.replaced())
                        .put("result", e.result().code());
            case JobEvent.JobCancelled e -> json.put("inactive", e.inactive());
            case JobEvent.JobCleanedUp e -> json.put("allDeleted", e.allDeleted());
            case JobEvent.JobChanged none -> {}
            case JobEvent.JobSuspended none -> {}
            case JobEvent.JobConnected none -> {}
            case JobEvent.ProgressMade none -> {}
            case JobEvent.CompletionBegan none -> {}
        }
    }

    /** Older versions recorded nothing of what was replaced: an empty list would say that nothing was. */
    private static ObjectNode addFiles(ObjectNode json, List<Integer> available, List<Integer> replaced) {
        ArrayNode completed = json.putArray("completed");
        available.forEach(completed::add);
        if (!replaced.isEmpty()) replaced.forEach(json.putArray("replaced")::add);
        return json;
    }
}
