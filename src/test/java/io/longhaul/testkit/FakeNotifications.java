package io.longhaul.testkit;

import io.longhaul.entity.NotificationKey;
import io.longhaul.entity.Notifications;
import io.longhaul.job.JobId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What owners are to be told, in memory, where nobody tells it. */
public final class FakeNotifications implements Notifications {
    private static final Comparator<NotificationKey> ORDER = Comparator.comparingLong(NotificationKey::sequence)
            .thenComparing(key -> key.event().name());

    private final SortedMap<NotificationKey, Entry> entries = new TreeMap<>(ORDER);

    public synchronized void put(Entry entry) {
        entries.put(entry.key(), entry);
    }

    @Override
    public synchronized CompletionStage<Round> take(String after, Instant now, Instant until, int perOwner, int most) {
        return CompletableFuture.completedStage(new Round(List.of(), null));
    }

    @Override
    public synchronized CompletionStage<Void> settle(NotificationKey key, Outcome outcome) {
        Entry entry = entries.get(key);
        put(new Entry(
                key,
                entry.fileIndex(),
                entry.at(),
                outcome.state(),
                entry.attempts() + 1,
                entry.attemptedAt(),
                outcome.status(),
                outcome.answer(),
                outcome.due()));
        return CompletableFuture.completedStage(null);
    }

    @Override
    public synchronized CompletionStage<List<Entry>> ofJob(JobId job, NotificationKey after, int limit) {
        return CompletableFuture.completedStage(entries.values().stream()
                .filter(entry -> entry.key().job().equals(job))
                .filter(entry -> after == null || ORDER.compare(entry.key(), after) > 0)
                .limit(limit)
                .toList());
    }

    @Override
    public synchronized CompletionStage<Optional<Entry>> again(NotificationKey key, Instant now) {
        Entry entry = entries.get(key);
        if (entry == null || !entry.key().equals(key)) return CompletableFuture.completedStage(Optional.empty());
        if (entry.state() != State.DELIVERED)
            put(new Entry(
                    key,
                    entry.fileIndex(),
                    entry.at(),
                    State.PENDING,
                    entry.attempts(),
                    entry.attemptedAt(),
                    entry.status(),
                    entry.answer(),
                    now));
        return CompletableFuture.completedStage(Optional.of(entries.get(key)));
    }
}
