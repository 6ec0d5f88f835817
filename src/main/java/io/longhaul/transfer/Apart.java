package io.longhaul.transfer;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Work that one thread leaves to another, waiting until it is done. What it throws the first one throws. */
final class Apart {
    /** What else than an {@link IOException} it throws is an {@code F}. */
    @FunctionalInterface
    interface Work<F extends Exception> {
        void run() throws F, IOException;
    }

    private final Work<?> work;
    private final CountDownLatch over = new CountDownLatch(1);
    private boolean done;
    private @Nullable Exception problem;

    private Apart(Work<?> work) {
        this.work = work;
    }

    /** Returns when it is over, and not before, interrupted or not. */
    static <F extends Exception> void run(Executor threads, Class<F> failure, Work<F> work) throws F, IOException {
        Apart apart = new Apart(work);
        threads.execute(apart::run);
        apart.awaitEnd();
        Exception end = apart.problem;
        if (failure.isInstance(end)) throw failure.cast(end);
        switch (end) {
            case null -> {
                if (!apart.done) throw new IllegalStateException("The work was not done");
            }
            case IOException problem -> throw problem;
            case RuntimeException bug -> throw bug;
            case Exception other -> throw new IllegalStateException(other);
        }
    }

    private void run() {
        try {
            work.run();
            done = true;
        } catch (Exception thrown) {
            problem = thrown;
        } finally {
            over.countDown();
        }
    }

    private void awaitEnd() {
        boolean interrupted = false;
        while (over.getCount() > 0) {
            try {
                over.await();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
