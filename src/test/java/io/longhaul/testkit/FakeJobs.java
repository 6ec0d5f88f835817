package io.longhaul.testkit;

import io.longhaul.entity.Feeds;
import io.longhaul.entity.JobFeed;
import io.longhaul.entity.JobHistory;
import io.longhaul.entity.JobReply;
import io.longhaul.entity.JobView;
import io.longhaul.entity.Jobs;
import io.longhaul.entity.Transfers;
import io.longhaul.job.Acknowledged;
import io.longhaul.job.Alarm;
import io.longhaul.job.AnsweredRequest;
import io.longhaul.job.BitsError;
import io.longhaul.job.Cancelled;
import io.longhaul.job.Decision;
import io.longhaul.job.Job;
import io.longhaul.job.JobCommand;
import io.longhaul.job.JobError;
import io.longhaul.job.JobId;
import io.longhaul.job.OwnerCommand;
import io.longhaul.job.Recorded;
import io.longhaul.job.SchedulerCommand;
import io.longhaul.job.StateName;
import io.longhaul.job.StoreReport;
import io.longhaul.job.file.JobFile;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Jobs in memory that decide and evolve like real ones, with their history and their feed. */
public final class FakeJobs implements Jobs, JobHistory {
    private final Clock clock;
    private final JobFeed feed;
    private final Map<JobId, Job> jobs = new TreeMap<>();
    private final Map<JobId, Map<Integer, Long>> arrived = new HashMap<>();
    private final Map<JobId, Transfers.Awaited> awaited = new HashMap<>();
    private final List<Told> journal = new ArrayList<>();
    private final Set<JobId> quiet = new HashSet<>();
    private Optional<JobError> nextPublishFails = Optional.empty();
    private Optional<CompletionStage<?>> outage = Optional.empty();
    private final Map<JobId, Integer> silent = new HashMap<>();
    private Optional<Runnable> meanwhile = Optional.empty();
    private int asked;
    private int held;
    private final CompletableFuture<Void> followed = new CompletableFuture<>();

    public FakeJobs(Clock clock, JobFeed feed) {
        this.clock = clock;
        this.feed = feed;
    }

    /** From now on every call fails so; null: no more. */
    public synchronized void failWith(Throwable failure) {
        outage = Optional.ofNullable(failure).map(CompletableFuture::failedStage);
    }

    /** The answer to that call, {@link #asked} as many as it, waits until one more is asked. */
    public synchronized void holdUntilTheNext(int call) {
        held = call;
    }

    /** The next so many calls of that job are not answered in time. */
    public synchronized void silence(JobId id, int calls) {
        silent.put(id, calls);
    }

    /** Once somebody has looked at a job, and before he does anything more, somebody else does that. */
    public synchronized void meanwhile(Runnable other) {
        meanwhile = Optional.of(other);
    }

    /** From now on no call is answered. */
    public synchronized void fallSilent() {
        outage = Optional.of(new CompletableFuture<>());
    }

    /** From now on the feed tells of nothing that happens to that job. */
    public synchronized void hush(JobId id) {
        quiet.add(id);
    }

    /** The next Complete cannot rename a file. */
    public synchronized void failNextPublish(JobError error) {
        nextPublishFails = Optional.of(error);
    }

    /** Bytes that have arrived and are not on disk yet. */
    public synchronized void arrive(JobId id, int index, long bytes) {
        arrived.computeIfAbsent(id, none -> new HashMap<>()).put(index, bytes);
        Job job = jobs.get(id);
        Feeds.publish(feed, new JobFeed.Notice.Progressed(new JobView(job, arrived.get(id))));
    }

    /** What the run of that job waits for from now on. */
    public synchronized void await(JobId id, Transfers.Awaited what) {
        awaited.put(id, what);
    }

    public synchronized Collection<Job> all() {
        return List.copyOf(jobs.values());
    }

    public synchronized int asked() {
        return asked;
    }

    public synchronized Job job(JobId id) {
        return jobs.get(id);
    }

    /** What the scheduler, a run or the clock says. */
    public synchronized void say(JobId id, JobCommand command) {
        Job job = jobs.get(id);
        if (job.decide(command, clock.instant()) instanceof Decision.Accepted accepted)
            record(id, accepted, Recorded.Cause.TRANSFER, Recorded.SYSTEM, null);
    }

    @Override
    public synchronized CompletionStage<JobReply> ask(JobId id, OwnerCommand command, String by, String request) {
        asked++;
        if (outage.isPresent()) return outage.get().thenApply(never -> null);
        if (silent.merge(id, -1, Integer::sum) >= 0)
            return CompletableFuture.failedStage(new TimeoutException("It does not answer"));
        JobReply answer = answer(id, command, by, request);
        if (held > 0 && asked == held) return followed.thenApply(come -> answer);
        if (held > 0 && asked > held) followed.complete(null);
        return CompletableFuture.completedStage(answer);
    }

