package io.longhaul.job;

import static io.longhaul.testkit.JobFixtures.limitedTo;
import static io.longhaul.testkit.JobFixtures.renamed;
import static io.longhaul.testkit.JobFixtures.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A change of properties")
class JobChangeTest {
    private static JobChange labels(boolean clear, Map<String, String> members) {
        return new JobChange(
                null,
                null,
                null,
                null,
                new JobChange.MapChange(clear, members),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    @Test
    void of_nothing_leaves_everything() {
        assertEquals(spec(), renamed(null, null).applyTo(spec()));
    }

    @Test
    void sets_what_it_names() {
        JobSpec.Notify notify = new JobSpec.Notify(List.of(JobSpec.NotifyEvent.JOB_ERROR), "https://me.example/");
        JobSpec changed = new JobChange(
                        "name",
                        "description",
                        "queue",
                        Priority.HIGH,
                        new JobChange.MapChange(false, Map.of("site", "7")),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        new JobChange.Value<>(4L),
                        true,
                        new JobChange.Value<>(5L),
                        new JobChange.MapChange(false, Map.of("X-Key", "v")),
                        new JobChange.Value<>(notify),
                        null,
                        null)
                .applyTo(spec());
        assertEquals(
                new JobSpec(
                        spec().owner(),
                        "queue",
                        "name",
                        "description",
                        spec().type(),
                        Priority.HIGH,
                        changed.labels(),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        spec().inactivityTimeout(),
                        4L,
                        true,
                        5L,
                        changed.customHeaders(),
                        notify,
                        null,
                        null),
                changed);
        assertEquals(Map.of("site", "7"), changed.labels());
        assertEquals(Map.of("X-Key", "v"), changed.customHeaders());
    }

    @Test
    void takes_a_limit_away_by_a_value_that_is_null() {
        JobSpec limited = limitedTo(5L).applyTo(spec());
        assertEquals(5L, limited.maxDownloadBytes());
        assertNull(limitedTo(null).applyTo(limited).maxDownloadBytes());
    }

    @Test
    void merges_maps_and_removes_by_null() {
        JobSpec labelled = labels(false, Map.of("a", "1", "b", "2")).applyTo(spec());
        Map<String, String> change = new HashMap<>();
        change.put("a", null);
        change.put("c", "3");
        assertEquals(
                Map.of("b", "2", "c", "3"),
                labels(false, change).applyTo(labelled).labels());
        assertEquals(Map.of("c", "3"), labels(true, change).applyTo(labelled).labels());
    }
}
