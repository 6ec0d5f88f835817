package io.longhaul.job;

import io.longhaul.job.JobEvent.FileCheckpointed;
import io.longhaul.job.JobEvent.FileTransferred;
import io.longhaul.job.JobEvent.JobChanged;
import io.longhaul.job.JobEvent.PieceHeld;
import io.longhaul.job.JobSpec.Notify;
import io.longhaul.job.JobSpec.NotifyEvent;
import io.longhaul.job.file.ByteRange;
import io.longhaul.job.file.JobFile;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that somebody wants to be told of, and that follows from one event of a job's history: a call of
 * IBackgroundCopyCallback.
 *
 * @param fileIndex of the file that it is about; null: about the job as a whole
 * @param parts of the remote file that have come: what FILE_RANGES_TRANSFERRED tells
 * @see <a href="https://learn.microsoft.com/windows/win32/api/bits/nn-bits-ibackgroundcopycallback">IBackgroundCopyCallback</a>
 */
public record Notification(NotifyEvent event, @Nullable Integer fileIndex, List<ByteRange> parts) {
    public Notification {
        parts = List.copyOf(parts);
    }

    private Notification(NotifyEvent event) {
        this(event, null, List.of());
    }

    /**
     * What is to be told of an event, in this order.
     *
     * @param before the job before it
     * @param after the job after it
     */
    public static List<Notification> of(Job before, JobEvent event, Job after) {
        Notify notify = after.spec().notification();
        if (notify == null) return List.of();
        List<Notification> all = all(before, event);
        return all.stream().filter(one -> notify.tells(one.event())).toList();
    }

    private static List<Notification> all(Job before, JobEvent event) {
        return switch (event) {
            case JobEvent.JobTransferred e ->
                e.again() ? List.of() : List.of(new Notification(NotifyEvent.JOB_TRANSFERRED));
            case JobEvent.JobFailed e -> List.of(new Notification(NotifyEvent.JOB_ERROR));
            case FileCheckpointed e -> ofFile(before.files().get(e.fileIndex()), e.bytes(), false);
            case FileTransferred e -> ofFile(before.files().get(e.fileIndex()), e.bytes(), true);
            case PieceHeld e -> ofPart(e.fileIndex(), List.of(e.piece()));
            case JobChanged e -> ofChange(before);
            case JobEvent.JobCreated nothingBefore -> List.of();
            case JobEvent.JobCancelled neverTold -> List.of();
            case JobEvent.JobCleanedUp neverTold -> List.of();
            case JobEvent.SliceRenewed notSeen -> List.of();
            case JobEvent.InactivityTimeoutChanged notTheJobs -> List.of();
            case JobEvent.ProgressMade notSeen -> List.of();
            case JobEvent.FilesAdded e -> modification();
            case JobEvent.OwnershipTaken e -> modification();
            case JobEvent.JobQueued e -> modification();
            case JobEvent.JobSuspended e -> modification();
            case JobEvent.SliceGranted e -> modification();
            case JobEvent.JobConnected e -> modification();
            case JobEvent.FileOpened e -> modification();
            case JobEvent.FileRestarted e -> modification();
            case JobEvent.RemoteNamesChanged e -> modification();
            case JobEvent.FileRedirected e -> modification();
            case JobEvent.SourceChanged e -> modification();
            case JobEvent.FileSkipped e -> modification();
            case JobEvent.FileRetried e -> modification();
            case JobEvent.FileValidated e -> modification();
            case JobEvent.PiecesAsked e -> modification();
            case JobEvent.JobStalled e -> modification(); // a transient error is nobody's business but ours
            case JobEvent.CompletionBegan e -> modification();
            case JobEvent.CompletionFailed e -> modification();
            case JobEvent.JobAcknowledged e -> modification();
        };
    }

    private static List<Notification> modification() {
        return List.of(new Notification(NotifyEvent.JOB_MODIFICATION));
    }

    private static List<Notification> ofFile(JobFile before, long bytes, boolean transferred) {
        List<ByteRange> parts = ByteRange.between(before.ranges(), before.bytesHeld(), bytes);
        List<Notification> all = new ArrayList<>(ofPart(before.index(), parts));
        if (transferred)
            all.add(all.size() - 1, new Notification(NotifyEvent.FILE_TRANSFERRED, before.index(), List.of()));
        return all;
    }

    private static List<Notification> ofPart(int fileIndex, List<ByteRange> parts) {
        if (parts.isEmpty()) return modification();
        return List.of(
                new Notification(NotifyEvent.FILE_RANGES_TRANSFERRED, fileIndex, parts),
                new Notification(NotifyEvent.JOB_MODIFICATION));
    }

    /** Whoever asks to be told of what has happened already is told, too. */
    private static List<Notification> ofChange(Job before) {
        NotifyEvent happened = switch (before.state()) {
            case Transferred state -> NotifyEvent.JOB_TRANSFERRED;
            case FatalError state -> NotifyEvent.JOB_ERROR;
            default -> null;
        };
        Notify known = before.spec().notification();
        if (happened == null || (known != null && known.tells(happened))) return modification();
        return List.of(new Notification(happened), new Notification(NotifyEvent.JOB_MODIFICATION));
    }
}
