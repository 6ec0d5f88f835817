package io.longhaul.transfer;

import io.longhaul.job.JobId;
import io.longhaul.job.file.HttpDate;
import io.longhaul.job.file.JobFile;
import io.longhaul.job.file.RemoteVersion;
import io.longhaul.job.file.TempName;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * The time that a file has under its final name: by it, and by its length, a job knows its own file again once no
 * temporary name tells whose it is.
 *
 * <p>It is the one that the server told, as BITS has it. Where that would not do, because the server told none or because
 * a file of that very time is to be replaced, the time is marked: the part of its second that no server tells of is made
 * of the temporary file's name, which no other file has.
 */
final class PublishedTime {
    private static final long MICROS_A_SECOND = 1_000_000;

    private final @Nullable Instant told;
    private final long mark;

    private PublishedTime(@Nullable Instant told, long mark) {
        this.told = told;
        this.mark = mark;
    }

    static PublishedTime of(JobId job, JobFile file) {
        return of(job, file, file.heldBy());
    }

    /** @param run the one that has written it, where the file does not tell yet */
    static PublishedTime of(JobId job, JobFile file, long run) {
        RemoteVersion version = file.version();
        String name = TempName.of(job, file.index(), run, version);
        // Never 0, which every time has that was given in whole seconds
        long mark = 1 + Math.floorMod(name.hashCode(), MICROS_A_SECOND - 1);
        String told = version.lastModified();
        return new PublishedTime(told == null ? null : HttpDate.parse(told).orElse(null), mark);
    }

    /** What the server told; null: nothing that makes sense. */
    @Nullable
    FileTime told() {
        return told == null ? null : FileTime.from(told);
    }

    /** The time in the same second that only this file has. */
    FileTime marked(FileTime time) {
        return FileTime.from(time.toInstant().truncatedTo(ChronoUnit.SECONDS).plus(mark, ChronoUnit.MICROS));
    }

    /** Whether it is marked as this file's. */
    boolean isMarked(FileTime found) {
        return found.toInstant().get(ChronoField.MICRO_OF_SECOND) == mark;
    }

    /** Whether it is what the server told. */
    boolean isTold(FileTime found) {
        return told != null && told.equals(found.toInstant().truncatedTo(ChronoUnit.MICROS));
    }

    /** Whether it is the time that this file has, or could have been given. */
    boolean fits(FileTime found) {
        return isMarked(found) || isTold(found);
    }

    /** Whether a file of that time could be taken for this one. */
    boolean isLike(FileTime other) {
        return told != null && told.equals(other.toInstant().truncatedTo(ChronoUnit.SECONDS));
    }
}
