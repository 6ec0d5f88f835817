package io.longhaul.entity;

import io.longhaul.job.Job;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Hears how jobs fare with the journal; must not block. */
public interface JournalListener {
    /** A job was read; null: there is none. */
    void read(@Nullable Job job, Duration took);

    /** A job could not be read. */
    void notRead();

    /** An event was not taken: what was decided did not happen. */
    void notWritten();
}
