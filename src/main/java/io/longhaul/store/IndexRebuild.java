package io.longhaul.store;

import io.longhaul.store.IndexFollower.Reached;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import javax.sql.DataSource;

/**
 * Makes the index anew from the journal. No node may run: the one that keeps the index holds its lock. Cut off half way
 * it leaves an index that is behind, which the next node, or this again, brings up to date.
 */
public final class IndexRebuild {
    /** Lines at once. */
    private static final int BATCH = 10_000;

    private static final Duration LOOK_AGAIN_AT_GAP = Duration.ofMillis(2);

    private final DataSource database;
    private final int batch;

    public IndexRebuild(DataSource database) {
        this(database, BATCH);
    }

    IndexRebuild(DataSource database, int batch) {
        this.database = database;
        this.batch = batch;
    }

    /**
     * Returns the number of the journal's last line.
     *
     * @param progress hears after each batch how many lines of the journal are in the index
     * @throws IllegalStateException where a node keeps the index
     */
    public long run(LongConsumer progress) throws SQLException, InterruptedException {
        try (IndexFollower follower = IndexFollower.start(database, batch)) {
            if (follower == null) throw new IllegalStateException("A node is running; stop all nodes first");
            follower.reset();
            follower.fill(database, progress);
            Reached reached;
            do {
                reached = follower.step();
                if (reached == Reached.GAP) pause();
            } while (reached != Reached.CAUGHT_UP);
            follower.makeIndexes();
            return follower.offset();
        }
    }

    private static void pause() throws InterruptedException {
        ReentrantLock lock = new ReentrantLock();
        Condition never = lock.newCondition();
        lock.lock();
        try {
            long nanos = LOOK_AGAIN_AT_GAP.toNanos();
            while (nanos > 0) nanos = never.awaitNanos(nanos);
        } finally {
            lock.unlock();
        }
    }
}
