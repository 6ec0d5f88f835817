package io.longhaul.testkit;

import io.longhaul.entity.Audit;
import io.longhaul.entity.JobCounts;
import io.longhaul.entity.PolicyStore;
import io.longhaul.job.Job;
import io.longhaul.job.JobId;
import io.longhaul.policy.Policies;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Policies and an audit log in memory, and jobs counted without delay. */
public final class FakePolicies implements PolicyStore, Audit, JobCounts {
    private final Clock clock;
    private final Supplier<Collection<Job>> jobs;
    private final List<Line> lines = new ArrayList<>();
    private Stored last = Stored.NOTHING;
    private int counted;
    private int overtaken;
    private Optional<SQLException> outage = Optional.empty();

    public FakePolicies(Clock clock, Supplier<Collection<Job>> jobs) {
        this.clock = clock;
        this.jobs = jobs;
    }

    /** Before so many of the next changes somebody else makes one. */
    public synchronized void overtake(int times) {
        overtaken = times;
    }

    /** The next line of the audit log is not written. */
    public synchronized void refuseTheNextLine() {
        outage = Optional.of(new SQLException("It does not answer"));
    }

    /** How often jobs were counted. */
    public synchronized int counted() {
        return counted;
    }

    @Override
    public synchronized CompletionStage<Optional<Stored>> newerThan(long version) {
        return CompletableFuture.completedStage(Optional.of(last).filter(stored -> stored.version() > version));
    }

    @Override
    public synchronized CompletionStage<Optional<Stored>> replace(
            long version, Policies policies, String by, String subject) {
        if (overtaken > 0) {
            overtaken--;
            last = new Stored(last.version() + 1, last.policies(), clock.instant(), "somebody");
        }
        if (version != last.version()) return CompletableFuture.completedStage(Optional.empty());
        last = new Stored(version + 1, policies, clock.instant(), by);
        write(by, "POLICIES", subject);
        return CompletableFuture.completedStage(Optional.of(last));
    }

    /** All lines of the audit log, the oldest first. */
    public synchronized List<Line> lines() {
        return List.copyOf(lines);
    }

    @Override
    public synchronized CompletionStage<List<Line>> lines(Long before, int limit) {
        return CompletableFuture.completedStage(lines.reversed().stream()
                .filter(line -> before == null || line.id() < before)
                .limit(limit)
                .toList());
    }

    @Override
    public synchronized CompletionStage<Void> write(String by, String action, String subject) {
        Optional<SQLException> failure = outage;
        outage = Optional.empty();
        if (failure.isPresent()) return CompletableFuture.failedStage(failure.get());
        lines.add(new Line(lines.size() + 1, clock.instant(), by, action, subject));
        return CompletableFuture.completedStage(null);
    }

    @Override
    public synchronized CompletionStage<Count> unfinished(Of whose, String name, Collection<JobId> recent) {
        counted++;
        long unfinished = jobs.get().stream()
                .filter(job -> !job.state().name().isFinal())
                .filter(job -> name.equals(
                        whose == Of.QUEUE
                                ? job.spec().queue()
                                : job.spec().owner().name()))
                .count();
        Set<JobId> known = jobs.get().stream().map(Job::id).collect(Collectors.toSet());
        known.retainAll(recent);
        return CompletableFuture.completedStage(new Count(unfinished, known));
    }
}
