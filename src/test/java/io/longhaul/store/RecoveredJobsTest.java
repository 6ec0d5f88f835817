package io.longhaul.store;

import static io.longhaul.testkit.Histories.BEGIN;
import static io.longhaul.testkit.Histories.fold;
import static io.longhaul.testkit.Histories.id;
import static io.longhaul.testkit.Histories.life;
import static io.longhaul.testkit.Histories.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.longhaul.job.Job;
import io.longhaul.job.Priority;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A job that an actor has read back")
class RecoveredJobsTest {
    private final RecoveredJobs recovered = new RecoveredJobs();

    private static Job after(long job, int events) {
        return fold(
                id(job),
                life(spec("alice", "default", Priority.NORMAL, "x", Map.of()), BEGIN)
                        .subList(0, events));
    }

    @Test
    void is_what_the_next_event_happens_to_and_is_given_once() {
        recovered.put(after(1, 2));
        assertEquals(after(1, 2), recovered.takeBefore(id(1), 3));
        assertNull(recovered.takeBefore(id(1), 3));
    }

    @Test
    void is_kept_where_the_index_has_not_come_to_it_yet() {
        recovered.put(after(1, 3));
        assertNull(recovered.takeBefore(id(1), 2));
        assertNull(recovered.takeBefore(id(1), 3));
        assertEquals(after(1, 3), recovered.takeBefore(id(1), 4));
    }

    @Test
    void is_of_no_use_where_more_has_happened_to_it_since() {
        recovered.put(after(1, 1));
        assertNull(recovered.takeBefore(id(1), 3));
        assertNull(recovered.takeBefore(id(1), 2));
    }

    @Test
    void is_forgotten_where_nobody_asks_for_it() {
        for (long job = 0; job < 10_000; job++) recovered.put(after(job, 1));
        assertNull(recovered.takeBefore(id(0), 2));
        assertEquals(after(9_999, 1), recovered.takeBefore(id(9_999), 2));
    }
}
