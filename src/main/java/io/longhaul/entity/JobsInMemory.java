package io.longhaul.entity;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many jobs of the node are in memory, and so how long one stays there that nobody speaks to. To read a job back
 * costs far more than to keep it, and clients often come back soon, to complete what was transferred; but memory for
 * jobs that only wait is not to be had for the asking.
 */
public final class JobsInMemory {
    static final Duration WITH_ROOM = Duration.ofSeconds(30);

    /** So short that most are gone by the next collection or the one after, and are not copied to where the old ones lie. */
    static final Duration WITHOUT_ROOM = Duration.ofMillis(100);

    /** What a job with a file or two takes as an actor, in bytes of heap. */
    private static final long EACH = 6144;

    /** The part of the heap that idle jobs may fill before they leave sooner. */
    private static final long PART_OF_HEAP = 32;

    private final int room;
    private final AtomicInteger present = new AtomicInteger();

    /** @param room for so many there is more than enough memory */
    JobsInMemory(int room) {
        this.room = room;
    }

    /** With room for what that heap holds easily, all of it in bytes. */
    public static JobsInMemory in(long heapBytes) {
        return new JobsInMemory((int) Math.min(Integer.MAX_VALUE, heapBytes / PART_OF_HEAP / EACH));
    }

    void entered() {
        present.incrementAndGet();
    }

    void left() {
        present.decrementAndGet();
    }

    Duration stayWhenIdle() {
        return present.get() <= room ? WITH_ROOM : WITHOUT_ROOM;
    }
}
