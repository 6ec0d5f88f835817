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
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A change of properties")
class JobChangeTest {
    private static JobChange labels(boolean clear, Map<String, String> members) {
        return maps(new JobChange.MapChange(clear, members), null);
    }

    private static JobChange headers(Map<String, String> members) {
        return maps(null, new JobChange.MapChange(false, members));
    }

    private static JobChange maps(JobChange.MapChange labels, JobChange.MapChange headers) {
        return new JobChange(
                null, null, null, null, labels, null, null, null, null, null, null, headers, null, null, null);
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
                        new Value<>(4L),
                        true,
                        new Value<>(5L),
                        new JobChange.MapChange(false, Map.of("X-Key", "v")),
                        new Value<>(notify),
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

    @Test
    void takes_names_of_headers_for_the_same_in_any_case_but_those_of_labels_not() {
        JobSpec before = headers(Map.of("Authorization", "old", "X-Site", "7")).applyTo(spec());
        Map<String, String> change = new HashMap<>();
        change.put("authorization", "new");
        change.put("x-site", null);
        assertEquals(
                Map.of("authorization", "new"), headers(change).applyTo(before).customHeaders());
        assertEquals(
                Map.of("a", "1", "A", "2"),
                labels(false, Map.of("A", "2"))
                        .applyTo(labels(false, Map.of("a", "1")).applyTo(spec()))
                        .labels());
    }

    @Test
    void leaves_both_headers_of_a_job_that_has_had_one_in_two_cases_until_it_names_them() {
        JobSpec before = spec().with(new TreeMap<>(Map.of("X-Key", "1", "x-key", "2")), spec().httpOptions());
        JobSpec renamed = renamed("other", null).applyTo(before);
        assertEquals(Map.of("X-Key", "1", "x-key", "2"), renamed.customHeaders());
        assertEquals(Optional.empty(), JobRules.problem(renamed));
        assertEquals(
                Map.of("X-KEY", "3"),
                headers(Map.of("X-KEY", "3")).applyTo(before).customHeaders());
    }
}
