package io.longhaul.store;

import io.longhaul.job.Job;
import io.longhaul.job.JobId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The jobs that something happened to last. A job weighs what its files weigh, and the whole has a limit. */
final class JobCache {
    private static final long WEIGHT_BESIDES_FILES = 4L;

    /** Some 20,000 jobs of one file or two: more than happen to be under way. */
    static final long ENOUGH = 120_000;

    /** In bytes of heap. */
    static final long EACH_WEIGHT = 400;

    private static final long PART_OF_HEAP = 32;

    private final long mostWeight;
    private final Map<JobId, Job> jobs = new LinkedHashMap<>(16, 0.75f, true);
    private long weight;

    JobCache(long mostWeight) {
        this.mostWeight = mostWeight;
    }

    /** As large as is of use, and no larger than a heap of so many bytes holds easily. */
    static JobCache in(long heapBytes) {
        return new JobCache(Math.min(ENOUGH, heapBytes / PART_OF_HEAP / EACH_WEIGHT));
    }

    @Nullable
    Job get(JobId id) {
        return jobs.get(id);
    }

    void put(Job job) {
        remove(job.id());
        if (isOver(job)) return;
        jobs.put(job.id(), job);
        weight += weight(job);
        for (Iterator<Job> eldest = jobs.values().iterator(); weight > mostWeight; ) {
            weight -= weight(eldest.next());
            eldest.remove();
        }
    }

    void remove(JobId id) {
        Job gone = jobs.remove(id);
        if (gone != null) weight -= weight(gone);
    }

    void clear() {
        jobs.clear();
        weight = 0;
    }

    /** Nothing more will happen to it. */
    private static boolean isOver(Job job) {
        return job.state().name().isFinal() && job.wakeAt().isEmpty();
    }

    private static long weight(Job job) {
        return WEIGHT_BESIDES_FILES + job.files().size();
    }
}
