package io.longhaul.ops;

import io.longhaul.api.Stats;
import io.longhaul.entity.JobCatalogue;
import io.longhaul.entity.JobFeed;
import io.longhaul.job.JobEvent;
import io.longhaul.transfer.TransferEngine;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;

/** The figures of this node: what runs, and how fast, between two looks that are not too close. */
final class NodeStats implements Stats {
    /** Rates over less time say little. */
    private static final Duration SHORTEST = Duration.ofSeconds(2);

    private final String node;
    private final TransferEngine engine;
    private final JobCatalogue catalogue;
    private final Clock clock;
    private final LongAdder jobs = new LongAdder();

    private Sample last;
    private Rates rates = new Rates(0, 0);

    private record Sample(Instant at, long bytes, long jobs) {}

    private record Rates(double bytes, double jobs) {}

    NodeStats(String node, TransferEngine engine, JobFeed feed, JobCatalogue catalogue, Clock clock) {
        this.node = node;
        this.engine = engine;
        this.catalogue = catalogue;
        this.clock = clock;
        this.last = sample();
        // As long as the node lives
        var unused = feed.subscribe(this::count);
    }

    private void count(JobFeed.Notice notice) {
        if (notice instanceof JobFeed.Notice.Happened happened
                && happened.recorded().event() instanceof JobEvent.JobTransferred) jobs.increment();
    }

    @Override
    public CompletionStage<Figures> figures() {
        Rates lately = rates();
        Node figures = new Node(node, engine.running(), lately.bytes(), lately.jobs());
        return catalogue
                .oldestQueued()
                .thenApply(found -> new Figures(
                        List.of(figures),
                        found.map(job -> new OldestQueued(job.id(), job.since()))
                                .orElse(null)));
    }

    private synchronized Rates rates() {
        Sample now = sample();
        Duration passed = Duration.between(last.at(), now.at());
        if (passed.compareTo(SHORTEST) < 0) return rates;
        double seconds = passed.toNanos() / 1e9;
        rates = new Rates((now.bytes() - last.bytes()) / seconds, (now.jobs() - last.jobs()) / seconds);
        last = now;
        return rates;
    }

    private Sample sample() {
        return new Sample(clock.instant(), engine.bytesReceived(), jobs.sum());
    }
}
