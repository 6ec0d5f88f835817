package io.longhaul.api;

import io.longhaul.entity.JobFeed.Notice;
import io.longhaul.entity.JobHistory;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the feed has told a watcher of many jobs lately. It tells of events in any order, and under load it leaves some out:
 * which there are, and in which order, the journal says. But most of them need not be read there once more. Times are
 * those of {@link System#nanoTime}.
 */
final class Heard {
    /** Of events that are not meant each takes some hundred bytes. */
    static final int MOST = 32_768;

    /** By then the journal has it in its order, or the index is far behind and is not to be asked so often. */
    static final Duration FRESH = Duration.ofSeconds(5);

    /** What nobody has asked for by then had been read before it was heard of. */
    static final Duration KEPT = Duration.ofMinutes(1);

    /** @param meant null: it is none that the watcher means */
    record Word(JobHistory.@Nullable Entry meant, long at) {}

    private final Predicate<Notice> wanted;
    private final ReentrantLock lock = new ReentrantLock();

    /** Both are guarded by the lock. */
    private final Map<EventId, Word> events = new LinkedHashMap<>();

    private @Nullable Long lastMeantAt;

    Heard(Predicate<Notice> wanted) {
        this.wanted = wanted;
    }

    /** From any thread. */
    void hear(Notice.Happened event, long now) {
        JobHistory.Entry entry = entry(event);
        boolean meant = wanted.test(event);
        lock.lock();
        try {
            events.put(new EventId(entry.id(), entry.sequence()), new Word(meant ? entry : null, now));
            if (meant) lastMeantAt = now;
            forget(now);
        } finally {
            lock.unlock();
        }
    }

    private void forget(long now) {
        Iterator<Word> eldest = events.values().iterator();
        while (eldest.hasNext()) {
            boolean old = now - eldest.next().at() > KEPT.toNanos();
            if (!old && events.size() <= MOST) return;
            eldest.remove();
        }
    }

    /** Whether to look at the journal now: for an event that is meant, or before many that are not are forgotten. */
    boolean hasNews(long now) {
        lock.lock();
        try {
            return events.size() > MOST / 2 || (lastMeantAt != null && now - lastMeantAt < FRESH.toNanos());
        } finally {
            lock.unlock();
        }
    }

    /** What was heard of that event, and is forgotten then. */
    Optional<Word> take(EventId event) {
        lock.lock();
        try {
            return Optional.ofNullable(events.remove(event));
        } finally {
            lock.unlock();
        }
    }

    static JobHistory.Entry entry(Notice.Happened event) {
        return new JobHistory.Entry(
                event.job().id(),
                event.sequence(),
                event.recorded(),
                event.job().state().name());
    }
}
