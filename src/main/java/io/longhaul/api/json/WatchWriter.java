package io.longhaul.api.json;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longhaul.entity.JobHistory;
import io.longhaul.entity.JobView;
import io.longhaul.job.Job;
import io.longhaul.job.JobError;
import io.longhaul.job.JobEvent;
import io.longhaul.job.JobId;
import io.longhaul.job.JobProgress;
import io.longhaul.job.StateName;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** What a watcher is told, as server-sent events. */
public final class WatchWriter {
    /** Keeps proxies from closing a quiet connection; clients skip it. */
    public static final String HEARTBEAT = ":\n\n";

    private WatchWriter() {}

    /** The state that a job is in when somebody begins to watch. */
    public static String present(Job job) {
        ObjectNode data = about(job.id())
                .put("state", job.state().name().name())
                .put("at", job.times().modification().toString());
        return message(job.id() + ":" + job.sequence(), "state", data);
    }

    /**
     * The messages of one event; empty where it means nothing to a watcher. The last one has its id: whoever loses the
     * stream before that one comes back with the id of an earlier event, and is told of this one again.
     */
    public static String messages(JobHistory.Entry entry) {
        StringBuilder text = new StringBuilder();
        for (Iterator<Message> messages = told(entry).iterator(); messages.hasNext(); ) {
            Message message = messages.next();
            ObjectNode data = message.data().put("at", entry.recorded().at().toString());
            text.append(
                    messages.hasNext()
                            ? message(message.event(), data)
                            : message(entry.id() + ":" + entry.sequence(), message.event(), data));
        }
        return text.toString();
    }

    public static String progress(JobView view) {
        JobProgress progress = view.progress();
        ObjectNode data = about(view.job().id())
                .put("bytesTransferred", progress.bytesTransferred())
                .put("bytesTotal", progress.bytesTotal())
                .put("filesTransferred", progress.filesTransferred());
        return message("progress", data);
    }

    private record Message(String event, ObjectNode data) {}

    private static List<Message> told(JobHistory.Entry entry) {
        return switch (entry.recorded().event()) {
            case JobEvent.JobCreated e -> List.of(state(entry));
            case JobEvent.JobQueued e -> List.of(state(entry));
            case JobEvent.JobSuspended e -> List.of(state(entry));
            case JobEvent.SliceGranted e -> List.of(state(entry));
            case JobEvent.JobConnected e -> List.of(state(entry));
            case JobEvent.JobTransferred e -> List.of(state(entry));
            case JobEvent.JobAcknowledged e -> List.of(state(entry));
            case JobEvent.JobCancelled e -> List.of(state(entry));
            case JobEvent.CompletionBegan e -> entry.state() == StateName.SUSPENDED ? List.of(state(entry)) : List.of();
            case JobEvent.JobStalled e -> failure(entry, e.error(), true);
            case JobEvent.JobFailed e -> failure(entry, e.error(), true);
            case JobEvent.CompletionFailed e -> failure(entry, e.error(), false);
            case JobEvent.FileTransferred e -> List.of(file(entry, e.fileIndex(), true, e.bytes()));
            case JobEvent.FileRestarted e -> List.of(file(entry, e.fileIndex(), false, 0));
            case JobEvent.FileValidated e -> e.valid() ? List.of() : List.of(file(entry, e.fileIndex(), false, 0));
            case JobEvent.SourceChanged e -> failure(entry, e.error(), false);
            case JobEvent.FileRedirected e -> List.of();
            case JobEvent.FilesAdded e -> List.of();
            case JobEvent.RemoteNamesChanged e -> List.of();
            case JobEvent.FileSkipped e -> List.of();
            case JobEvent.FileRetried e -> List.of();
            case JobEvent.PiecesAsked e -> List.of();
            case JobEvent.PieceHeld e -> List.of();
            case JobEvent.JobChanged e -> List.of();
            case JobEvent.InactivityTimeoutChanged e -> List.of();
            case JobEvent.OwnershipTaken e -> List.of();
            case JobEvent.SliceRenewed e -> List.of();
            case JobEvent.FileOpened e -> List.of();
            case JobEvent.FileCheckpointed e -> List.of();
            case JobEvent.ProgressMade e -> List.of();
            case JobEvent.JobCleanedUp e -> List.of();
        };
    }

    private static Message state(JobHistory.Entry entry) {
        return new Message("state", about(entry.id()).put("state", entry.state().name()));
    }

    private static Message file(JobHistory.Entry entry, int index, boolean transferred, long bytes) {
        return new Message(
                "file",
                about(entry.id())
                        .put("fileIndex", index)
                        .put("transferred", transferred)
                        .put("bytesTransferred", bytes));
    }

    /** The error comes first, so that who acts on the state has seen it. */
    private static List<Message> failure(JobHistory.Entry entry, JobError error, boolean newState) {
        List<Message> messages = new ArrayList<>();
        ObjectNode data = about(entry.id());
        data.set("error", JobWriter.error(error));
        messages.add(new Message("error", data));
        if (newState) messages.add(state(entry));
        return messages;
    }

    private static ObjectNode about(JobId id) {
        return Json.object().put("jobId", id.toString());
    }

    private static String message(String id, String event, ObjectNode data) {
        return "id: " + id + "\n" + message(event, data);
    }

    /** Without an id: a client's last one stays as it was. */
    private static String message(String event, ObjectNode data) {
        return "event: " + event + "\ndata: " + Json.text(data) + "\n\n";
    }
}
