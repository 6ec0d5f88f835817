package io.longhaul.store;

import io.longhaul.entity.Step;
import io.longhaul.job.Job;
import io.longhaul.job.JobId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What has just happened to jobs on this node, and is in the journal, for the index: it need not read and fold again what
 * their actors hold. Those that it does not come to in time are forgotten, and it reads the journal. From any thread.
 */
final class FreshSteps {
    private static final long WEIGHT_BESIDES_FILES = 4;

    /** A step shares most of what it is with the one before, but for the list of files: so many weigh as much as one file. */
    private static final int FILES_SHARED = 50;

    private static final long PART_OF_HEAP = 64;

    private final long mostWeight;
    private final Map<JobId, Run> runs = new LinkedHashMap<>();
    private long weight;

    /** Steps that follow one another, and the job before the first one; null: it begins with it. */
    private static final class Run {
        private final @Nullable Job before;
        private final List<Step> steps;
        private long weight = WEIGHT_BESIDES_FILES;

        private Run(@Nullable Job before, List<Step> steps) {
            this.before = before;
            this.steps = new ArrayList<>(steps);
            for (Step step : steps) weight += weight(step);
            weight += last().files().size();
        }

        private void add(List<Step> more) {
            int filesBefore = last().files().size();
            steps.addAll(more);
            for (Step step : more) weight += weight(step);
            weight += last().files().size() - filesBefore;
        }

        private static long weight(Step step) {
            return 1L + step.after().files().size() / FILES_SHARED;
        }

        private Job last() {
            return steps.getLast().after();
        }

        /** The job when so much had happened to it; null where it began, or where that was before all of these. */
        private @Nullable Job at(long sequence) {
            long first = steps.getFirst().after().sequence();
            return sequence == first - 1
                    ? before
                    : steps.get((int) (sequence - first)).after();
        }
    }

    /**
     * What has happened to a job from some event on.
     *
     * @param before the job until then; null: it begins
     * @param steps that follow one another, the first of them that event
     */
    record Fresh(@Nullable Job before, List<Step> steps) {
        /** The step of that number, if it is among these. */
        @Nullable
        Step step(long sequence) {
            long index = sequence - steps.getFirst().after().sequence();
            return index < 0 || index >= steps.size() ? null : steps.get((int) index);
        }
    }

    private FreshSteps(long mostWeight) {
        this.mostWeight = mostWeight;
    }

    /** So many that a heap of so many bytes holds them easily. */
    static FreshSteps in(long heapBytes) {
        return new FreshSteps(Math.min(JobCache.ENOUGH, heapBytes / PART_OF_HEAP / JobCache.EACH_WEIGHT));
    }

    static FreshSteps ofWeight(long most) {
        return new FreshSteps(most);
    }

    /**
     * These are in the journal.
     *
     * @param before null: the job begins
     * @param steps at least one
     */
    synchronized void add(@Nullable Job before, List<Step> steps) {
        JobId id = steps.getFirst().after().id();
        long sequence = before == null ? 0 : before.sequence();
        Run run = runs.get(id);
        if (run != null && run.last().sequence() == sequence) {
            weight -= run.weight;
            run.add(steps);
        } else {
            remove(id);
            run = new Run(before, steps);
            runs.put(id, run);
        }
        weight += run.weight;
        for (Iterator<Run> eldest = runs.values().iterator(); weight > mostWeight && eldest.hasNext(); ) {
            weight -= eldest.next().weight;
            eldest.remove();
        }
    }

    /**
     * What has happened to a job from that event on, as far as it is known, and forgets what was until the last one.
     *
     * @return null where that event is not known
     */
    synchronized @Nullable Fresh take(JobId id, long first, long last) {
        Run run = runs.get(id);
        if (run == null) return null;
        long begin = run.steps.getFirst().after().sequence();
        long end = run.last().sequence();
        if (first < begin || first > end) {
            if (last >= end) remove(id);
            return null; // else the index is behind, and comes to it later
        }
        Fresh fresh = new Fresh(run.at(first - 1), from(run, first));
        remove(id);
        if (last < end) add(run.at(last), from(run, last + 1));
        return fresh;
    }

    private static List<Step> from(Run run, long sequence) {
        long skipped = sequence - run.steps.getFirst().after().sequence();
        return List.copyOf(run.steps.subList((int) skipped, run.steps.size()));
    }

    synchronized void clear() {
        runs.clear();
        weight = 0;
    }

    private void remove(JobId id) {
        Run gone = runs.remove(id);
        if (gone != null) weight -= gone.weight;
    }
}
