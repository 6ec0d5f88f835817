package io.longhaul.scheduler;

import static java.util.Objects.requireNonNull;

import io.longhaul.entity.QueueContents;
import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An index that answers when the test does; of owners it remembers the last who logged off. */
final class FakeContents implements QueueContents {
    /** One read, under way until the test completes it; what it began after may be null. */
    record Read<K, V>(@Nullable K after, int limit, CompletableFuture<List<V>> answer) {}

    final Queue<Read<JobId, Candidate>> pages = new ConcurrentLinkedQueue<>();
    final Queue<Read<String, String>> queues = new ConcurrentLinkedQueue<>();
    final Queue<CompletableFuture<OptionalInt>> slots = new ConcurrentLinkedQueue<>();
    volatile Set<LoggedOff> away = Set.of();

    /** Reads of who is away, where the test completes them; null: they find what there is. */
    volatile @Nullable Queue<CompletableFuture<Set<LoggedOff>>> sessions;

    private final Consumer<@Nullable String> visit;

    FakeContents() {
        this(after -> {});
    }

    /** @param visit hears when a page of the queues is asked for, and after which name */
    FakeContents(Consumer<@Nullable String> visit) {
        this.visit = visit;
    }

    void answerPage(List<Candidate> candidates) {
        requireNonNull(pages.poll(), "a read of the jobs").answer().complete(candidates);
    }

    void answerQueues(List<String> names) {
        requireNonNull(queues.poll(), "a read of the queues").answer().complete(names);
    }

    void answerSlots(OptionalInt own) {
        requireNonNull(slots.poll(), "a read of the settings").complete(own);
    }

    private static <K, V> CompletionStage<List<V>> read(Queue<Read<K, V>> reads, @Nullable K after, int limit) {
        CompletableFuture<List<V>> answer = new CompletableFuture<>();
        reads.add(new Read<>(after, limit, answer));
        return answer;
    }

    @Override
    public CompletionStage<List<String>> queuesWithWork(@Nullable String after, int limit) {
        CompletionStage<List<String>> names = read(queues, after, limit);
        visit.accept(after);
        return names;
    }

    @Override
    public CompletionStage<List<Candidate>> candidates(String queue, @Nullable JobId after, int limit) {
        return read(pages, after, limit);
    }

    @Override
    public CompletionStage<OptionalInt> backgroundSlots(String queue) {
        CompletableFuture<OptionalInt> answer = new CompletableFuture<>();
        slots.add(answer);
        return answer;
    }

    @Override
    public CompletionStage<Set<LoggedOff>> loggedOff() {
        CompletableFuture<Set<LoggedOff>> answer = new CompletableFuture<>();
        if (sessions == null) answer.complete(away);
        else sessions.add(answer);
        return answer;
    }

    @Override
    public CompletionStage<Void> setBackgroundSlots(String queue, OptionalInt figure) {
        throw new IllegalStateException("Only read here");
    }

    @Override
    public CompletionStage<Void> setLoggedOff(Owner owner, Instant at) {
        away = Set.of(new LoggedOff(owner, at));
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> setLoggedOn(Owner owner) {
        away = Set.of();
        return CompletableFuture.completedFuture(null);
    }
}
