package io.longhaul.entity;

import java.time.Duration;

/** Hears how jobs fare with the journal; must not block. */
public interface JournalListener {
    /** A job was read, or found not to exist. */
    void read(Duration took);

    /** A job could not be read. */
    void notRead();

    /** An event was not taken: what was decided did not happen. */
    void notWritten();
}
