package io.longhaul.entity;

import io.longhaul.job.Job;
import io.longhaul.job.StoreReport;
import io.longhaul.job.file.JobFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.CompletionStage;

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
     * Opens an available file for reading; blocks on the disk.
     *
     * @throws IOException where it is gone, or a link stands in its way
     */
    FileChannel open(JobFile file) throws IOException;
}
