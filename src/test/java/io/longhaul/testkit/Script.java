package io.longhaul.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * How a server answers the requests for one path, one behaviour after the other, the last one for ever; and what came of
 * it. Every wait is a signal with a limit of half a minute.
 */
public final class Script {
    private static final long LIMIT_SECONDS = 30;

    private final List<Behaviour> behaviours;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final List<Seen> requests = new ArrayList<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private long bytesSent;

    Script(Behaviour... behaviours) {
        this.behaviours = List.of(behaviours);
    }

    Behaviour next(Seen request) {
        lock.lock();
        try {
            requests.add(request);
            news.signalAll();
            return behaviours.get(Math.min(requests.size(), behaviours.size()) - 1);
        } finally {
            lock.unlock();
        }
    }

    void sent(long bytes) {
        lock.lock();
        try {
            bytesSent += bytes;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    CountDownLatch gate() {
        return released;
    }

    /** Lets everything go on that hangs or waits, now and later. */
    public void release() {
        released.countDown();
    }

    /** The requests so far, in order. */
    public List<Seen> requests() {
        lock.lock();
        try {
            return List.copyOf(requests);
        } finally {
            lock.unlock();
        }
    }

    /** The Range headers of the requests so far, an empty text where there was none. */
    public List<String> ranges() {
        return requests().stream().map(request -> request.header("range")).toList();
    }

    /** Bytes of bodies sent so far. */
    public long bytesSent() {
        lock.lock();
        try {
            return bytesSent;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until so many requests have come. */
    public Script awaitRequests(int count) {
        await(() -> requests.size() >= count, count + " requests");
        return this;
    }

    /** Waits until so many bytes of bodies have been sent. */
    public Script awaitSent(long bytes) {
        await(() -> bytesSent >= bytes, bytes + " bytes");
        return this;
    }

    private void await(BooleanSupplier reached, String what) {
        lock.lock();
        try {
            long left = TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
            while (!reached.getAsBoolean()) {
                if (left <= 0) throw new AssertionError("No " + what + " in " + LIMIT_SECONDS + " s");
                left = news.awaitNanos(left);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", end);
        } finally {
            lock.unlock();
        }
    }
}
