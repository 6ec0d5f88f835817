package io.longhaul.ops.meters;

import io.longhaul.entity.Census;
import io.longhaul.entity.Census.Figures;
import io.longhaul.job.Priority;
import io.longhaul.job.Retention;
import io.longhaul.job.StateName;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Numbers that are looked up now and then, and not by whoever scrapes: those of the whole cluster, which only the node
 * tells that keeps the index, so that they may be summed; and this node's remote hosts.
 */
public final class ClusterMeters {
    /** So many queues, and hosts, are told apart. */
    private static final int MOST = 50;

    private static final String OTHERS = "(others)";
    private static final String DEFAULT_QUEUE = "default";

    private final Census census;
    private final Retention retention;
    private final BooleanSupplier keepsIndex;
    private final Supplier<Map<String, Integer>> transfersByHost;
    private final Clock clock;
    private final MultiGauge depths;
    private final MultiGauge hosts;
    private volatile @Nullable Figures figures;

    /**
     * @param keepsIndex whether it is this node that keeps the index
     * @param transfersByHost that run now
     */
    public ClusterMeters(
            MeterRegistry registry,
            Census census,
            Retention retention,
            BooleanSupplier keepsIndex,
            Supplier<Map<String, Integer>> transfersByHost,
            Clock clock) {
        this.census = census;
        this.retention = retention;
        this.keepsIndex = keepsIndex;
        this.transfersByHost = transfersByHost;
        this.clock = clock;
        for (StateName state : StateName.values())
            gauge(
                    registry,
                    "longhaul.jobs",
                    "Jobs by state",
                    Tags.of("state", state.name()),
                    now -> now.byState().getOrDefault(state, 0L));
        gauge(
                registry,
                "longhaul.queued.oldest.seconds",
                "How long the job has waited that has waited longest for a slice; 0: none waits",
                Tags.empty(),
                now -> age(now.oldestQueued(), clock.instant()));
        gauge(
                registry,
                "longhaul.retention.backlog",
                "Jobs whose retention is over and that are still there, counted up to " + Figures.MOST_OVER,
                Tags.empty(),
                Figures::over);
        gauge(
                registry,
                "longhaul.retention.overdue.seconds",
                "How long ago the retention was over of the job that should have gone first; 0: none should have gone",
                Tags.empty(),
                now -> age(now.longestOver(), retention.finalUntil(clock.instant())));
        gauge(
                registry,
                "longhaul.notification.oldest.seconds",
                "The age of the oldest event of which an owner is still to be told; 0: there is none",
                Tags.empty(),
                now -> age(now.oldestNotification(), clock.instant()));
        depths = MultiGauge.builder("longhaul.queue.depth")
                .description("Jobs that wait for a slice, in the " + MOST
                        + " deepest queues, and in all others together; 0 in the" + " queue default where none waits")
                .register(registry);
        hosts = MultiGauge.builder("longhaul.host.transfers")
                .description("Transfers of this node with each of its " + MOST
                        + " busiest remote hosts, and with all others together")
                .register(registry);
    }

    private void gauge(MeterRegistry registry, String name, String help, Tags tags, ToDoubleFunction<Figures> value) {
        Gauge.builder(name, this, meters -> {
                    Figures now = meters.figures;
                    return now == null ? Double.NaN : value.applyAsDouble(now);
                })
                .description(help)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    private static double age(@Nullable Instant since, Instant now) {
        return since == null ? 0 : Math.max(0, Duration.between(since, now).toNanos() / 1e9);
    }

    /** Looks again. What cannot be looked up is not told, rather than told as it was. */
    public CompletionStage<?> refresh() {
        showHosts(transfersByHost.get());
        CompletionStage<@Nullable Figures> taken = keepsIndex.getAsBoolean()
                ? census.take(MOST, retention.finalUntil(clock.instant())).thenApply(now -> now)
                : CompletableFuture.completedStage(null);
        return taken.whenComplete((now, unreadable) -> {
            figures = now;
            depths.register(now == null ? List.of() : rows(now.depths()), true);
        });
    }

    /** Of the queue that there is always also where nothing waits: whoever asks for none has to be told of a 0. */
    private static List<Row<?>> rows(List<Census.Depth> depths) {
        List<Row<?>> rows = new ArrayList<>();
        for (Census.Depth depth : depths) rows.add(row(depth));
        for (Priority priority : Priority.values()) {
            boolean told = depths.stream()
                    .anyMatch(depth -> depth.priority() == priority
                            && (depth.queue() == null || depth.queue().equals(DEFAULT_QUEUE)));
            if (!told) rows.add(row(new Census.Depth(DEFAULT_QUEUE, priority, 0)));
        }
        return rows;
    }

    private static Row<Number> row(Census.Depth depth) {
        return Row.of(
                Tags.of(
                        "queue",
                        Objects.requireNonNullElse(depth.queue(), OTHERS),
                        "priority",
                        depth.priority().name()),
                depth.jobs());
    }

    private void showHosts(Map<String, Integer> running) {
        List<Map.Entry<String, Integer>> busiest = running.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .toList();
        int others = busiest.stream().skip(MOST).mapToInt(Map.Entry::getValue).sum();
        List<Row<?>> rows = new ArrayList<>();
        for (Map.Entry<String, Integer> host : busiest.stream().limit(MOST).toList())
            rows.add(Row.of(Tags.of("host", host.getKey()), host.getValue()));
        if (others > 0) rows.add(Row.of(Tags.of("host", OTHERS), others));
        hosts.register(rows, true);
    }
}
