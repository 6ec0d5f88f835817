package io.longhaul.job;

import io.longhaul.job.file.ByteRange;
import io.longhaul.job.file.Checksum;
import io.longhaul.job.file.RemoteVersion;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a run says of itself. Each report names the run, which is the number of the slice that started it, so that a
 * straggler of an older run is known as one.
 */
public sealed interface TransferReport extends JobCommand {
    /** The number of the slice that started the run. */
    long run();

    /** What it says of one of the files. */
    sealed interface OfFile extends TransferReport {
        int fileIndex();
    }

    /**
     * The server answered for this file and its bytes begin to flow.
     *
     * @param digest what it says that the content comes to
     * @param responseHeaders a line each, where the job keeps them
     */
    record FileOpened(
            long run,
            int fileIndex,
            RemoteVersion version,
            @Nullable Long bytesTotal,
            @Nullable Boolean resumable,
            @Nullable Checksum digest,
            @Nullable String responseHeaders)
            implements OfFile {
        public FileOpened(
                long run,
                int fileIndex,
                RemoteVersion version,
                @Nullable Long bytesTotal,
                @Nullable Boolean resumable) {
            this(run, fileIndex, version, bytesTotal, resumable, null, null);
        }
    }

    /** So many bytes of the file have arrived; they may not be on disk yet. */
    record Progressed(long run, int fileIndex, long bytes) implements OfFile {}

    /** So many bytes of the file are on disk, in the temporary file of this run. */
    record Checkpointed(long run, int fileIndex, long bytes) implements OfFile {}

    /** That part of a file that is not fetched from the front is on disk, in the temporary file of this run. */
    record PieceCheckpointed(long run, int fileIndex, ByteRange piece) implements OfFile {}

    /** A redirect led elsewhere, and the job wants to know of it: that is the file's remote name now. */
    record Redirected(long run, int fileIndex, String remoteName) implements OfFile {}

    /**
     * The remote file is another one than before, or the server cannot go on in the middle: the file starts at 0.
     *
     * @param reached how many bytes there were of it, on disk or not
     */
    record FileRestarted(long run, int fileIndex, ErrorCode reason, long reached) implements OfFile {}

    /**
     * All bytes of the file are on disk and, where a checksum was given, are the right ones. Says all that
     * {@link FileOpened} says, which a run may leave out for a small file.
     */
    record FileFinished(
            long run,
            int fileIndex,
            RemoteVersion version,
            long bytes,
            @Nullable Boolean resumable,
            @Nullable String responseHeaders)
            implements OfFile {
        public FileFinished(long run, int fileIndex, RemoteVersion version, long bytes, @Nullable Boolean resumable) {
            this(run, fileIndex, version, bytes, resumable, null);
        }
    }

    /**
     * The run failed and has ended.
     *
     * @param fatal whether only the client can help
     * @param retryAfter what the server asked for, counted from now
     */
    record RunFailed(
            long run,
            JobError error,
            boolean fatal,
            @Nullable Duration retryAfter) implements TransferReport {}

    /** The run had to stop because the next host has no connection free; it has ended. */
    record HostBusy(long run, String host) implements TransferReport {}

    /** The run did all that it was started for, and has ended. */
    record RunDone(long run) implements TransferReport {}
}
