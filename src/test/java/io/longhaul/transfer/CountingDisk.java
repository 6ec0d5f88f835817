package io.longhaul.transfer;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A disk that counts the forces of folders, and holds or refuses them when told to. */
final class CountingDisk implements OpenFolder.Disk {
    private final Semaphore begun = new Semaphore(0);
    private final Semaphore mayReturn = new Semaphore(0);
    private final List<String> forced = new ArrayList<>();
    private final Set<String> refused = new HashSet<>();
    private volatile boolean holds;

    @Override
    public void force(List<String> path, FileChannel names) throws IOException {
        String folder = String.join("/", path);
        synchronized (forced) {
            forced.add(folder);
            if (refused.remove(folder)) throw new IOException("Refused: " + folder);
        }
        names.force(true);
        begun.release();
        if (holds) mayReturn.acquireUninterruptibly();
    }

    /** The folders forced since the last call, in this order. */
    List<String> forced() {
        synchronized (forced) {
            List<String> all = List.copyOf(forced);
            forced.clear();
            return all;
        }
    }

    /** The next force of that folder fails. */
    void refuse(String folder) {
        synchronized (forced) {
            refused.add(folder);
        }
    }

    /** Forces do not return from here on. */
    void hold() {
        begun.drainPermits();
        holds = true;
    }

    /** Waits until another one is under way. */
    void awaitForce() throws InterruptedException {
        if (!begun.tryAcquire(30, TimeUnit.SECONDS)) throw new AssertionError("No force began");
    }

    /** The one under way returns; the next one is held again. */
    void letOneGo() {
        mayReturn.release();
    }

    /** All of them return. */
    void letGo() {
        holds = false;
        mayReturn.release();
    }
}
