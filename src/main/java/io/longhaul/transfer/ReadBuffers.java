package io.longhaul.transfer;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The buffers that bodies are read into. A transfer begins with a small one, so that a thousand slow ones need little;
 * one that fills it gets a large one, of which there are only so many.
 */
final class ReadBuffers {
    static final int SMALL = 16 * 1024;
    static final int LARGE = 128 * 1024;

    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<ByteBuffer> small = new ArrayDeque<>();
    private final ArrayDeque<ByteBuffer> onHeap = new ArrayDeque<>();
    private final ArrayDeque<ByteBuffer> offHeap = new ArrayDeque<>();
    private int lent;

    /** @param most large buffers lent at once; as many of each kind, and of the small ones, are kept for the next */
    ReadBuffers(int most) {
        this.most = most;
    }

    /** One on the heap, for whoever asks. */
    ByteBuffer small() {
        lock.lock();
        try {
            ByteBuffer kept = small.pollLast();
            if (kept != null) return kept;
        } finally {
            lock.unlock();
        }
        return ByteBuffer.allocate(SMALL);
    }

    /**
     * A larger one than the one at hand where there is one left, else the one at hand.
     *
     * @param direct whether it should lie off the heap, where a channel can read and write without copying
     */
    ByteBuffer larger(ByteBuffer atHand, boolean direct) {
        if (atHand.capacity() == LARGE) return atHand;
        lock.lock();
        try {
            if (lent >= most) return atHand;
            lent++;
            ByteBuffer kept = (direct ? offHeap : onHeap).pollLast();
            if (kept != null) return kept;
            return direct ? ByteBuffer.allocateDirect(LARGE) : ByteBuffer.allocate(LARGE);
        } finally {
            lock.unlock();
        }
    }

    /** The last user is done with it. */
    void giveBack(ByteBuffer buffer) {
        lock.lock();
        try {
            if (buffer.capacity() == LARGE) {
                lent--;
                (buffer.isDirect() ? offHeap : onHeap).addLast(buffer);
            } else if (small.size() < most) {
                small.addLast(buffer);
            }
        } finally {
            lock.unlock();
        }
    }
}
