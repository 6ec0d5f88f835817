package io.longhaul.api;

import akka.NotUsed;
import akka.japi.Pair;
import akka.japi.pf.PFBuilder;
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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import scala.PartialFunction;

/**
 * Streams for those who watch. Who watches a job first listens, then reads its history, so nothing falls between the two;
 * and what has been seen is dropped. Who watches many has their events in the order of the journal. Whoever loses his
 * stream comes back with the id of what he saw last.
 */
final class Watch {
    private static final int HISTORY_PAGE = 500;
    /** While something happens, and at all. */
    private static final Duration LOOKS_EVERY = Duration.ofMillis(50);

    private static final Duration LOOKS_AT_LEAST_EVERY = Duration.ofSeconds(2);

    private final Jobs jobs;
    private final JobHistory history;
    private final JobFeed feed;
    private final int buffer;
    private final Duration heartbeat;
    private final BooleanSupplier ends;

    /** @param ends whether the node does */
    Watch(Jobs jobs, JobHistory history, JobFeed feed, int buffer, Duration heartbeat, BooleanSupplier ends) {
        this.jobs = jobs;
        this.history = history;
        this.feed = feed;
        this.buffer = buffer;
        this.heartbeat = heartbeat;
        this.ends = ends;
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
                (events, progress) -> Source.completionStage(jobs.view(id))
                        .mapConcat(view -> view.map(List::of).orElse(List.of()))
                        .flatMapConcat(view -> after == null ? fromNow(view, events) : from(view, after, events))
                        .merge(progress.map(Frame::of), true)
                        .takeWhile(frame -> !frame.last(), true));
        return told(frames);
    }

    private Source<Frame, NotUsed> fromNow(JobView view, Source<Notice.Happened, NotUsed> events) {
        Job job = view.job();
        boolean over = job.state().name().isFinal();
        Source<Frame, NotUsed> present = Source.single(new Frame(WatchWriter.present(job), over));
        return over ? present : present.concatLazy(following(job.id(), job.sequence(), events));
    }

    private Source<Frame, NotUsed> from(JobView view, long after, Source<Notice.Happened, NotUsed> events) {
        Job job = view.job();
        boolean nothingLeft = job.state().name().isFinal() && job.sequence() <= after;
        return nothingLeft ? Source.empty() : following(job.id(), after, events);
    }

    /**
     * The events after that one, each once, in order. The feed tells of most of them; whenever it has left one out (the
     * job may live on another node by now), and now and then in any case, the history is read.
     */
    private Source<Frame, NotUsed> following(JobId id, long after, Source<Notice.Happened, NotUsed> events) {
        Seen seen = new Seen(after);
        Source<Optional<JobHistory.Entry>, NotUsed> told = events.map(event -> Optional.of(Heard.entry(event)));
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
        return pages(
                        after,
                        last -> history.events(id, last, HISTORY_PAGE),
                        page -> page.getLast().sequence())
                .mapConcat(page -> page);
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

    /** The number of the event that a watcher of many jobs saw last; of the last one there is, where he comes anew. */
    CompletionStage<Optional<Long>> start(@Nullable EventId after) {
        return after == null ? history.last().thenApply(Optional::of) : history.number(after.job(), after.sequence());
    }

    /**
     * All jobs that the filter means, for ever: what comes after the event of that number, each event once, in the order of
     * the journal. So whatever was seen last, what comes after it is what was not seen.
     */
    Source<ByteString, NotUsed> all(JobFilter filter, long after) {
        Predicate<Notice> meant = notice ->
                Matching.matches(filter, notice.job(), notice.job().state().name());
        Heard heard = new Heard(meant);
        Source<Frame, NotUsed> frames = Ears.listening(
                feed,
                meant,
                event -> heard.hear(event, System.nanoTime()),
                progress -> inOrder(filter, after, heard)
                        .map(Frame::of)
                        .filter(Frame::saysSomething)
                        .merge(progress.map(Frame::of), true));
        return told(frames);
    }

    private Source<JobHistory.Entry, NotUsed> inOrder(JobFilter filter, long after, Heard heard) {
        Reached reached = new Reached(after, System.nanoTime());
        return Source.tick(Duration.ZERO, LOOKS_EVERY, NotUsed.getInstance())
                .filter(look -> reached.isDue(heard, System.nanoTime()))
                .flatMapConcat(look -> pages(
                                reached.last,
                                last -> history.order(last, HISTORY_PAGE),
                                page -> page.getLast().number())
                        .map(reached::with))
                .mapAsync(1, page -> entries(filter, page, heard))
                .mapConcat(entries -> entries)
                .mapMaterializedValue(ticks -> NotUsed.getInstance());
    }

    /** How far a watcher of many jobs is; only ever touched by his own stream. */
    private static final class Reached {
        private long last;
        private long lookedAt;

        Reached(long last, long now) {
            this.last = last;
            this.lookedAt = now - LOOKS_AT_LEAST_EVERY.toNanos();
        }

        List<JobHistory.Numbered> with(List<JobHistory.Numbered> page) {
            last = page.getLast().number();
            return page;
        }

        boolean isDue(Heard heard, long now) {
            if (!heard.hasNews(now) && now - lookedAt < LOOKS_AT_LEAST_EVERY.toNanos()) return false;
            lookedAt = now;
            return true;
        }
    }

    /** Those of a page that are meant, in its order; read are only those that nothing was heard of. */
    private CompletionStage<List<JobHistory.Entry>> entries(
            JobFilter filter, List<JobHistory.Numbered> page, Heard heard) {
        Map<EventId, JobHistory.Entry> meant = new HashMap<>();
        List<JobHistory.Numbered> unheard = new ArrayList<>();
        for (JobHistory.Numbered event : page) {
            EventId id = new EventId(event.id(), event.sequence());
            heard.take(id)
                    .ifPresentOrElse(
                            word -> {
                                if (word.meant() != null) meant.put(id, word.meant());
                            },
                            () -> unheard.add(event));
        }
        return history.read(unheard).thenApply(read -> {
            for (JobHistory.Told told : read) {
                JobHistory.Entry entry = told.entry();
                if (Matching.matches(filter, told.job(), entry.state()))
                    meant.put(new EventId(entry.id(), entry.sequence()), entry);
            }
            return page.stream()
                    .map(event -> meant.get(new EventId(event.id(), event.sequence())))
                    .filter(Objects::nonNull)
                    .toList();
        });
    }

    /** Reads on until a page is not full; none of them is empty. */
    private static <K, E> Source<List<E>, NotUsed> pages(
            K after, Function<K, CompletionStage<List<E>>> read, Function<List<E>, K> key) {
        return Source.unfoldAsync(
                        Optional.of(after),
                        position -> position.isEmpty()
                                ? CompletableFuture.completedStage(Optional.<Pair<Optional<K>, List<E>>>empty())
                                : read.apply(position.get())
                                        .thenApply(page -> Optional.of(Pair.create(next(page, key), page))))
                .filter(page -> !page.isEmpty());
    }

    private static <K, E> Optional<K> next(List<E> page, Function<List<E>, K> key) {
        return page.size() < HISTORY_PAGE ? Optional.empty() : Optional.of(key.apply(page));
    }

    /** Then jobs and the database are silent before the streams are ended, and that is no fault of ours. */
    private PartialFunction<Throwable, Source<Frame, NotUsed>> whereTheNodeEnds() {
        return new PFBuilder<Throwable, Source<Frame, NotUsed>>()
                .match(
                        Throwable.class,
                        failure ->
                                ends.getAsBoolean() && Problem.behind(failure).isPresent(),
                        failure -> Source.empty())
                .build();
    }

    private Source<ByteString, NotUsed> told(Source<Frame, NotUsed> frames) {
        return frames.recoverWithRetries(1, whereTheNodeEnds())
                .map(frame -> ByteString.fromString(frame.text()))
                .filter(ByteString::nonEmpty)
                .keepAlive(heartbeat, () -> ByteString.fromString(WatchWriter.HEARTBEAT));
    }
}
