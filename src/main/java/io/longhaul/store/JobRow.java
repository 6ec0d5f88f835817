package io.longhaul.store;

import io.longhaul.entity.JobSummary;
import io.longhaul.job.BitsError;
import io.longhaul.job.Connecting;
import io.longhaul.job.ErrorCode;
import io.longhaul.job.Job;
import io.longhaul.job.JobId;
import io.longhaul.job.JobSpec;
import io.longhaul.job.Queued;
import io.longhaul.job.Slice;
import io.longhaul.job.StateName;
import io.longhaul.job.Transferring;
import io.longhaul.job.TransientError;
import io.longhaul.job.file.JobFile;
import java.time.Instant;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A job's row in the index: what the job is, and nothing else.
 *
 * @param terms by which it is found, see {@link Terms}
 * @param place where it wants a slice or has one
 */
record JobRow(
        JobId id,
        JobSpec spec,
        StateName state,
        List<String> terms,
        @Nullable Instant dueAt,
        @Nullable Place place,
        JobSummary summary) {

    /**
     * The job's place in its queue.
     *
     * @param since when it waits or, while it runs, since when it runs
     * @param sliceEndsAt while it runs
     */
    record Place(
            Instant since,
            long nextSlice,
            String nextHost,
            @Nullable Instant sliceEndsAt) {}

    JobRow {
        terms = List.copyOf(terms);
    }

    static JobRow of(Job job) {
        return new JobRow(
                job.id(),
                job.spec(),
                job.state().name(),
                terms(job),
                job.wakeAt().orElse(null),
                place(job),
                JobSummary.of(job));
    }

    private static List<String> terms(Job job) {
        SortedSet<String> terms = new TreeSet<>();
        job.spec().labels().forEach((key, value) -> terms.add(Terms.label(key, value)));
        for (JobFile file : job.files()) terms.addAll(Terms.hosts(file.host()));
        if (job.state() instanceof TransientError failed) {
            ErrorCode code = failed.error().code();
            if (code == BitsError.BG_E_BLOCKED_BY_POLICY) terms.add(Terms.HELD_BY_POLICY);
            if (code == BitsError.BG_E_NETWORK_DISCONNECTED) terms.add(Terms.HELD_BY_NETWORK);
        }
        return List.copyOf(terms);
    }

    private static @Nullable Place place(Job job) {
        return switch (job.state()) {
            case Queued queued -> place(job, queued.since(), null);
            case Connecting connecting -> place(job, connecting.since(), connecting.slice());
            case Transferring transferring -> place(job, transferring.since(), transferring.slice());
            default -> null;
        };
    }

    private static Place place(Job job, Instant since, @Nullable Slice slice) {
        // With nothing left to do it still has a place until it says that it is done.
        JobFile next = job.nextFile().orElseGet(() -> job.files().getLast());
        return new Place(since, job.lastSlice() + 1, next.host(), slice == null ? null : slice.endsAt());
    }
}
