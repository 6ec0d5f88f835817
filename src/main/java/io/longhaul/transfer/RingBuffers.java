package io.longhaul.transfer;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The buffers that large files are written from: see {@link DirectWriter}. There are only so many, each is made when it is needed and kept. */
final class RingBuffers {
    /** What a disk is written in, and where in memory it may lie: those that have smaller pages take these too. */
    static final int PAGE = 4096;

    private final int size;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<ByteBuffer> kept = new ArrayDeque<>();
    private int left;

    /** @param size of each; whole pages */
    RingBuffers(int most, int size) {
        if (size % PAGE != 0) throw new IllegalArgumentException("size must be whole pages");
        this.left = most;
        this.size = size;
    }

    /** One off the heap that begins at a page; null: all are lent. */
    @Nullable
    ByteBuffer lend() {
        lock.lock();
        try {
            if (left == 0) return null;
            left--;
            ByteBuffer again = kept.pollLast();
            if (again != null) return again;
        } finally {
            lock.unlock();
        }
        return ByteBuffer.allocateDirect(size + PAGE).alignedSlice(PAGE).slice(0, size);
    }

    /** The last user is done with it. */
    void giveBack(ByteBuffer ring) {
        lock.lock();
        try {
            left++;
            kept.addLast(ring);
        } finally {
            lock.unlock();
        }
    }
}
