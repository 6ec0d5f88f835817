package io.longhaul.entity;

import io.longhaul.job.Job;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hears how jobs fare with the journal; must not block. */
public interface JournalListener {
    /** A job was read; null: there is none. */
    void read(@Nullable Job job, Duration took);

    /** A job could not be read. */
    void notRead();

    /**
     * Something happened to a job of this node, and is in the journal.
     *
     * @param before null: the job begins
     * @param steps what happened then, one after the other; at least one
     */
    void written(@Nullable Job before, List<Step> steps);

    /** An event was not taken: what was decided did not happen. */
    void notWritten();
}
