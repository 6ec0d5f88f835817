package io.longhaul.transfer;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts a file's bytes on disk behind the reader's back: one force at a time, on another thread, and told of only when it
 * has returned. A force begins as soon as half of the bytes are written that a crash may cost, so that reading goes on
 * meanwhile; when all of them are, the reader waits for the disk.
 */
final class Checkpoints {
    private final TempFile file;
    private final long most;
    private final long intervalNanos;
    private final Executor executor;
    private final LongConsumer onDisk;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition returned = lock.newCondition();
    private long written;
    private long forced;
    private volatile long told;
    private long lastAt;
    private boolean underWay;
    private boolean over;
    private @Nullable IOException problem;

    /**
     * Checkpoints of a file that is written from {@code held} on.
     *
     * @param told how many bytes the job knows to be on disk in this very file; -1: none
     * @param onDisk called with the number of bytes that are on disk
     */
    Checkpoints(
            TempFile file,
            long held,
            long told,
            long most,
            long intervalNanos,
            Executor executor,
            LongConsumer onDisk,
            long now) {
        this.file = file;
        this.most = most;
        this.intervalNanos = intervalNanos;
        this.executor = executor;
        this.onDisk = onDisk;
        this.written = held;
        this.forced = held;
        this.told = told;
        this.lastAt = now;
    }

    /** Before so many more bytes are written, at most half of what a crash may cost: waits until it does not. */
    void makeRoom(int count) throws IOException {
        lock.lock();
        try {
            while (problem == null && written > forced && written + count - forced > most) {
                if (!underWay) begin();
                awaitReturn();
            }
            rethrow();
        } finally {
            lock.unlock();
        }
    }

    /** So many bytes are written in all. */
    void wrote(long total) throws IOException {
        lock.lock();
        try {
            written = total;
            if (!underWay && written - forced >= (most + 1) / 2) begin();
            rethrow();
        } finally {
            lock.unlock();
        }
    }

    /** To be called every now and then: no byte waits longer than the interval. */
    void tick(long now) {
        lock.lock();
        try {
            if (underWay || over || problem != null) return;
            if (written == forced) lastAt = now;
            else if (now - lastAt >= intervalNanos) begin();
        } finally {
            lock.unlock();
        }
    }

    /** Whatever was written is on disk and told when this returns, and nothing is under way any more. */
    void settle() throws IOException {
        long upTo = forceHere();
        if (told == upTo) return;
        told = upTo;
        onDisk.accept(upTo);
    }

    /** As {@link #settle}, but the caller tells. */
    void finish() throws IOException {
        forceHere();
    }

    /** Waits until nothing is under way; what was written and is not on disk is of no more interest. */
    void abandon() {
        lock.lock();
        try {
            over = true;
            awaitReturn();
        } finally {
            lock.unlock();
        }
    }

    private long forceHere() throws IOException {
        long upTo;
        lock.lock();
        try {
            over = true;
            awaitReturn();
            rethrow();
            upTo = written;
            underWay = true;
        } finally {
            lock.unlock();
        }
        boolean taken = false;
        @Nullable IOException failed = null;
        try {
            file.force();
            taken = true;
            return upTo;
        } catch (IOException refused) {
            failed = refused;
            throw refused;
        } finally {
            returned(upTo, taken, failed);
        }
    }

    private void begin() {
        underWay = true;
        long upTo = written;
        executor.execute(() -> force(upTo));
    }

    private void force(long upTo) {
        boolean taken = false;
        @Nullable IOException failed = null;
        try {
            file.force();
            onDisk.accept(upTo);
            taken = true;
        } catch (IOException refused) {
            failed = refused;
        } finally {
            if (taken) told = upTo;
            returned(upTo, taken, failed);
        }
    }

    /** @param failed why it was not taken; null where it is not known */
    private void returned(long upTo, boolean taken, @Nullable IOException failed) {
        lock.lock();
        try {
            if (taken) forced = upTo;
            else problem = failed == null ? new IOException("A checkpoint was not taken") : failed;
            lastAt = System.nanoTime();
            underWay = false;
            returned.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void awaitReturn() {
        while (underWay) returned.awaitUninterruptibly();
    }

    private void rethrow() throws IOException {
        if (problem != null) throw new FailedBefore(problem);
    }
}
