package io.longhaul.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Small writes in groups")
class GroupCommitTest {
    private final List<List<String>> groups = new ArrayList<>();
    private final ArrayDeque<Runnable> writers = new ArrayDeque<>();

    private final GroupCommit<String, String> commits = new GroupCommit<>(
            group -> {
                groups.add(group);
                if (group.contains("bad")) throw new SQLException("bad");
                return group.stream().map(String::toUpperCase).toList();
            },
            writers::add,
            3,
            2,
            5);

    private CompletableFuture<String> write(String item) {
        return commits.write(item).toCompletableFuture();
    }

    private List<CompletableFuture<String>> writeAll(String... items) {
        return Stream.of(items).map(this::write).toList();
    }

    private void runWriters() {
        while (!writers.isEmpty()) writers.remove().run();
    }

    @Test
    void are_written_together_when_they_come_together_and_no_group_is_too_large() {
        List<CompletableFuture<String>> results = writeAll("a", "b", "c", "d");
        runWriters();
        assertEquals(List.of(List.of("a", "b", "c"), List.of("d")), groups);
        assertEquals(
                List.of("A", "B", "C", "D"),
                results.stream().map(CompletableFuture::join).toList());
    }

    @Test
    void wait_for_nobody_when_they_are_alone() {
        CompletableFuture<String> first = write("a");
        runWriters();
        CompletableFuture<String> second = write("b");
        runWriters();
        assertEquals(List.of(List.of("a"), List.of("b")), groups);
        assertEquals("AB", first.join() + second.join());
    }

    @Test
    void have_only_so_many_writers() {
        writeAll("a", "b", "c", "d");
        assertEquals(2, writers.size());
    }

    @Test
    void fail_with_their_group_and_with_no_other() {
        CompletableFuture<String> bad = write("bad");
        runWriters();
        CompletableFuture<String> good = write("good");
        runWriters();
        assertInstanceOf(
                SQLException.class,
                assertThrows(CompletionException.class, bad::join).getCause());
        assertEquals("GOOD", good.join());
    }

    @Test
    void are_refused_where_too_many_wait_and_taken_again_later() {
        writeAll("a", "a", "a", "a", "a");
        CompletableFuture<String> refused = write("b");
        assertInstanceOf(
                RejectedExecutionException.class,
                assertThrows(CompletionException.class, refused::join).getCause());
        runWriters();
        CompletableFuture<String> taken = write("c");
        runWriters();
        assertEquals("C", taken.join());
    }

    @Test
    void are_refused_when_the_node_ends() {
        var closing = new RejectedExecutionException("closing");
        var closed = new GroupCommit<String, String>(
                group -> group,
                task -> {
                    throw closing;
                },
                3,
                1,
                5);
        CompletableFuture<String> refused = closed.write("a").toCompletableFuture();
        assertTrue(refused.isCompletedExceptionally());
        assertSame(
                closing, assertThrows(CompletionException.class, refused::join).getCause());
        assertFalse(closed.write("b").toCompletableFuture().isCancelled());
    }
}
