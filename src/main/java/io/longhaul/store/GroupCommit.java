package io.longhaul.store;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Many small writes as few large ones: what comes while a group is being written forms the next one, so that a lone
 * write waits for nobody and a thousand share one commit.
 *
 * @param <T> one write
 * @param <R> what has become of it
 */
final class GroupCommit<T, R> {
    interface Write<T, R> {
        /** Writes them all, or throws; answers in the same order. */
        List<R> all(List<T> group) throws SQLException;
    }

    private record Waiting<T, R>(T write, CompletableFuture<R> result) {}

    private final Write<T, R> write;
    private final Executor executor;
    private final int largest;
    private final int atOnce;
    private final int mostWaiting;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Waiting<T, R>> waiting = new ArrayDeque<>();
    private int writers;

    /**
     * @param executor runs the writes, which block
     * @param largest how many are written together at most
     * @param atOnce how many groups are written at once
     * @param mostWaiting how many may wait; more are refused
     */
    GroupCommit(Write<T, R> write, Executor executor, int largest, int atOnce, int mostWaiting) {
        this.write = write;
        this.executor = executor;
        this.largest = largest;
        this.atOnce = atOnce;
        this.mostWaiting = mostWaiting;
    }

    /** The stage fails with a {@link RejectedExecutionException} where too many wait, else as the write of the group. */
    CompletionStage<R> write(T item) {
        Waiting<T, R> mine = new Waiting<>(item, new CompletableFuture<>());
        boolean begin;
        lock.lock();
        try {
            if (waiting.size() >= mostWaiting)
                return CompletableFuture.failedStage(new RejectedExecutionException("Too many writes wait"));
            waiting.add(mine);
            begin = writers < atOnce;
            if (begin) writers++;
        } finally {
            lock.unlock();
        }
        if (begin) begin();
        return mine.result;
    }

    private void begin() {
        try {
            executor.execute(this::writeGroups);
        } catch (RejectedExecutionException closing) {
            List<Waiting<T, R>> left;
            lock.lock();
            try {
                writers--;
                left = List.copyOf(waiting);
                waiting.clear();
            } finally {
                lock.unlock();
            }
            left.forEach(one -> one.result.completeExceptionally(closing));
        }
    }

    private void writeGroups() {
        for (List<Waiting<T, R>> group = next(); !group.isEmpty(); group = next()) {
            try {
                List<R> results = write.all(group.stream().map(Waiting::write).toList());
                for (int i = 0; i < group.size(); i++) group.get(i).result.complete(results.get(i));
            } catch (SQLException | RuntimeException failed) {
                group.forEach(one -> one.result.completeExceptionally(failed));
            }
        }
    }

    /** The next group; empty where there is none, and then this writer has ended. */
    private List<Waiting<T, R>> next() {
        lock.lock();
        try {
            List<Waiting<T, R>> group = new ArrayList<>(Math.min(largest, waiting.size()));
            while (group.size() < largest && !waiting.isEmpty()) group.add(waiting.remove());
            if (group.isEmpty()) writers--;
            return group;
        } finally {
            lock.unlock();
        }
    }
}
