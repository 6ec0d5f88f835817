package io.longhaul.entity;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Who did what. The last hundred thousand lines are kept. */
public interface Audit {
    /**
     * Newest first.
     *
     * @param before only lines older than this one; null: from the newest
     */
    CompletionStage<List<Line>> lines(@Nullable Long before, int limit);

    /** Writes a line about what was done outside of any job's history; complete once it is on disk. */
    CompletionStage<Void> write(String by, String action, String subject);

    /**
     * One line.
     *
     * @param by the caller's name
     * @param action what he did, for programs
     * @param subject to what, for people
     */
    record Line(long id, Instant at, String by, String action, String subject) {}
}
