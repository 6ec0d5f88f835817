package io.longhaul.store;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/**
 * Puts together what comes while an earlier batch is under way: whatever comes when none is begins at once, and the
 * busier the database is, the larger a batch. Another one begins beside it only where it would be a full one, for each
 * costs both sides the same whatever is in it; or where the last one takes long when the next item comes: then its
 * connection may be dead.
 */
final class Batches<T> {
    /** Does the first one, and as many as it likes of those that wait; fails none but by telling whoever sent it. */
    interface Work<T> {
        void on(T first, Queue<T> waiting);
    }

    /** More than a statement takes on a disk that is forced in a few milliseconds. */
    static final Duration PATIENCE = Duration.ofMillis(20);

    /**
     * Threads of the system's: batches are few, and each is waited for by many. A virtual thread would wait for its turn
     * behind all the transfers of a busy node, whenever the database has answered.
     */
    private static final Executor THREADS = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("journal-", 0).factory());

    private final BlockingQueue<T> waiting;
    private final int parallelism;
    private final int full;
    private final Semaphore free;
    private final Work<T> work;
    private final Executor threads;
    private final LongSupplier nanoTime;
    private volatile long begunAt;

    /**
     * @param limit how many may wait
     * @param parallelism how many batches are under way at once, each on a thread of its own
     * @param full how many make a batch that is worth to begin beside another one
     */
    Batches(int limit, int parallelism, int full, Work<T> work) {
        this(limit, parallelism, full, work, THREADS, System::nanoTime);
    }

    Batches(int limit, int parallelism, int full, Work<T> work, Executor threads, LongSupplier nanoTime) {
        this.waiting = new ArrayBlockingQueue<>(limit);
        this.parallelism = parallelism;
        this.full = full;
        this.free = new Semaphore(parallelism);
        this.work = work;
        this.threads = threads;
        this.nanoTime = nanoTime;
    }

    /** False where too many wait. */
    boolean offer(T item) {
        if (!waiting.offer(item)) return false;
        begin();
        return true;
    }

    private void begin() {
        if (!isWorthIt() || !free.tryAcquire()) return;
        begunAt = nanoTime.getAsLong();
        threads.execute(this::drain);
    }

    private boolean isWorthIt() {
        return free.availablePermits() == parallelism
                || waiting.size() >= full
                || nanoTime.getAsLong() - begunAt > PATIENCE.toNanos();
    }

    private void drain() {
        try {
            for (T first = waiting.poll(); first != null; first = waiting.poll()) {
                begunAt = nanoTime.getAsLong();
                work.on(first, waiting);
            }
        } finally {
            free.release();
            // What came after the last look, while nobody was free to begin with it
            if (!waiting.isEmpty()) begin();
        }
    }
}
