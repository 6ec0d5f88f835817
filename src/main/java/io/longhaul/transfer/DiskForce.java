package io.longhaul.transfer;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Forces files to disk on threads of the system, while virtual ones wait. Where a virtual thread does that itself, the JVM
 * starts another thread in place of the one that carries it, up to 256: they all go on when the disk returns, and whatever
 * else the node does waits behind them for a processor.
 */
final class DiskForce {
    /** A disk takes many together in hardly more time than one. */
    private static final int AT_ONCE = 32;

    private static final int IDLE_SECONDS = 10;

    private static final ThreadPoolExecutor THREADS = new ThreadPoolExecutor(
            AT_ONCE,
            AT_ONCE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> Thread.ofPlatform().daemon().name("longhaul-disk").unstarted(task));

    static {
        THREADS.allowCoreThreadTimeOut(true);
    }

    private DiskForce() {}

    /** For work that forces files and does little else. */
    static Executor threads() {
        return THREADS;
    }

    /**
     * What was written is on disk when this returns.
     *
     * @param metadata whether all of it is, not only what is needed to read the bytes again
     */
    static void force(FileChannel file, boolean metadata) throws IOException {
        if (Thread.currentThread().isVirtual()) Apart.run(THREADS, IOException.class, () -> file.force(metadata));
        else file.force(metadata);
    }
}
