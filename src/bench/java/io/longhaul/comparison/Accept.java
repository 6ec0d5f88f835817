package io.longhaul.comparison;

import io.longhaul.bench.Load;
import io.longhaul.bench.NodeApi;
import io.longhaul.bench.Progress;
import io.longhaul.bench.Workload;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How fast jobs are taken, each of them safe on disk before it is answered. */
@Command(name = "accept", description = "Durable acceptance, against db-scheduler and bare inserts.")
final class Accept implements Callable<Integer> {
    @Mixin
    private Rounds rounds;

    @Option(names = "--jobs", defaultValue = "100000")
    private long jobs;

    @Option(names = "--warm-up", defaultValue = "300000", description = "Jobs before those that are measured.")
    private long warmUp;

    @Option(names = "--connections", defaultValue = "1", description = "Batches at once, and threads of the others.")
    private int connections;

    @Option(names = "--batch", defaultValue = "1000", description = "Rows that the others insert at once.")
    private int batch;

    @Override
    public Integer call() throws Exception {
        String settings =
                "%,d jobs with one file each, after %,d to warm up; %d at once.".formatted(jobs, warmUp, connections);
        new Comparison(
                        "accept",
                        settings,
                        rounds.folder(),
                        List.of(
                                Contender.of(BenchNode.version(), folder -> longhaul(folder)),
                                Contender.of(
                                        DbScheduler.name() + ", scheduleBatch of " + batch,
                                        folder -> Child.run(
                                                DbSchedulerAccept.class, folder, jobs, warmUp, batch, connections)),
                                Contender.of(
                                        "inserts of " + batch + " rows",
                                        folder -> Child.run(
                                                BareInserts.class, folder, jobs, warmUp, batch, connections))))
                .run(rounds.number());
        return 0;
    }

    /** Queued, with an owner who is logged off: accepted, and nothing runs. */
    private Figures longhaul(Path folder) throws Exception {
        try (BenchNode node = BenchNode.start(folder);
                NodeApi api = node.as("bench")) {
            api.post("/v1/owners/bench/logoff");
            create(api, "warm", warmUp);
            Cpu before = node.cpu();
            Load.Result result = create(api, "run", jobs);
            Figures figures = Figures.none()
                    .more("accepted jobs/s", jobs / (result.untilAccepted().toNanos() / 1e9));
            node.cpu().minus(before).addTo(figures, jobs);
            return figures;
        }
    }

    private Load.Result create(NodeApi api, String run, long jobs) {
        var workload = new Workload(run, "bench", Optional.empty(), "http://127.0.0.1:1/small/%d.bin", 1000, true);
        Load.Result result = Load.run(api, workload, jobs, connections, Load.Until.ACCEPTED, Progress.NONE);
        if (result.accepted() != jobs) throw new IllegalStateException("Refused: " + result.firstRefusal());
        return result;
    }
}
