package io.longhaul.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Work on numbered things that several threads share out among themselves. */
final class Parts {
    private Parts() {}

    interface Part {
        void run(long from, long to) throws Exception;
    }

    static void inThreads(long things, int threads, Part part) throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                long from = things * thread / threads;
                long to = things * (thread + 1) / threads;
                running.add(pool.submit(() -> {
                    part.run(from, to);
                    return null;
                }));
            }
            for (Future<?> one : running) one.get();
        }
    }
}
