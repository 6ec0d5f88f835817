package io.longhaul.ops.meters;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longhaul.job.Priority;
import io.longhaul.policy.BandwidthLimit;
import io.longhaul.policy.BandwidthPolicy.Time;
import io.longhaul.policy.Source;
import io.longhaul.transfer.LimitInUse;
import io.longhaul.transfer.Passed;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The meters of limits of bandwidth")
class BandwidthMetersTest {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<LimitInUse> inUse = new ArrayList<>();
    private final Map<Source, Passed> passed = new EnumMap<>(Source.class);
    private final BandwidthMeters meters = new BandwidthMeters(
            registry,
            () -> inUse,
            (source, priority) ->
                    passed.computeIfAbsent(source, first -> new Passed(new LongAdder(), new LongAdder())));

    private static LimitInUse limit(String queue, int runs) {
        return new LimitInUse(new BandwidthLimit(1, Source.QUEUE, queue, Priority.LOW, Time.ALWAYS, null), 5000, runs);
    }

    private double gauge(String meter, String name) {
        return registry.get(meter).tag("name", name).gauge().value();
    }

    @Test
    void tell_the_limits_with_the_most_transfers_apart_and_forget_those_that_have_none() {
        for (int i = 0; i < 60; i++) inUse.add(limit("site-" + i, 1));
        inUse.add(limit("busy", 7));
        meters.refresh();
        assertEquals(5000, gauge("longhaul.bandwidth.limit", "busy"));
        assertEquals(7, gauge("longhaul.bandwidth.transfers", "busy"));
        assertEquals(11, gauge("longhaul.bandwidth.transfers", "(others)"));
        assertEquals(50, registry.get("longhaul.bandwidth.limit").gauges().size());
        inUse.clear();
        meters.refresh();
        assertEquals(
                List.of(), List.copyOf(registry.find("longhaul.bandwidth.limit").gauges()));
    }

    @Test
    void count_bytes_and_waits_for_each_kind_of_limit() {
        passed.get(Source.FLEET).bytes().add(123);
        passed.get(Source.FLEET).waitedNanos().add(1_500_000_000L);
        assertEquals(
                123,
                registry.get("longhaul.bandwidth.bytes")
                        .tags("level", "FLEET", "priority", "LOW")
                        .functionCounter()
                        .count());
        assertEquals(
                1.5,
                registry.get("longhaul.bandwidth.waited.seconds")
                        .tags("level", "FLEET", "priority", "LOW")
                        .functionCounter()
                        .count());
    }
}
