package io.longhaul.ops.meters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.Census;
import io.longhaul.entity.Census.Depth;
import io.longhaul.entity.Census.Figures;
import io.longhaul.job.Priority;
import io.longhaul.job.Retention;
import io.longhaul.job.StateName;
import io.longhaul.testkit.TestClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What is looked up for the metrics")
class ClusterMetersTest {
    private static final Figures FIGURES = new Figures(
            Map.of(StateName.QUEUED, 7L),
            List.of(new Depth("maps", Priority.HIGH, 5), new Depth(null, Priority.LOW, 2)),
            TestClock.START.minusSeconds(30),
            3,
            TestClock.START.minus(Duration.ofDays(7)).minusSeconds(60),
            TestClock.START.minusSeconds(90));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TestClock clock = new TestClock();
    private final Map<String, Integer> hosts = new HashMap<>();
    private boolean keepsIndex = true;
    private CompletableFuture<Figures> answer = CompletableFuture.completedFuture(FIGURES);
    private final Census census = (most, finalUntil) -> {
        assertEquals(clock.instant().minus(Duration.ofDays(7)), finalUntil);
        return answer;
    };
    private final ClusterMeters meters = new ClusterMeters(
            registry, census, new Retention(Duration.ofDays(7)), () -> keepsIndex, () -> hosts, clock);

    private double shown(String name, String... tags) {
        return registry.get(name).tags(tags).gauge().value();
    }

    @Test
    void is_shown_as_it_was_when_it_was_looked_up_and_ages_as_they_are() {
        meters.refresh();
        assertEquals(7, shown("longhaul.jobs", "state", "QUEUED"));
        assertEquals(0, shown("longhaul.jobs", "state", "ERROR"));
        assertEquals(5, shown("longhaul.queue.depth", "queue", "maps", "priority", "HIGH"));
        assertEquals(2, shown("longhaul.queue.depth", "queue", "(others)", "priority", "LOW"));
        assertEquals(3, shown("longhaul.retention.backlog"));
        clock.advance(Duration.ofSeconds(10));
        assertEquals(40, shown("longhaul.queued.oldest.seconds"));
        assertEquals(70, shown("longhaul.retention.overdue.seconds"));
        assertEquals(100, shown("longhaul.notification.oldest.seconds"));
    }

    /** Or an autoscaler has no number to go by after a wave of jobs. */
    @Test
    void is_a_depth_of_0_where_nothing_waits() {
        answer = CompletableFuture.completedFuture(new Figures(Map.of(), List.of(), null, 0, null, null));
        meters.refresh();
        for (Priority priority : Priority.values())
            assertEquals(0, shown("longhaul.queue.depth", "queue", "default", "priority", priority.name()));
    }

    @Test
    void is_no_depth_of_0_where_the_queue_may_be_among_the_others() {
        meters.refresh();
        assertEquals(0, shown("longhaul.queue.depth", "queue", "default", "priority", "HIGH"));
        assertNull(registry.find("longhaul.queue.depth")
                .tags("queue", "default", "priority", "LOW")
                .gauge());
    }

    @Test
    void is_shown_by_the_node_that_keeps_the_index_only() {
        meters.refresh();
        keepsIndex = false;
        meters.refresh();
        assertEquals(Double.NaN, shown("longhaul.jobs", "state", "QUEUED"));
        assertTrue(registry.find("longhaul.queue.depth").gauges().isEmpty());
    }

    @Test
    void is_not_shown_as_it_was_when_it_cannot_be_looked_up() {
        meters.refresh();
        answer = CompletableFuture.failedFuture(new IllegalStateException("no connection"));
        meters.refresh();
        assertEquals(Double.NaN, shown("longhaul.queued.oldest.seconds"));
    }

    @Test
    void names_the_fifty_busiest_hosts() {
        for (int host = 1; host <= 60; host++) hosts.put("h" + host, host);
        meters.refresh();
        assertEquals(60, shown("longhaul.host.transfers", "host", "h60"));
        assertEquals(51, registry.get("longhaul.host.transfers").gauges().size());
        assertEquals(55, shown("longhaul.host.transfers", "host", "(others)"));
    }
}
