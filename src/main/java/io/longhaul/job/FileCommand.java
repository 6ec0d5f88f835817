package io.longhaul.job;

import io.longhaul.job.file.ByteRange;
import java.util.List;

/** The calls of IBackgroundCopyFile, those of IBackgroundCopyJob that are about files, and ours for one bad file among many. */
public sealed interface FileCommand extends OwnerCommand {
    /**
     * SetRemoteName.
     *
     * @param remoteNames the URLs of the file, in the order in which they are tried
     */
    record SetRemoteNames(int fileIndex, List<String> remoteNames) implements FileCommand {
        public SetRemoteNames {
            remoteNames = List.copyOf(remoteNames);
        }
    }

    record ReplaceRemotePrefix(String oldPrefix, String newPrefix) implements FileCommand {}

    /** Goes on without the file. */
    record SkipFile(int fileIndex) implements FileCommand {}

    /** Tries this one file again. */
    record RetryFile(int fileIndex) implements FileCommand {}

    /** SetValidationState. */
    record ValidateFile(int fileIndex, boolean valid) implements FileCommand {}

    /** RequestFileRanges. */
    record RequestRanges(int fileIndex, List<ByteRange> ranges, JobLimits limits) implements FileCommand {
        public RequestRanges {
            ranges = List.copyOf(ranges);
        }
    }

    /** UpdateDownloadPosition. */
    record MoveDownload(int fileIndex, long offset) implements FileCommand {}
}
