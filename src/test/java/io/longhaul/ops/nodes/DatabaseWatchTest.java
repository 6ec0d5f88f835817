package io.longhaul.ops.nodes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.longhaul.testkit.TestClock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A node that is not answered by the database")
class DatabaseWatchTest {
    private final TestClock clock = new TestClock();
    private final DatabaseContact contact = new DatabaseContact(clock.instant());
    private final AtomicInteger asked = new AtomicInteger();
    private final CompletableFuture<Void> lost = new CompletableFuture<>();

    @Test
    void leaves_after_fifteen_seconds_where_another_member_is() throws Exception {
        try (DatabaseWatch watch = watch(false)) {
            pass(watch, 14);
            assertEquals(0, asked.get());
            pass(watch, 1);
            lost.get(1, TimeUnit.MINUTES);
        }
    }

    /** As one whose lock finds no connection any more, while the index has its own. */
    @Test
    void stays_where_another_of_its_connections_is() {
        try (DatabaseWatch watch = watch(true)) {
            pass(watch, 60);
            assertEquals(0, asked.get());
            assertFalse(lost.isDone());
        }
    }

    private DatabaseWatch watch(boolean answers) {
        return new DatabaseWatch(
                contact,
                () -> answers,
                () -> {
                    asked.incrementAndGet();
                    return CompletableFuture.completedStage(Duration.ofHours(1));
                },
                () -> lost.complete(null),
                clock);
    }

    private void pass(DatabaseWatch watch, int seconds) {
        for (int second = 0; second < seconds; second++) {
            clock.advance(Duration.ofSeconds(1));
            watch.look();
        }
    }
}
