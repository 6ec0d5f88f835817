package io.longhaul.scheduler;

import static io.longhaul.testkit.JobFixtures.ANNA;
import static io.longhaul.testkit.JobFixtures.BEN;
import static io.longhaul.testkit.TestClock.START;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.QueueContents.LoggedOff;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a node knows of who is logged off")
class SessionsTest {
    private static final Set<LoggedOff> ANNA_IS_AWAY = Set.of(new LoggedOff(ANNA, START));

    private final FakeContents contents = new FakeContents();
    private final Queue<CompletableFuture<Set<LoggedOff>>> reads = new ArrayDeque<>();
    private final Sessions sessions = new Sessions(contents);

    @Test
    void is_nobody_before_the_first_read() {
        assertEquals(Set.of(), sessions.away());
    }

    @Test
    void is_up_to_date_when_a_call_is_complete() {
        assertTrue(sessions.logOff(ANNA, START).toCompletableFuture().isDone());
        assertEquals(ANNA_IS_AWAY, sessions.away());
        assertTrue(sessions.logOn(ANNA).toCompletableFuture().isDone());
        assertEquals(Set.of(), sessions.away());
    }

    @Test
    void is_up_to_date_before_a_call_is_complete() {
        contents.sessions = reads;
        CompletableFuture<Void> call = sessions.logOff(ANNA, START).toCompletableFuture();
        assertFalse(call.isDone());
        answer(ANNA_IS_AWAY);
        assertTrue(call.isDone());
        assertEquals(ANNA_IS_AWAY, sessions.away());
    }

    @Test
    void is_not_what_an_older_read_answers_late() {
        contents.sessions = reads;
        sessions.read();
        CompletableFuture<Set<LoggedOff>> slow = requireNonNull(reads.poll());
        sessions.logOff(ANNA, START);
        answer(ANNA_IS_AWAY);
        slow.complete(Set.of());
        assertEquals(ANNA_IS_AWAY, sessions.away());
    }

    @Test
    void stays_what_it_was_when_the_database_does_not_answer() {
        sessions.logOff(ANNA, START);
        contents.sessions = reads;
        CompletableFuture<Void> call = sessions.logOff(BEN, START).toCompletableFuture();
        requireNonNull(reads.poll()).completeExceptionally(new IllegalStateException("no connection"));
        assertTrue(call.isCompletedExceptionally(), "the caller may say it again");
        assertEquals(ANNA_IS_AWAY, sessions.away());
    }

    @Test
    void stays_the_same_object_while_nothing_changes() {
        sessions.logOff(ANNA, START);
        Set<LoggedOff> before = sessions.away();
        contents.sessions = reads;
        sessions.read();
        answer(Set.of(new LoggedOff(ANNA, START)));
        assertSame(before, sessions.away());
    }

    private void answer(Set<LoggedOff> away) {
        requireNonNull(reads.poll(), "a read of the sessions").complete(away);
    }
}
