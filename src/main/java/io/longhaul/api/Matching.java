package io.longhaul.api;

import io.longhaul.entity.JobFilter;
import io.longhaul.job.Job;
import io.longhaul.job.JobSpec;
import io.longhaul.job.StateName;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Whether a job is one of those that a filter means: what the index answers for lists, here for one job at hand. */
final class Matching {
    private Matching() {}

    /**
     * @param state the one to compare, which may be an earlier one than the job's own
     */
    static boolean matches(JobFilter filter, Job job, StateName state) {
        JobSpec spec = job.spec();
        String prefix = filter.displayNamePrefix();
        return (filter.states().isEmpty() || filter.states().contains(state))
                && (filter.priorities().isEmpty() || filter.priorities().contains(spec.priority()))
                && same(filter.queue(), spec.queue())
                && same(filter.owner(), spec.owner())
                && same(filter.type(), spec.type())
                && (prefix == null || spec.displayName().startsWith(prefix))
                && spec.labels().entrySet().containsAll(filter.labels().entrySet())
                && host(filter.host(), job)
                && created(filter, job.times().creation());
    }

    private static boolean same(@Nullable Object wanted, Object value) {
        return wanted == null || wanted.equals(value);
    }

    private static boolean host(@Nullable String wanted, Job job) {
        return wanted == null
                || job.files().stream()
                        .map(file -> file.host())
                        .anyMatch(host -> host.equals(wanted) || host.startsWith(wanted + ":"));
    }

    private static boolean created(JobFilter filter, Instant at) {
        return (filter.createdAfter() == null || at.isAfter(filter.createdAfter()))
                && (filter.createdBefore() == null || at.isBefore(filter.createdBefore()));
    }
}
