package io.longhaul.store;

import static io.longhaul.store.Stages.await;
import static io.longhaul.testkit.Histories.BEGIN;
import static io.longhaul.testkit.Histories.at;
import static io.longhaul.testkit.Histories.created;
import static io.longhaul.testkit.Histories.id;
import static io.longhaul.testkit.Histories.life;
import static io.longhaul.testkit.Histories.queued;
import static io.longhaul.testkit.Histories.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.Census.Depth;
import io.longhaul.entity.Census.Figures;
import io.longhaul.job.Priority;
import io.longhaul.job.StateName;
import io.longhaul.testkit.JobDatabase;
import io.longhaul.testkit.TestJournal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The census")
class PostgresCensusTest {
    private final JobDatabase database = JobDatabase.create();
    private final TestJournal journal = new TestJournal(database.dataSource(), new JobSerializer());
    private final PostgresCensus census =
            new PostgresCensus(database.dataSource(), Runnable::run, Duration.ofSeconds(10));
    private final JobProjection projection = new JobProjection(database.dataSource(), Clock.systemUTC(), () -> {}, 100);

    @AfterEach
    void close() {
        projection.close();
        database.close();
    }

    private void queue(long job, String queue, Priority priority, Instant since) {
        journal.write(
                id(job),
                created(since, spec("alice", queue, priority, "maps", Map.of()), "https://origin.example/a"),
                at(since, queued()));
    }

    private Figures take(int mostQueues, Instant finalUntil) throws InterruptedException {
        projection.start();
        long last = Long.parseLong(database.query("SELECT coalesce(max(ordering), 0) FROM event_journal"));
        assertTrue(projection.awaitOffset(last, Duration.ofSeconds(20)));
        assertEquals(last, projection.lines());
        return await(census.take(mostQueues, finalUntil));
    }

    @Test
    void of_nothing_is_all_zeros() throws Exception {
        Figures none = take(50, BEGIN);
        assertEquals(List.of(), none.depths());
        assertEquals(Map.of(), nonZero(none));
        assertEquals(StateName.values().length, none.byState().size());
        assertNull(none.oldestQueued());
        assertEquals(0, none.over());
        assertNull(none.longestOver());
    }

    @Test
    void tells_the_deepest_queues_apart_and_the_others_together() throws Exception {
        queue(1, "a", Priority.LOW, BEGIN.plusSeconds(2));
        queue(2, "b", Priority.LOW, BEGIN.plusSeconds(1));
        queue(3, "b", Priority.HIGH, BEGIN.plusSeconds(2));
        queue(4, "c", Priority.LOW, BEGIN.plusSeconds(2));
        journal.write(id(5), life(spec("alice", "d", Priority.LOW, "maps", Map.of()), BEGIN));
        Figures figures = take(1, BEGIN.plusSeconds(5));
        assertEquals(
                Set.of(
                        new Depth("b", Priority.LOW, 1),
                        new Depth("b", Priority.HIGH, 1),
                        new Depth(null, Priority.LOW, 2)),
                Set.copyOf(figures.depths()));
        assertEquals(Map.of(StateName.QUEUED, 4L, StateName.ACKNOWLEDGED, 1L), nonZero(figures));
        assertEquals(BEGIN.plusSeconds(1), figures.oldestQueued());
        assertEquals(1, figures.over());
        assertEquals(BEGIN.plusSeconds(5), figures.longestOver());
    }

    private static Map<StateName, Long> nonZero(Figures figures) {
        return figures.byState().entrySet().stream()
                .filter(state -> state.getValue() != 0)
                .collect(java.util.stream.Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}
