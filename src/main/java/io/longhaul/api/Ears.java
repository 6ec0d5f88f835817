package io.longhaul.api;

import akka.NotUsed;
import akka.japi.Pair;
import akka.stream.BoundedSourceQueue;
import akka.stream.Materializer;
import akka.stream.QueueOfferResult;
import akka.stream.javadsl.Source;
import io.longhaul.entity.JobFeed;
import io.longhaul.entity.JobFeed.Notice;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One watcher's ears on the feed, which never waits for them: where more events come than fit, who watches a job loses
 * his stream; who watches many has them from the journal, see {@link Heard}. Progress that does not fit is left out, for
 * more of it follows.
 */
final class Ears {
    private static final int PROGRESS_HELD = 16;

    private final Predicate<Notice> wanted;
    private final Consumer<Notice.Happened> onEvent;
    private final BoundedSourceQueue<Notice.Progressed> progressQueue;
    private final Source<Notice.Progressed, NotUsed> progress;

    /** A watcher could not keep up. */
    static final class TooSlow extends RuntimeException {
        TooSlow() {
            super("The watcher reads too slowly", null, false, false);
        }
    }

    private Ears(Predicate<Notice> wanted, Consumer<Notice.Happened> onEvent, Materializer materializer) {
        this.wanted = wanted;
        this.onEvent = onEvent;
        Pair<BoundedSourceQueue<Notice.Progressed>, Source<Notice.Progressed, NotUsed>> forProgress =
                Source.<Notice.Progressed>queue(PROGRESS_HELD).preMaterialize(materializer);
        progressQueue = forProgress.first();
        progress = forProgress.second();
    }

    /** What a watcher makes of the events that are wanted, and of progress. */
    @FunctionalInterface
    interface Use<T> {
        Source<T, NotUsed> of(Source<Notice.Happened, NotUsed> events, Source<Notice.Progressed, NotUsed> progress);
    }

    /** Listens from now on, until what {@code use} makes of it has ended. */
    static <T> Source<T, NotUsed> listening(JobFeed feed, Predicate<Notice> wanted, int buffer, Use<T> use) {
        return Source.fromMaterializer((materializer, attributes) -> {
                    Pair<BoundedSourceQueue<Notice.Happened>, Source<Notice.Happened, NotUsed>> events =
                            Source.<Notice.Happened>queue(buffer).preMaterialize(materializer);
                    Ears ears = new Ears(wanted, event -> offer(events.first(), wanted, event), materializer);
                    return ears.heard(feed, use.of(events.second(), ears.progress));
                })
                .mapMaterializedValue(ignored -> NotUsed.getInstance());
    }

    /** The same for one who has events from elsewhere, and only hears of them: of all, whether they are wanted or not. */
    static <T> Source<T, NotUsed> listening(
            JobFeed feed,
            Predicate<Notice> wanted,
            Consumer<Notice.Happened> onEvent,
            Function<Source<Notice.Progressed, NotUsed>, Source<T, NotUsed>> use) {
        return Source.fromMaterializer((materializer, attributes) -> {
                    Ears ears = new Ears(wanted, onEvent, materializer);
                    return ears.heard(feed, use.apply(ears.progress));
                })
                .mapMaterializedValue(ignored -> NotUsed.getInstance());
    }

    private <T> Source<T, NotUsed> heard(JobFeed feed, Source<T, NotUsed> source) {
        JobFeed.Subscription subscription = feed.subscribe(this::hear);
        return source.watchTermination((none, ended) -> {
            ended.whenComplete((done, failure) -> subscription.close());
            return NotUsed.getInstance();
        });
    }

    private static void offer(
            BoundedSourceQueue<Notice.Happened> queue, Predicate<Notice> wanted, Notice.Happened event) {
        if (wanted.test(event) && queue.offer(event).equals(QueueOfferResult.dropped())) queue.fail(new TooSlow());
    }

    private void hear(Notice notice) {
        switch (notice) {
            case Notice.Happened event -> onEvent.accept(event);
            case Notice.Progressed progressed -> {
                if (wanted.test(progressed)) progressQueue.offer(progressed);
            }
        }
    }
}
