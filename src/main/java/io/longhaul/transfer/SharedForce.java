package io.longhaul.transfer;

import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One force for all who need it at the same time. What a caller did before he called is on disk when the call returns,
 * because the force that he waits for began after it: whoever comes while one is under way waits for the next, which is
 * done for all who came meanwhile, by the first of them.
 */
final class SharedForce {
    /** The force itself. */
    @FunctionalInterface
    interface Forcing {
        void force() throws IOException;
    }

    private final Forcing forcing;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition free = lock.newCondition();
    private boolean underWay;
    private @Nullable Round gathering;

    SharedForce(Forcing forcing) {
        this.forcing = forcing;
    }

    /**
     * Returns after a force that began after the call.
     *
     * @throws IOException where that force failed; all who waited for it are told
     */
    void force() throws IOException {
        Round mine;
        lock.lock();
        try {
            Round begun = gathering;
            if (begun != null) {
                begun.awaitEnd();
                return;
            }
            mine = new Round(lock.newCondition());
            gathering = mine;
            while (underWay) free.awaitUninterruptibly();
            gathering = null;
            underWay = true;
        } finally {
            lock.unlock();
        }
        lead(mine);
    }

    /** How many wait for the force after the one that is under way, the one who will do it included. */
    int waiting() {
        lock.lock();
        try {
            Round next = gathering;
            return next == null ? 0 : 1 + next.followers;
        } finally {
            lock.unlock();
        }
    }

    private void lead(Round round) throws IOException {
        @Nullable IOException failed = new IOException("The disk did not take the names");
        try {
            forcing.force();
            failed = null;
        } catch (IOException refused) {
            failed = refused;
            throw refused;
        } finally {
            lock.lock();
            try {
                round.end(failed);
                underWay = false;
                free.signal();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Those who wait for the same force. Everything in it is under the lock. */
    private static final class Round {
        private final Condition returned;
        private int followers;
        private boolean over;
        private @Nullable IOException problem;

        Round(Condition returned) {
            this.returned = returned;
        }

        void awaitEnd() throws IOException {
            followers++;
            while (!over) returned.awaitUninterruptibly();
            if (problem != null) throw new FailedBefore(problem);
        }

        void end(@Nullable IOException failed) {
            over = true;
            problem = failed;
            returned.signalAll();
        }
    }
}
