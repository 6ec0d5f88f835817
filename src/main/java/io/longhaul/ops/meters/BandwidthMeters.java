package io.longhaul.ops.meters;

import io.longhaul.job.Priority;
import io.longhaul.policy.BandwidthLimit;
import io.longhaul.policy.Source;
import io.longhaul.transfer.LimitInUse;
import io.longhaul.transfer.Passed;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * The limits of bandwidth that transfers of a node are under. There may be one for each queue and owner, so those with the
 * most transfers are told apart, and what grows is counted for each kind of them.
 */
public final class BandwidthMeters {
    private static final int MOST = 50;
    private static final String OTHERS = "(others)";

    /** Nobody else limits bandwidth: presets and the configuration do not. */
    private static final List<Source> SOURCES = List.of(Source.OWNER, Source.QUEUE, Source.FLEET);

    private final Supplier<List<LimitInUse>> inUse;
    private final MultiGauge limits;
    private final MultiGauge transfers;

    /**
     * Registers them all.
     *
     * @param passed what limits of a kind have done since the start
     */
    public BandwidthMeters(
            MeterRegistry registry, Supplier<List<LimitInUse>> inUse, BiFunction<Source, Priority, Passed> passed) {
        this.inUse = inUse;
        limits = MultiGauge.builder("longhaul.bandwidth.limit")
                .description("Bytes a second of all nodes together under a limit of a policy, for the " + MOST
                        + " limits under which this node has the most transfers")
                .register(registry);
        transfers = MultiGauge.builder("longhaul.bandwidth.transfers")
                .description("Transfers of this node under each of these limits, and under all others together")
                .register(registry);
        for (Source source : SOURCES)
            for (Priority priority : Priority.values()) count(registry, source, priority, passed);
    }

    private static void count(
            MeterRegistry registry, Source source, Priority priority, BiFunction<Source, Priority, Passed> passed) {
        Tags kind = Tags.of("level", source.name(), "priority", priority.name());
        Passed counted = passed.apply(source, priority);
        FunctionCounter.builder(
                        "longhaul.bandwidth.bytes", counted, now -> now.bytes().sum())
                .description("Bytes that limits of policies have let through on this node")
                .tags(kind)
                .register(registry);
        FunctionCounter.builder(
                        "longhaul.bandwidth.waited.seconds",
                        counted,
                        now -> now.waitedNanos().sum() / (double) TimeUnit.SECONDS.toNanos(1))
                .description(
                        "Time for which transfers of this node have waited for their turn under limits of policies")
                .tags(kind)
                .register(registry);
    }

    /** Looks again. */
    public void refresh() {
        List<LimitInUse> busiest = inUse.get().stream()
                .sorted(Comparator.comparingInt(LimitInUse::runs)
                        .reversed()
                        .thenComparing(used -> used.limit().budget()))
                .toList();
        List<Row<?>> figures = new ArrayList<>();
        List<Row<?>> runs = new ArrayList<>();
        for (LimitInUse used : busiest.stream().limit(MOST).toList()) {
            figures.add(Row.of(tags(used.limit()), used.bytesPerSecond()));
            runs.add(Row.of(tags(used.limit()), used.runs()));
        }
        int others = busiest.stream().skip(MOST).mapToInt(LimitInUse::runs).sum();
        if (others > 0) runs.add(Row.of(Tags.of("level", OTHERS, "name", OTHERS, "priority", OTHERS), others));
        limits.register(figures, true);
        transfers.register(runs, true);
    }

    private static Tags tags(BandwidthLimit limit) {
        return Tags.of(
                "level",
                limit.source().name(),
                "name",
                limit.name(),
                "priority",
                limit.priority().name());
    }
}
