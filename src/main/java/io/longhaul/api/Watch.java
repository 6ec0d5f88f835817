package io.longhaul.api;

import akka.NotUsed;
import akka.japi.Pair;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.longhaul.api.json.WatchWriter;
import io.longhaul.entity.JobFeed;
import io.longhaul.entity.JobFeed.Notice;
import io.longhaul.entity.JobFilter;
import io.longhaul.entity.JobHistory;
import io.longhaul.entity.JobView;
import io.longhaul.entity.Jobs;
import io.longhaul.job.Job;
import io.longhaul.job.JobId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Streams for those who watch. A watcher first listens, then reads the history, so nothing falls between the two; and
 * what has been seen is dropped. Whoever loses his stream comes back with the id of what he saw last.
 */
final class Watch {
    private static final int HISTORY_PAGE = 500;
    private static final int VIEWS_AT_ONCE = 8;

    private final Jobs jobs;
    private final JobHistory history;
    private final JobFeed feed;
    private final int buffer;
    private final Duration heartbeat;

    Watch(Jobs jobs, JobHistory history, JobFeed feed, int buffer, Duration heartbeat) {
        this.jobs = jobs;
        this.history = history;
        this.feed = feed;
        this.buffer = buffer;
        this.heartbeat = heartbeat;
    }

    /** What is sent at once, and whether nothing can come after it. */
    private record Frame(String text, boolean last) {
        static Frame of(JobHistory.Entry entry) {
            return new Frame(WatchWriter.messages(entry), entry.state().isFinal());
        }

        static Frame of(Notice.Progressed progressed) {
            return new Frame(WatchWriter.progress(progressed.view()), false);
        }

        boolean saysSomething() {
            return last || !text.isEmpty();
        }
    }

    /**
     * One job, until it is final: its present state and what comes after it; or, where a sequence number is given, what
     * comes after that event.
     */
    Source<ByteString, NotUsed> job(JobId id, @Nullable Long after) {
        Source<Frame, NotUsed> frames = Ears.listening(
                feed,
                notice -> notice.job().id().equals(id),
                buffer,
                ears -> Source.completionStage(jobs.view(id))
                        .mapConcat(view -> view.map(List::of).orElse(List.of()))
                        .flatMapConcat(view -> after == null ? fromNow(view, ears) : from(view, after, ears))
                        .merge(ears.progress().map(Frame::of), true)
                        .takeWhile(frame -> !frame.last(), true));
        return told(frames);
    }

    private Source<Frame, NotUsed> fromNow(JobView view, Ears ears) {
        Job job = view.job();
        boolean over = job.state().name().isFinal();
        Source<Frame, NotUsed> present = Source.single(new Frame(WatchWriter.present(job), over));
        return over ? present : present.concatLazy(following(job.id(), job.sequence(), ears));
    }

    private Source<Frame, NotUsed> from(JobView view, long after, Ears ears) {
        Job job = view.job();
        boolean nothingLeft = job.state().name().isFinal() && job.sequence() <= after;
        return nothingLeft ? Source.empty() : following(job.id(), after, ears);
    }

    /**
     * The events after that one, each once, in order. The feed tells of most of them; whenever it has left one out (the
     * job may live on another node by now), and now and then in any case, the history is read.
     */
    private Source<Frame, NotUsed> following(JobId id, long after, Ears ears) {
        Seen seen = new Seen(after);
        Source<Optional<JobHistory.Entry>, NotUsed> told = ears.events().map(event -> Optional.of(entry(event)));
        return Source.single(Optional.<JobHistory.Entry>empty())
                .concat(told)
                .merge(Source.tick(heartbeat, heartbeat, Optional.empty()), true)
                .flatMapConcat(signal -> seen.isNext(signal)
                        ? Source.single(signal.get())
                        : seen.isOld(signal) ? Source.<JobHistory.Entry>empty() : missed(id, seen.last))
                .filter(seen::isNew)
                .map(Frame::of)
                .filter(Frame::saysSomething);
    }

    private Source<JobHistory.Entry, NotUsed> missed(JobId id, long after) {
        return pages(after, last -> history.events(id, last, HISTORY_PAGE), JobHistory.Entry::sequence);
    }

    /** How far a watcher is; only ever touched by his own stream. */
    private static final class Seen {
        private long last;

