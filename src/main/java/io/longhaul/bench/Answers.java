package io.longhaul.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** What a batch was answered so far, from several connections. */
final class Answers {
    private static final int SAMPLES = 1000;
    private static final String NONE = "";

    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicReference<String> firstRefusal = new AtomicReference<>(NONE);
    private final List<String> sample = new CopyOnWriteArrayList<>();
    private final long oneOf;

    Answers(long jobs) {
        oneOf = Math.max(1, jobs / SAMPLES);
    }

    void add(String line) {
        JsonNode answer = NodeApi.json(line);
        String id = answer.path("id").asText();
        if (id.isEmpty()) {
            refused.incrementAndGet();
            firstRefusal.compareAndSet(
                    NONE, answer.path("problem").path("detail").asText());
        } else if (accepted.getAndIncrement() % oneOf == 0) {
            sample.add(id);
        }
    }

    long accepted() {
        return accepted.get();
    }

    long refused() {
        return refused.get();
    }

    /** Why the first one that was refused was; empty where none was. */
    String firstRefusal() {
        return firstRefusal.get();
    }

    /** Some ids of jobs that were accepted. */
    List<String> sample() {
        return sample;
    }
}
