package io.longhaul.api;

import akka.NotUsed;
import akka.japi.Pair;
import akka.stream.BoundedSourceQueue;
import akka.stream.Materializer;
import akka.stream.QueueOfferResult;
import akka.stream.javadsl.Source;
import io.longhaul.entity.JobFeed;
import io.longhaul.entity.JobFeed.Notice;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One watcher's ears on the feed, which never waits for them: where more events come than fit, the watcher loses his
 * stream; progress that does not fit is left out, for more of it follows.
 */
final class Ears {
    private static final int PROGRESS_HELD = 16;

    private final Predicate<Notice> wanted;
    private final BoundedSourceQueue<Notice.Happened> eventQueue;
    private final Source<Notice.Happened, NotUsed> events;
    private final BoundedSourceQueue<Notice.Progressed> progressQueue;
    private final Source<Notice.Progressed, NotUsed> progress;

    /** A watcher could not keep up. */
    static final class TooSlow extends RuntimeException {
        TooSlow() {
            super("The watcher reads too slowly", null, false, false);
        }
    }

    private Ears(Predicate<Notice> wanted, int buffer, Materializer materializer) {
        this.wanted = wanted;
        Pair<BoundedSourceQueue<Notice.Happened>, Source<Notice.Happened, NotUsed>> forEvents =
                Source.<Notice.Happened>queue(buffer).preMaterialize(materializer);
        eventQueue = forEvents.first();
        events = forEvents.second();
        Pair<BoundedSourceQueue<Notice.Progressed>, Source<Notice.Progressed, NotUsed>> forProgress =
                Source.<Notice.Progressed>queue(PROGRESS_HELD).preMaterialize(materializer);
        progressQueue = forProgress.first();
        progress = forProgress.second();
    }

    /** Listens from now on, until what {@code use} makes of it has ended. */
    static <T> Source<T, NotUsed> listening(
            JobFeed feed, Predicate<Notice> wanted, int buffer, Function<Ears, Source<T, NotUsed>> use) {
        return Source.fromMaterializer((materializer, attributes) -> {
                    Ears ears = new Ears(wanted, buffer, materializer);
                    JobFeed.Subscription subscription = feed.subscribe(ears::hear);
                    return use.apply(ears).watchTermination((none, ended) -> {
                        ended.whenComplete((done, failure) -> subscription.close());
                        return NotUsed.getInstance();
                    });
                })
                .mapMaterializedValue(ignored -> NotUsed.getInstance());
    }

    Source<Notice.Happened, NotUsed> events() {
        return events;
    }

    Source<Notice.Progressed, NotUsed> progress() {
        return progress;
    }

    private void hear(Notice notice) {
        if (!wanted.test(notice)) return;
        switch (notice) {
            case Notice.Happened event -> {
                if (eventQueue.offer(event).equals(QueueOfferResult.dropped())) eventQueue.fail(new TooSlow());
            }
            case Notice.Progressed progressed -> progressQueue.offer(progressed);
        }
    }
}
