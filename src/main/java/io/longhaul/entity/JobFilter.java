package io.longhaul.entity;

import io.longhaul.job.JobSpec.JobType;
import io.longhaul.job.Owner;
import io.longhaul.job.Priority;
import io.longhaul.job.StateName;
import io.longhaul.job.file.RemoteHost;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which jobs: all those for which everything holds that is given.
 *
 * @param states empty: any
 * @param priorities empty: any
 * @param displayNamePrefix compared character by character
 * @param labels each of them
 * @param host {@code name} or {@code name:port} of a remote host of one of its files, however it is spelled
 * @param createdAfter exclusive
 * @param createdBefore exclusive
 */
public record JobFilter(
        Set<StateName> states,
        @Nullable String queue,
        @Nullable Owner owner,
        Set<Priority> priorities,
        @Nullable JobType type,
        @Nullable String displayNamePrefix,
        Map<String, String> labels,
        @Nullable String host,
        @Nullable Instant createdAfter,
        @Nullable Instant createdBefore) {
    public static final JobFilter ALL =
            new JobFilter(Set.of(), null, null, Set.of(), null, null, Map.of(), null, null, null);

    public JobFilter {
        states = Set.copyOf(states);
        priorities = Set.copyOf(priorities);
        labels = Map.copyOf(labels);
        host = host == null ? null : RemoteHost.canonical(host);
    }
}
