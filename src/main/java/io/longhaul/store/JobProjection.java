package io.longhaul.store;

import io.longhaul.entity.Step;
import io.longhaul.job.Job;
import io.longhaul.store.IndexFollower.Reached;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the index up to date for as long as the node runs, if no other node does: each tries again and again to become
 * the one. Outlives restarts of the database. Takes a connection for itself.
 */
public final class JobProjection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JobProjection.class);

    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration LOOK_AGAIN_AT_GAP = Duration.ofMillis(2);

    /**
     * Beside jobs that run the index has a quarter of a processor, and the longer a batch takes the more is put together
     * in the next: a job that runs through several states meanwhile is written once. Where none runs there is nothing to
     * put together.
     */
    private static final int RESTS_FOR = 3;

    /** Lists are a second behind at most. */
    private static final Duration LONGEST_REST = Duration.ofMillis(200);

    private static final Duration LOOK_FOR_LEAD = Duration.ofSeconds(1);
    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(100);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(5);
    private static final Duration CLOSE = Duration.ofSeconds(10);

    private final DataSource database;
    private final Clock clock;
    private final Runnable onProgress;
    private final int batch;
    private final FreshSteps fresh = FreshSteps.in(Runtime.getRuntime().maxMemory());
    private final Thread thread;

    /** Whether it is this node that writes the index. */
    private volatile boolean keeps;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** These are guarded by the lock. */
    private boolean closing;

    private long offset;
    private long lines;
    private @Nullable Instant caughtUpAt;

    /**
     * @param onProgress called after each batch that it has carried over, from its thread; must not block for long
     */
    public JobProjection(DataSource database, Clock clock, Runnable onProgress) {
        this(database, clock, onProgress, IndexFollower.BATCH);
    }

    JobProjection(DataSource database, Clock clock, Runnable onProgress, int batch) {
        this.database = database;
        this.clock = clock;
        this.onProgress = onProgress;
        this.batch = batch;
        this.thread = Thread.ofPlatform().daemon().name("job-index").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /**
     * Something has happened to a job of this node, and is in the journal; from any thread.
     *
     * @param before null: the job begins
     * @param steps at least one
     */
    public void happened(@Nullable Job before, List<Step> steps) {
        if (keeps) fresh.add(before, steps);
    }

    /** The last line of the journal that this node has carried over, or found to be so; 0 before. */
    public long offset() {
        lock.lock();
        try {
            return offset;
        } finally {
            lock.unlock();
        }
    }

    /** How many lines of the journal this node has carried over since it was started, gaps among them. */
    public long lines() {
        lock.lock();
        try {
            return lines;
        } finally {
            lock.unlock();
        }
    }

    /** How long ago the index was known to be up to date; empty while it is not this node that writes it. */
    public Optional<Duration> lag() {
        lock.lock();
        try {
            return Optional.ofNullable(caughtUpAt).map(at -> Duration.between(at, clock.instant()));
        } finally {
            lock.unlock();
        }
    }

    /** Waits until that line of the journal is in the index; false: it was not in time. */
    public boolean awaitOffset(long ordering, Duration atMost) throws InterruptedException {
        lock.lock();
        try {
            long nanos = atMost.toNanos();
            while (offset < ordering) {
                if (nanos <= 0) return false;
                nanos = changed.awaitNanos(nanos);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Ends it after the batch that is under way, and lets another node go on. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            if (thread.isAlive() && !thread.join(CLOSE)) LOG.warn("The index's thread does not end");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Duration backOff = FIRST_BACK_OFF;
        boolean open = true;
        while (open) {
            try {
                lead();
                backOff = FIRST_BACK_OFF;
                open = pause(LOOK_FOR_LEAD);
            } catch (SQLException unavailable) {
                LOG.warn("The index falls behind, trying again in {}: {}", backOff, unavailable.toString());
                open = pause(backOff);
                backOff = longer(backOff);
            } catch (RuntimeException bug) {
                LOG.error("The index falls behind, trying again in {}", LONGEST_BACK_OFF, bug);
                open = pause(LONGEST_BACK_OFF);
            } finally {
                stopped();
            }
        }
    }

    /** Returns at once where another node leads, else when it is time to close. */
    private void lead() throws SQLException {
        try (IndexFollower follower = IndexFollower.start(database, batch, fresh)) {
            if (follower == null) return;
            keeps = true;
            LOG.info("This node keeps the index, from line {} of the journal on", follower.offset());
            boolean open = true;
            while (open) {
                long before = follower.offset();
                long beganAt = System.nanoTime();
                Reached reached = follower.step();
                if (follower.offset() > before) onProgress.run();
                progress(before, follower.offset(), reached == Reached.CAUGHT_UP);
                open = switch (reached) {
                    case WROTE -> pause(Duration.ZERO);
                    case CAUGHT_UP -> pause(rest(POLL, follower, System.nanoTime() - beganAt));
                    case GAP -> pause(rest(LOOK_AGAIN_AT_GAP, follower, System.nanoTime() - beganAt));
                };
            }
        }
    }

    private static Duration rest(Duration least, IndexFollower follower, long tookNanos) {
        if (!follower.sawRunningJobs()) return least;
        Duration rest = Duration.ofNanos(tookNanos * RESTS_FOR);
        if (rest.compareTo(least) < 0) return least;
        return rest.compareTo(LONGEST_REST) < 0 ? rest : LONGEST_REST;
    }

    private void stopped() {
        keeps = false;
        fresh.clear();
        lock.lock();
        try {
            caughtUpAt = null;
        } finally {
            lock.unlock();
        }
    }

    private void progress(long before, long reached, boolean caughtUp) {
        lock.lock();
        try {
            offset = reached;
            lines += reached - before;
            if (caughtUp || caughtUpAt == null) caughtUpAt = clock.instant();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static Duration longer(Duration backOff) {
        Duration twice = backOff.multipliedBy(2);
        return twice.compareTo(LONGEST_BACK_OFF) > 0 ? LONGEST_BACK_OFF : twice;
    }

    /** Whether to go on. */
    private boolean pause(Duration atMost) {
        lock.lock();
        try {
            long nanos = atMost.toNanos();
            while (!closing && nanos > 0) nanos = changed.awaitNanos(nanos);
            return !closing;
        } catch (InterruptedException ended) {
            return false;
        } finally {
            lock.unlock();
        }
    }
}
