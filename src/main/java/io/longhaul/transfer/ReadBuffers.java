package io.longhaul.transfer;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The buffers that bodies are read into. A transfer begins with a small one, so that a thousand slow ones need little;
 * one that fills it gets a large one, of which there are only so many.
 */
final class ReadBuffers {
    static final int SMALL = 16 * 1024;
    static final int LARGE = 256 * 1024;

    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<byte[]> free = new ArrayDeque<>();
    private int lent;

    /** @param most large buffers at once */
    ReadBuffers(int most) {
        this.most = most;
    }

    byte[] small() {
        return new byte[SMALL];
    }

    /** A larger one than the one at hand where there is one left, else the one at hand. */
    byte[] larger(byte[] atHand) {
        if (atHand.length == LARGE) return atHand;
        lock.lock();
        try {
            if (lent >= most) return atHand;
            lent++;
            byte[] reused = free.pollLast();
            return reused != null ? reused : new byte[LARGE];
        } finally {
            lock.unlock();
        }
    }

    /** The last user is done with it. */
    void giveBack(byte[] buffer) {
        if (buffer.length != LARGE) return;
        lock.lock();
        try {
            lent--;
            free.addLast(buffer);
        } finally {
            lock.unlock();
        }
    }
}
