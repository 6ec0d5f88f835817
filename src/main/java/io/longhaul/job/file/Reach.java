package io.longhaul.job.file;

import org.jspecify.annotations.Nullable;

/**
 * How far earlier attempts at a file came whose bytes are gone: to fetch those once more is no progress.
 *
 * @param bytes the most that there were of it
 * @param afresh how often the count began at 0 again, because what there was of it was not the file
 */
public record Reach(long bytes, int afresh) {
    /** A server may change a file while it is fetched; one that never gives the same file twice brings nobody further. */
    private static final int MOST_AFRESH = 5;

    private static final Reach NONE = new Reach(0, 0);

    /** The same, after an attempt that came so far; null: nothing is to be remembered. */
    static @Nullable Reach after(@Nullable Reach before, long bytes) {
        Reach known = before == null ? NONE : before;
        if (bytes <= known.bytes) return before;
        return new Reach(bytes, known.afresh);
    }

    /** What there was of it was another version, or wrong: other bytes come now, and count from the first on. */
    static @Nullable Reach afresh(@Nullable Reach before, long bytes) {
        Reach known = before == null ? NONE : before;
        return known.afresh < MOST_AFRESH ? new Reach(0, known.afresh + 1) : after(before, bytes);
    }
}
