package io.longhaul.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Batches")
class BatchesTest {
    private static final int LIMIT = 8;
    private static final int PARALLELISM = 2;
    private static final int FULL = 3;

    private final Queue<Runnable> threads = new ArrayDeque<>();
    private final List<List<String>> done = new ArrayList<>();
    private Runnable meanwhile = () -> {};
    private long nanos;

    private final Batches<String> batches =
            new Batches<>(LIMIT, PARALLELISM, FULL, this::work, threads::add, () -> nanos);

    private void work(String first, Queue<String> waiting) {
        List<String> batch = new ArrayList<>(List.of(first));
        while (batch.size() < FULL && !waiting.isEmpty()) batch.add(waiting.remove());
        done.add(batch);
        Runnable now = meanwhile;
        meanwhile = () -> {};
        now.run();
    }

    private void offer(String... items) {
        for (String item : items) assertTrue(batches.offer(item));
    }

    @Test
    @DisplayName("take what comes alone at once")
    void alone() {
        offer("a");
        threads.remove().run();
        offer("b");
        threads.remove().run();
        assertEquals(List.of(List.of("a"), List.of("b")), done);
    }

    @Test
    @DisplayName("put together what comes while one is under way")
    void together() {
        meanwhile = () -> offer("b", "c");
        offer("a");
        threads.remove().run();
        assertEquals(List.of(List.of("a"), List.of("b", "c")), done);
        assertTrue(threads.isEmpty(), "nothing was begun beside it");
    }

    @Test
    @DisplayName("begin beside another where they would be full, as many as may be")
    void full() {
        offer("a");
        Runnable first = threads.remove();
        offer("b");
        assertTrue(threads.isEmpty());
        offer("c");
        Runnable second = threads.remove();
        offer("d", "e", "f");
        assertTrue(threads.isEmpty(), "no more than may be under way at once");
        first.run();
        second.run();
        assertEquals(List.of(List.of("a", "b", "c"), List.of("d", "e", "f")), done);
    }

    @Test
    @DisplayName("begin beside one that takes long, full or not")
    void patience() {
        meanwhile = () -> {
            offer("b");
            assertTrue(threads.isEmpty());
            nanos += Batches.PATIENCE.toNanos() + 1;
            offer("c");
            threads.remove().run();
        };
        offer("a");
        threads.remove().run();
        assertEquals(List.of(List.of("a"), List.of("b", "c")), done);
    }

    @Test
    @DisplayName("refuse what is too much, and go on with what waits after a fault")
    void faults() {
        meanwhile = () -> {
            throw new IllegalStateException("a fault");
        };
        offer("a", "b");
        Runnable first = threads.remove();
        offer("c", "d", "e", "f", "g", "h");
        assertFalse(batches.offer("i"));
        threads.clear();
        assertThrows(IllegalStateException.class, first::run);
        threads.remove().run();
        assertEquals(List.of(List.of("a", "b", "c"), List.of("d", "e", "f"), List.of("g", "h")), done);
    }
}
