package io.longhaul.entity;

import io.longhaul.job.Job;
import io.longhaul.job.JobId;
import io.longhaul.job.StoreReport;
import io.longhaul.job.file.JobFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The local side of jobs: what happens to temporary and finished files. Every call may be repeated without harm. */
public interface FileStore {
    /**
     * Complete: renames every transferred file that is not available yet to its final name and, once all renames have
     * worked, deletes the temporary files of the unfinished ones. Never fails: what went wrong is in the report.
     *
     * @param again whether this Complete may have been carried out, or begun, before: by a node that was lost, say
     */
    CompletionStage<StoreReport.Published> publish(Job job, boolean again);

    /** Cancel: deletes all temporary files and all transferred ones that are not available. Never fails. */
    CompletionStage<StoreReport.Discarded> discard(Job job);

    /**
     * Opens for reading what has the final name of an available file; blocks on the disk.
     *
     * @throws IOException where nothing has it, or a link stands in its way
     */
    Opened open(JobId job, JobFile file) throws IOException;

    /**
     * What has the final name of a file.
     *
     * @param asPublished whether it has the length and the time with which the job's own file got that name
     */
    record Opened(FileChannel channel, Identity identity, boolean asPublished) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /**
     * By what one file is told from the next one of the same name, and from itself after somebody has written to it.
     *
     * @param key the file system's own; null: it has none
     */
    record Identity(@Nullable Object key, long size, FileTime modified) {}
}
