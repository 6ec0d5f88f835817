package io.longhaul.testkit;

import io.longhaul.entity.JobCatalogue;
import io.longhaul.entity.JobFilter;
import io.longhaul.entity.JobSummary;
import io.longhaul.job.Job;
import io.longhaul.job.JobId;
import io.longhaul.job.Priority;
import io.longhaul.job.Queued;
import io.longhaul.job.StateName;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/** The index over {@link FakeJobs}, behind only where it is told to be. */
public final class FakeCatalogue implements JobCatalogue {
    private final FakeJobs jobs;
    private final BiPredicate<JobFilter, Job> matching;
    private final AtomicInteger behind = new AtomicInteger();

    public FakeCatalogue(FakeJobs jobs, BiPredicate<JobFilter, Job> matching) {
        this.jobs = jobs;
        this.matching = matching;
    }

    /** Lists nothing until it was asked so often how far it is. */
    public void fallBehind(int looks) {
        behind.set(looks);
    }

    @Override
    public CompletionStage<Progress> progress() {
        int left = behind.getAndUpdate(looks -> Math.max(0, looks - 1));
        long last = jobs.last().toCompletableFuture().join();
        return CompletableFuture.completedStage(new Progress(last, last - left));
    }

    @Override
    public CompletionStage<Set<JobId>> begunBy(long event, List<JobId> ids) {
        return CompletableFuture.completedStage(ids.stream()
                .filter(id -> jobs.number(id, 1).toCompletableFuture().join().orElseThrow() <= event)
                .collect(Collectors.toSet()));
    }

    @Override
    public CompletionStage<List<JobSummary>> list(JobFilter filter, JobId before, int limit) {
        if (limit < 1 || limit > 1000) throw new IllegalArgumentException("limit " + limit);
        if (behind.get() > 0) return CompletableFuture.completedStage(List.of());
        return CompletableFuture.completedStage(jobs.all().stream()
                .filter(job -> matching.test(filter, job))
                .filter(job -> before == null || job.id().compareTo(before) < 0)
                .sorted(Comparator.comparing(Job::id).reversed())
                .limit(limit)
                .map(JobSummary::of)
                .toList());
    }

    @Override
    public CompletionStage<Counts> count(JobFilter filter) {
        Map<StateName, Long> states = new EnumMap<>(StateName.class);
        Map<Priority, Long> priorities = new EnumMap<>(Priority.class);
        long total = 0;
        for (Job job : jobs.all()) {
            if (!matching.test(filter, job)) continue;
            total++;
            states.merge(job.state().name(), 1L, Long::sum);
            priorities.merge(job.spec().priority(), 1L, Long::sum);
        }
        return CompletableFuture.completedStage(new Counts(total, states, priorities));
    }

    @Override
    public CompletionStage<List<QueueDepth>> queues(String after, int limit) {
        return CompletableFuture.completedStage(jobs.all().stream()
                .map(job -> job.spec().queue())
                .distinct()
                .sorted()
                .filter(name -> after == null || name.compareTo(after) > 0)
                .limit(limit)
                .map(this::depth)
                .toList());
    }

    @Override
    public CompletionStage<QueueDepth> queue(String name) {
        return CompletableFuture.completedStage(depth(name));
    }

    @Override
    public CompletionStage<Optional<Waiting>> oldestQueued() {
        return CompletableFuture.completedStage(jobs.all().stream()
                .filter(job -> job.state() instanceof Queued)
                .map(job -> new Waiting(job.id(), ((Queued) job.state()).since()))
                .min(Comparator.comparing(Waiting::since)));
    }

    private QueueDepth depth(String name) {
        Map<StateName, Long> states = new EnumMap<>(StateName.class);
        Map<Priority, Long> priorities = new EnumMap<>(Priority.class);
        for (Job job : jobs.all()) {
            if (!job.spec().queue().equals(name)) continue;
            states.merge(job.state().name(), 1L, Long::sum);
            priorities.merge(job.spec().priority(), 1L, Long::sum);
        }
        return new QueueDepth(name, states, priorities);
    }
}
