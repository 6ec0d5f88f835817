package io.longhaul.transfer;

import io.longhaul.entity.BandwidthParts;
import io.longhaul.job.JobSpec;
import io.longhaul.job.Priority;
import io.longhaul.policy.BandwidthLimit;
import io.longhaul.policy.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The limits of bandwidth that runs of this node are under, each shared with the other runs under it, here and elsewhere. */
final class Throttles implements BandwidthParts {
    private final BandwidthLimits limits;
    private final Consumer<String> wanted;
    private final long atFirst;
    private final Map<String, Throttle> throttles = new ConcurrentHashMap<>();
    private final Map<Kind, Passed> passed = new ConcurrentHashMap<>();

    private record Kind(Source source, Priority priority) {}

    /**
     * @param wanted hears of a limit when the first run here comes under it; must not block
     * @param atFirst the part that this node has of a limit until it is told
     */
    Throttles(BandwidthLimits limits, Consumer<String> wanted, long atFirst) {
        this.limits = limits;
        this.wanted = wanted;
        this.atFirst = atFirst;
    }

    /** Where nobody limits anything. */
    static Throttles none() {
        BandwidthLimits nothing = new BandwidthLimits() {
            @Override
            public Optional<BandwidthLimit> of(JobSpec job) {
                return Optional.empty();
            }

            @Override
            public Instant now() {
                return Instant.EPOCH;
            }
        };
        return new Throttles(nothing, budget -> {}, WHOLE);
    }

    Optional<BandwidthLimit> of(JobSpec job) {
        return limits.of(job);
    }

    /** How long until hours change the limit; empty: no hours do. */
    Optional<Duration> changesIn(BandwidthLimit limit) {
        return Optional.ofNullable(limit.until()).map(until -> Duration.between(limits.now(), until));
    }

    /** A run comes under this limit, until it leaves the throttle. */
    Throttle join(BandwidthLimit limit, long now) {
        Throttle joined = throttles.compute(limit.budget(), (budget, known) -> {
            Throttle throttle =
                    known == null ? new Throttle(limit, atFirst, now, passed(limit.source(), limit.priority())) : known;
            throttle.join();
            return throttle;
        });
        joined.limit(limit.bytesPerSecond(), now);
        if (!joined.hasPart()) wanted.accept(limit.budget());
        return joined;
    }

    /** The limits that runs here are under now. */
    List<LimitInUse> inUse() {
        return throttles.values().stream()
                .map(Throttle::inUse)
                .filter(limit -> limit.runs() > 0)
                .toList();
    }

    /** What all limits of that source for that priority have done since the start. */
    Passed passed(Source source, Priority priority) {
        return passed.computeIfAbsent(new Kind(source, priority), first -> new Passed());
    }

    @Override
    public Map<String, Need> needs() {
        long now = System.nanoTime();
        Map<String, Need> needs = new HashMap<>();
        for (String budget : throttles.keySet()) {
            Throttle used = throttles.computeIfPresent(budget, (name, known) -> known.isUsed() ? known : null);
            if (used != null) needs.put(budget, used.need(now));
        }
        return needs;
    }

    @Override
    public void allow(String budget, long part) {
        Throttle throttle = throttles.get(budget);
        if (throttle != null) throttle.allow(part, System.nanoTime());
    }
}
