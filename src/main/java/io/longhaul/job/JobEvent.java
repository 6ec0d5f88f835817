package io.longhaul.job;

import io.longhaul.job.file.ByteRange;
import io.longhaul.job.file.Checksum;
import io.longhaul.job.file.FileSource;
import io.longhaul.job.file.RemoteVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has happened to a job. When, why and at whose word stands in {@link Recorded}. */
public sealed interface JobEvent {
    /** Born SUSPENDED, with these files. */
    record JobCreated(JobSpec spec, List<FileSource> files) implements JobEvent {
        public JobCreated {
            files = List.copyOf(files);
        }
    }

    record FilesAdded(List<FileSource> files, Owner folder) implements JobEvent {
        public FilesAdded {
            files = List.copyOf(files);
        }
    }

    /** Properties were set; the spec as it is from now on. */
    record JobChanged(JobSpec spec) implements JobEvent {}

    /** Policies have another inactivity timeout than before. Written when the job comes to the end of either. */
    record InactivityTimeoutChanged(Duration timeout) implements JobEvent {}

    record OwnershipTaken(Owner newOwner) implements JobEvent {}

    /**
     * The job waits for a slice.
     *
     * @param busyHost {@code name:port} of the remote host that had no connection free, where that is the reason
     * @param lastSeenAt when its run was last heard of, where nobody knows when that ended; null: it ended now, or there was none
     */
    record JobQueued(
            QueuedReason reason,
            @Nullable String busyHost,
            @Nullable Instant lastSeenAt) implements JobEvent {
        public JobQueued(QueuedReason reason) {
            this(reason, null, null);
        }
    }

    record JobSuspended() implements JobEvent {}

    /**
     * The scheduler granted a time slice.
     *
     * @param held how long the no-progress clock stood still while the job was queued
     * @param node {@code host:port} of the node that runs it
     */
    record SliceGranted(long slice, Instant endsAt, Duration held, String node) implements JobEvent {}

    record SliceRenewed(long slice, Instant endsAt) implements JobEvent {}

    /** The first server of this run has answered. */
    record JobConnected() implements JobEvent {}

    /**
     * The server has answered for this file.
     *
     * @param digest what it says that the content comes to
     * @param responseHeaders a line each, where the job keeps them
     */
    record FileOpened(
            int fileIndex,
            RemoteVersion version,
            @Nullable Long bytesTotal,
            @Nullable Boolean resumable,
            @Nullable Checksum digest,
            @Nullable String responseHeaders)
            implements JobEvent {}

    /** So many bytes are on disk, in the temporary file of that run. */
    record FileCheckpointed(int fileIndex, long bytes, long run) implements JobEvent {}

    /** The first byte since the last error. */
    record ProgressMade() implements JobEvent {}

    /** A redirect led elsewhere, and the redirect policy has the file named so from now on. */
    record FileRedirected(int fileIndex, String remoteName) implements JobEvent {}

    /**
     * The file starts at 0.
     *
     * @param reached how many bytes there were of it, where those are more than were known to be on disk; null: no more
     */
    record FileRestarted(
            int fileIndex, ErrorCode reason, @Nullable Long reached) implements JobEvent {}

    record FileTransferred(
            int fileIndex,
            RemoteVersion version,
            long bytes,
            @Nullable Boolean resumable,
            long run,
            @Nullable String responseHeaders)
            implements JobEvent {}

    /**
     * SetRemoteName, ReplaceRemotePrefix: from now on the file is fetched from there.
     *
     * @param redirected the places of those whose host a redirect gave and this call did not name
     */
    record RemoteNamesChanged(int fileIndex, List<String> remoteNames, List<Integer> redirected) implements JobEvent {
        public RemoteNamesChanged {
            remoteNames = List.copyOf(remoteNames);
            redirected = List.copyOf(redirected);
        }
    }

    /**
     * The next attempt is made at another of the file's URLs.
     *
     * @param source its place, from 0
     * @param error why the present one is left
     * @param refused whether that one does not heal
     */
    record SourceChanged(int fileIndex, int source, JobError error, boolean refused, boolean counted)
            implements JobEvent {}

    /** The owner goes on without the file. */
    record FileSkipped(int fileIndex) implements JobEvent {}

    /** The owner wants the file to be tried again: afresh, where it had been transferred. */
    record FileRetried(int fileIndex) implements JobEvent {}

    /** SetValidationState; a file that is not valid is fetched afresh. */
    record FileValidated(int fileIndex, boolean valid) implements JobEvent {}

    /** RequestFileRanges, UpdateDownloadPosition: what is wanted of the file, in this order. */
    record PiecesAsked(int fileIndex, List<ByteRange> asked) implements JobEvent {
        public PiecesAsked {
            asked = List.copyOf(asked);
        }
    }

    /** That part of the file is on disk, in the temporary file of that run. */
    record PieceHeld(int fileIndex, ByteRange piece, long run) implements JobEvent {}

    /**
     * Every file is here.
     *
     * @param again whether it had been transferred before and nothing was added since: nobody is notified twice
     */
    record JobTransferred(boolean again) implements JobEvent {}

    /**
     * A transient error.
     *
     * @param retryAt when the job is queued again, at the latest
     * @param counted whether it adds to the error count
     * @param untilChange true: something else has to change first, and nobody knows when; null: no
     */
    record JobStalled(
            JobError error,
            Instant retryAt,
            boolean counted,
            @Nullable Boolean untilChange) implements JobEvent {
        public JobStalled(JobError error, Instant retryAt, boolean counted) {
            this(error, retryAt, counted, null);
        }
    }

    /** A fatal error. */
    record JobFailed(JobError error, boolean counted) implements JobEvent {}

    /** Complete was called: from now on nothing moves, and the finished files get their names. */
    record CompletionBegan() implements JobEvent {}

    /**
     * A file could not get its name: the job stays.
     *
     * @param replaced indexes of the files that took the place of one that had the name before
     */
    record CompletionFailed(List<Integer> available, JobError error, List<Integer> replaced) implements JobEvent {
        public CompletionFailed {
            available = List.copyOf(available);
            replaced = List.copyOf(replaced);
        }
    }

    /**
     * Complete is done.
     *
     * @param result what it returned: S_OK, BG_S_PARTIAL_COMPLETE or BG_S_UNABLE_TO_DELETE_FILES
     * @param replaced indexes of the files that took the place of one that had the name before
     */
    record JobAcknowledged(List<Integer> available, BitsError result, List<Integer> replaced) implements JobEvent {
        public JobAcknowledged {
            available = List.copyOf(available);
            replaced = List.copyOf(replaced);
        }
    }

    /**
     * The job is given up.
     *
     * @param inactive whether the inactivity timeout did it, and not a client
     */
    record JobCancelled(boolean inactive) implements JobEvent {}

    /** What a cancelled job left on disk is deleted, or cannot be. */
    record JobCleanedUp(boolean allDeleted) implements JobEvent {}
}
