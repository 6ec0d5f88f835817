package io.longhaul.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Asks for one job after the other while the node works, and notes how long the answers take. */
final class Sampler implements AutoCloseable {
    private static final Duration BETWEEN_CALLS = Duration.ofMillis(50);

    private final List<Duration> taken = new ArrayList<>();
    private final Thread thread;

    Sampler(NodeApi node, List<String> jobs) {
        thread = Thread.ofVirtual().start(() -> ask(node, jobs));
    }

    private void ask(NodeApi node, List<String> jobs) {
        try {
            for (int next = 0; !jobs.isEmpty() && !Thread.currentThread().isInterrupted(); next++) {
                long askedAt = System.nanoTime();
                node.get("/v1/jobs/" + jobs.get(next % jobs.size()));
                Duration took = Duration.ofNanos(System.nanoTime() - askedAt);
                synchronized (taken) {
                    taken.add(took);
                }
                LockSupport.parkNanos(BETWEEN_CALLS.toNanos());
            }
        } catch (LoadException theRunItselfWillSay) {
            // nothing more to measure
        }
    }

    Latencies latencies() {
        synchronized (taken) {
            return new Latencies(taken);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
