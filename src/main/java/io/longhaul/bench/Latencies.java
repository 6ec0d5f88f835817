package io.longhaul.bench;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How long calls took, shortest first. */
public record Latencies(List<Duration> sorted) {
    static final Latencies NONE = new Latencies(List.of());

    public Latencies {
        sorted = sorted.stream().sorted().toList();
    }

    /** What that share of the calls did not exceed; nothing where there were no calls. */
    public Optional<Duration> percentile(double share) {
        if (sorted.isEmpty()) return Optional.empty();
        int index = (int) Math.ceil(share * sorted.size()) - 1;
        return Optional.of(sorted.get(Math.clamp(index, 0, sorted.size() - 1)));
    }
}
