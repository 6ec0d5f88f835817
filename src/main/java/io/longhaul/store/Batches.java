package io.longhaul.store;

import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Puts together what comes while earlier batches are under way: nothing ever waits for company, and the busier the
 * database is, the larger a batch.
 */
final class Batches<T> {
    /** Does the first one, and as many as it likes of those that wait; fails none but by telling whoever sent it. */
    interface Work<T> {
        void on(T first, Queue<T> waiting);
    }

    /**
     * Threads of the system's: batches are few, and each is waited for by many. A virtual thread would wait for its turn
     * behind all the transfers of a busy node, whenever the database has answered.
     */
    private static final Executor THREADS = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("journal-", 0).factory());

    private final BlockingQueue<T> waiting;
    private final Semaphore free;
    private final Work<T> work;

    /**
     * @param limit how many may wait
     * @param parallelism how many batches are under way at once, each on a thread of its own
     */
    Batches(int limit, int parallelism, Work<T> work) {
        this.waiting = new ArrayBlockingQueue<>(limit);
        this.free = new Semaphore(parallelism);
        this.work = work;
    }

    /** False where too many wait. */
    boolean offer(T item) {
        if (!waiting.offer(item)) return false;
        begin();
        return true;
    }

    private void begin() {
        if (free.tryAcquire()) THREADS.execute(this::drain);
    }

    private void drain() {
        try {
            for (T first = waiting.poll(); first != null; first = waiting.poll()) work.on(first, waiting);
        } finally {
            free.release();
            // What came after the last look, while nobody was free to begin with it
            if (!waiting.isEmpty()) begin();
        }
    }
}