        Seen(long last) {
            this.last = last;
        }

        boolean isNext(Optional<JobHistory.Entry> signal) {
            return signal.isPresent() && signal.get().sequence() == last + 1;
        }

        boolean isOld(Optional<JobHistory.Entry> signal) {
            return signal.isPresent() && signal.get().sequence() <= last;
        }

        boolean isNew(JobHistory.Entry entry) {
            if (entry.sequence() <= last) return false;
            last = entry.sequence();
            return true;
        }
    }

    /** All jobs that the filter means, for ever; where an event is given, first what came after it. */
    Source<ByteString, NotUsed> all(JobFilter filter, @Nullable EventId after) {
        Source<Frame, NotUsed> frames = Ears.listening(feed, notice -> isMeant(filter, notice), buffer, ears -> {
            Recent recent = new Recent();
            Source<Frame, NotUsed> live =
                    ears.events().map(Watch::entry).filter(recent::isNew).map(Frame::of);
            Source<Frame, NotUsed> events = after == null
                    ? live
                    : missedOfAll(filter, after)
                            .filter(recent::isNew)
                            .map(Frame::of)
                            .concat(live);
            return events.filter(Frame::saysSomething).merge(ears.progress().map(Frame::of), true);
        });
        return told(frames);
    }

    private static boolean isMeant(JobFilter filter, Notice notice) {
        return Matching.matches(filter, notice.job(), notice.job().state().name());
    }

    private Source<JobHistory.Entry, NotUsed> missedOfAll(JobFilter filter, EventId after) {
        return pages(
                        after,
                        last -> history.eventsOfAll(last.job(), last.sequence(), HISTORY_PAGE),
                        entry -> new EventId(entry.id(), entry.sequence()))
                .mapAsync(VIEWS_AT_ONCE, entry -> meant(filter, entry))
                .mapConcat(entry -> entry.map(List::of).orElse(List.of()));
    }

    private CompletionStage<Optional<JobHistory.Entry>> meant(JobFilter filter, JobHistory.Entry entry) {
        if (!Frame.of(entry).saysSomething()) return CompletableFuture.completedStage(Optional.empty());
        return jobs.view(entry.id())
                .thenApply(found -> found.filter(view -> Matching.matches(filter, view.job(), entry.state()))
                        .map(view -> entry));
    }

    /** The last events sent: what is told while the history is read is in both. */
    private static final class Recent {
        private static final int JOBS_REMEMBERED = 16_384;

        private final Map<JobId, Long> last = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<JobId, Long> eldest) {
                return size() > JOBS_REMEMBERED;
            }
        };

        boolean isNew(JobHistory.Entry entry) {
            Long before = last.get(entry.id());
            if (before != null && before >= entry.sequence()) return false;
            last.put(entry.id(), entry.sequence());
            return true;
        }
    }

    /** Reads on until a page is not full. */
    private static <K> Source<JobHistory.Entry, NotUsed> pages(
            K after, Function<K, CompletionStage<List<JobHistory.Entry>>> read, Function<JobHistory.Entry, K> key) {
        return Source.unfoldAsync(
                        Optional.of(after),
                        position -> position.isEmpty()
                                ? CompletableFuture.completedStage(
                                        Optional.<Pair<Optional<K>, List<JobHistory.Entry>>>empty())
                                : read.apply(position.get())
                                        .thenApply(page -> Optional.of(Pair.create(next(page, key), page))))
                .mapConcat(page -> page);
    }

    private static <K> Optional<K> next(List<JobHistory.Entry> page, Function<JobHistory.Entry, K> key) {
        return page.size() < HISTORY_PAGE ? Optional.empty() : Optional.of(key.apply(page.getLast()));
    }

    private static JobHistory.Entry entry(Notice.Happened event) {
        return new JobHistory.Entry(
                event.job().id(),
                event.sequence(),
                event.recorded(),
                event.job().state().name());
    }

    private Source<ByteString, NotUsed> told(Source<Frame, NotUsed> frames) {
        return frames.map(frame -> ByteString.fromString(frame.text()))
                .filter(ByteString::nonEmpty)
                .keepAlive(heartbeat, () -> ByteString.fromString(WatchWriter.HEARTBEAT));
    }
}