    private JobReply answer(JobId id, OwnerCommand command, String by, String request) {
        Job job = jobs.get(id);
        if (job == null && !(command instanceof OwnerCommand.Create)) return new JobReply.Unknown();
        Optional<AnsweredRequest> before = job == null || request == null ? Optional.empty() : job.answered(request);
        if (before.isPresent())
            return done(id, before.get().filesFrom(), before.get().filesTo());
        int filesFrom = job == null ? 0 : job.files().size();
        Decision decision =
                job == null ? Job.create((OwnerCommand.Create) command) : job.decide(command, clock.instant());
        return switch (decision) {
            case Decision.Refused refused -> new JobReply.Refused(refused.code(), refused.detail());
            case Decision.Accepted accepted -> {
                record(id, accepted, Recorded.Cause.OWNER, by, request);
                JobReply failed = afterwards(id, command);
                yield failed != null
                        ? failed
                        : done(id, filesFrom, jobs.get(id).files().size());
            }
        };
    }

    private JobReply afterwards(JobId id, OwnerCommand command) {
        Job job = jobs.get(id);
        if (command instanceof OwnerCommand.Cancel && !((Cancelled) job.state()).cleanedUp())
            say(id, new StoreReport.Discarded(true));
        if (!(command instanceof OwnerCommand.Complete)) return null;
        List<Integer> available = job.files().stream()
                .filter(JobFile::transferred)
                .map(JobFile::index)
                .toList();
        Optional<JobError> error = nextPublishFails;
        nextPublishFails = Optional.empty();
        say(id, new StoreReport.Published(error.isPresent() ? List.of() : available, error.orElse(null), true));
        return error.map(e -> (JobReply) new JobReply.Refused(e.code(), e.description()))
                .orElse(null);
    }

    private JobReply done(JobId id, int from, int to) {
        Job job = jobs.get(id);
        BitsError result = switch (job.state()) {
            case Acknowledged acknowledged -> acknowledged.result();
            case Cancelled cancelled -> cancelled.result();
            default -> BitsError.S_OK;
        };
        return new JobReply.Done(seen(job), result, from, to);
    }

    private void record(JobId id, Decision.Accepted accepted, Recorded.Cause cause, String by, String request) {
        for (var event : accepted.events()) {
            Job before = jobs.get(id);
            Recorded recorded = new Recorded(event, clock.instant(), cause, by, request);
            Job after = Job.evolve(before, id, recorded);
            jobs.put(id, after);
            journal.add(new Told(
                    after,
                    new Entry(id, after.sequence(), recorded, after.state().name())));
            if (quiet.contains(id)) continue;
            StateName stateBefore =
                    before == null ? StateName.SUSPENDED : before.state().name();
            Feeds.publish(feed, new JobFeed.Notice.Happened(after, after.sequence(), recorded, stateBefore));
        }
    }

    private JobView seen(Job job) {
        return new JobView(job, arrived.getOrDefault(job.id(), Map.of()), awaited.get(job.id()));
    }

    @Override
    public CompletionStage<Optional<JobView>> view(JobId id) {
        CompletionStage<Optional<JobView>> looked = look(id);
        takeMeanwhile().ifPresent(Runnable::run);
        return looked;
    }

    private synchronized CompletionStage<Optional<JobView>> look(JobId id) {
        if (outage.isPresent()) return outage.get().thenApply(never -> null);
        return CompletableFuture.completedStage(
                Optional.ofNullable(jobs.get(id)).map(this::seen));
    }

    private synchronized Optional<Runnable> takeMeanwhile() {
        Optional<Runnable> taken = meanwhile;
        meanwhile = Optional.empty();
        return taken;
    }

    @Override
    public void tell(JobId id, SchedulerCommand command) {
        say(id, command);
    }

    @Override
    public void tell(JobId id, Alarm alarm) {
        say(id, alarm);
    }

    @Override
    public synchronized CompletionStage<List<Entry>> events(JobId id, long after, int limit) {
        return CompletableFuture.completedStage(journal.stream()
                .map(Told::entry)
                .filter(entry -> entry.id().equals(id) && entry.sequence() > after)
                .limit(limit)
                .toList());
    }

    @Override
    public synchronized CompletionStage<Optional<Job>> at(JobId id, Instant then) {
        Job job = null;
        for (Told told : journal) {
            Entry entry = told.entry();
            if (!entry.id().equals(id) || entry.recorded().at().isAfter(then)) continue;
            job = Job.evolve(job, id, entry.recorded());
        }
        return CompletableFuture.completedStage(Optional.ofNullable(job));
    }

    @Override
    public synchronized CompletionStage<Long> last() {
        return CompletableFuture.completedStage((long) journal.size());
    }

    @Override
    public synchronized CompletionStage<Optional<Long>> number(JobId id, long sequence) {
        return CompletableFuture.completedStage(
                order().filter(event -> event.id().equals(id) && event.sequence() == sequence)
                        .map(Numbered::number)
                        .findFirst());
    }

    @Override
    public synchronized CompletionStage<List<Numbered>> order(long after, int limit) {
        return CompletableFuture.completedStage(
                order().filter(event -> event.number() > after).limit(limit).toList());
    }

    /** An event's number is its place in the journal, from 1. */
    private Stream<Numbered> order() {
        return IntStream.range(0, journal.size())
                .mapToObj(i -> new Numbered(
                        i + 1, journal.get(i).job().id(), journal.get(i).entry().sequence()));
    }

    @Override
    public synchronized CompletionStage<List<Told>> read(List<Numbered> events) {
        return CompletableFuture.completedStage(events.stream()
                .map(event -> journal.get((int) event.number() - 1))
                .toList());
    }
}
