package io.longhaul.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A force that is shared")
class SharedForceTest {
    private final Semaphore begun = new Semaphore(0);
    private final Semaphore mayReturn = new Semaphore(0);
    private final AtomicInteger forces = new AtomicInteger();
    private volatile Supplier<Exception> outcome = () -> null;

    private final SharedForce shared = new SharedForce(() -> {
        forces.incrementAndGet();
        begun.release();
        mayReturn.acquireUninterruptibly();
        switch (outcome.get()) {
            case IOException refused -> throw refused;
            case RuntimeException bug -> throw bug;
            case null, default -> {}
        }
    });

    private CompletableFuture<Void> ask() {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        shared.force();
                    } catch (IOException problem) {
                        throw new CompletionException(problem);
                    }
                },
                task -> Thread.ofVirtual().start(task));
    }

    private void awaitBegin() throws InterruptedException {
        if (!begun.tryAcquire(30, TimeUnit.SECONDS)) throw new AssertionError("No force began");
    }

    /** One whose force is under way, and four who came after it had begun. */
    private List<CompletableFuture<Void>> oneAndFour() throws InterruptedException {
        CompletableFuture<Void> first = ask();
        awaitBegin();
        List<CompletableFuture<Void>> later =
                Stream.generate(this::ask).limit(4).toList();
        while (shared.waiting() < later.size()) Thread.onSpinWait();
        return Stream.concat(Stream.of(first), later.stream()).toList();
    }

    private static void awaitEnd(CompletableFuture<Void> one) throws Exception {
        one.get(30, TimeUnit.SECONDS);
    }

    private static Throwable problem(CompletableFuture<Void> one) {
        return assertThrows(ExecutionException.class, () -> awaitEnd(one)).getCause();
    }

    @Test
    void is_done_for_each_who_comes_alone() throws Exception {
        mayReturn.release(2);
        shared.force();
        shared.force();
        assertEquals(2, forces.get());
    }

    @Test
    void serves_nobody_who_came_after_it_had_begun() throws Exception {
        List<CompletableFuture<Void>> all = oneAndFour();
        mayReturn.release();
        awaitEnd(all.getFirst());
        awaitBegin(); // the second
        all.stream().skip(1).forEach(later -> assertFalse(later.isDone()));
        mayReturn.release();
        for (CompletableFuture<Void> one : all) awaitEnd(one);
        assertEquals(2, forces.get());
    }

    @Test
    void begins_again_for_who_comes_while_the_second_is_under_way() throws Exception {
        List<CompletableFuture<Void>> all = oneAndFour();
        mayReturn.release();
        awaitBegin();
        CompletableFuture<Void> last = ask();
        while (shared.waiting() < 1) Thread.onSpinWait();
        mayReturn.release();
        for (CompletableFuture<Void> one : all) awaitEnd(one);
        awaitBegin();
        assertFalse(last.isDone());
        mayReturn.release();
        awaitEnd(last);
        assertEquals(3, forces.get());
    }

    @Test
    void tells_all_who_waited_for_it_that_it_failed_and_nobody_else() throws Exception {
        List<CompletableFuture<Void>> all = oneAndFour();
        mayReturn.release();
        awaitEnd(all.getFirst());
        awaitBegin();
        outcome = () -> new IOException("full");
        mayReturn.release();
        Set<Throwable> told = Collections.newSetFromMap(new IdentityHashMap<>());
        for (CompletableFuture<Void> one : all.subList(1, 5)) {
            Throwable problem = problem(one);
            assertEquals("full", problem.getMessage());
            assertTrue(told.add(problem), "each has one of his own, to which he may add another");
        }
        outcome = () -> null;
        mayReturn.release();
        shared.force();
    }

    @Test
    void is_believed_by_nobody_where_it_broke_off() throws Exception {
        List<CompletableFuture<Void>> all = oneAndFour();
        outcome = () -> new IllegalStateException("bug");
        mayReturn.release(2);
        assertInstanceOf(IllegalStateException.class, problem(all.getFirst()));
        List<Throwable> later = all.stream().skip(1).map(one -> problem(one)).toList();
        assertEquals(3, later.stream().filter(IOException.class::isInstance).count());
        outcome = () -> null;
        mayReturn.release();
        shared.force();
    }
}
