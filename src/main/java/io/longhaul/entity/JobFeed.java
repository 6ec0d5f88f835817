package io.longhaul.entity;

import io.longhaul.job.Job;
import io.longhaul.job.Recorded;
import io.longhaul.job.StateName;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** What happens to jobs, as it happens, for those who watch. Nothing waits for a watcher. */
public final class JobFeed {
    /** Something happened to a job. */
    public sealed interface Notice {
        Job job();

        /** An event, which is on disk. */
        record Happened(Job job, long sequence, Recorded recorded, StateName before) implements Notice {}

        /** Bytes have arrived. */
        record Progressed(JobView view) implements Notice {
            @Override
            public Job job() {
                return view.job();
            }
        }
    }

    private final Set<Consumer<Notice>> listeners = ConcurrentHashMap.newKeySet();
    private volatile Runnable whenHeard = () -> {};

    /** Calls the listener, which must not block, for every notice until the subscription is closed. */
    public Subscription subscribe(Consumer<Notice> listener) {
        boolean wasHeard = isHeard();
        listeners.add(listener);
        if (!wasHeard) whenHeard.run();
        return () -> listeners.remove(listener);
    }

    /** Calls it, which must not block, whenever somebody listens and nobody did before; where two begin at once, for each. */
    void whenHeard(Runnable told) {
        whenHeard = told;
    }

    /** Whether anybody listens. */
    boolean isHeard() {
        return !listeners.isEmpty();
    }

    void publish(Notice notice) {
        listeners.forEach(listener -> listener.accept(notice));
    }

    /** A subscription; closing it twice does no harm. */
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
