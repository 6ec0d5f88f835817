package io.longhaul.comparison;

import io.longhaul.bench.Load;
import io.longhaul.bench.NodeApi;
import io.longhaul.bench.Progress;
import io.longhaul.bench.Workload;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How fast jobs with one small file go from nothing to done. */
@Command(name = "life", description = "Whole lives of jobs, against db-scheduler and aria2c.")
final class Life implements Callable<Integer> {
    @Mixin
    private Rounds rounds;

    @Option(names = "--jobs", defaultValue = "20000")
    private long jobs;

    @Option(names = "--at-once", defaultValue = "128", description = "Downloads at once, of all contenders.")
    private int atOnce;

    @Option(names = "--warm-up", defaultValue = "12", description = "Lots of so many jobs before the one that is measured.")
    private int warmUp;

    @Override
    public Integer call() throws Exception {
        try (FileServer server = FileServer.small(Folders.empty(rounds.folder().resolve("origin")))) {
            String settings = "%,d jobs with one file of 10 KiB from %s, after %d such lots to warm up; %d downloads at once."
                    .formatted(jobs, server.name(), warmUp, atOnce);
            new Comparison("life", settings, rounds.folder(), contenders(server.url(FileServer.SMALL)))
                    .run(rounds.number());
        }
        return 0;
    }

    private List<Contender> contenders(String url) throws Exception {
        List<Contender> all = new ArrayList<>();
        all.add(Contender.of(BenchNode.version(), folder -> longhaul(folder, url)));
        all.add(Contender.of(
                DbScheduler.name() + ", files forced to disk",
                folder -> checked(folder, Child.run(DbSchedulerLife.class, folder, jobs, warmUp, url, atOnce, true))));
        all.add(Contender.of(
                DbScheduler.name() + ", files just written",
                folder -> checked(folder, Child.run(DbSchedulerLife.class, folder, jobs, warmUp, url, atOnce, false))));
        Optional<Aria2> aria2 = Aria2.installed();
        if (aria2.isPresent())
            all.add(Contender.of(aria2.get().name() + ", keeps no state", folder -> aria2(aria2.get(), folder, url)));
        return all;
    }

    /** All are accepted in one batch, and completed by one call when all are transferred. */
    private Figures longhaul(Path folder, String url) throws Exception {
        try (BenchNode node = BenchNode.start(folder, "-Dlonghaul.transfer.connections-per-host=" + atOnce);
                NodeApi api = node.as("bench")) {
            for (int lot = 0; lot < warmUp; lot++) run(api, url, "warm-" + lot);
            Cpu before = node.cpu();
            Load.Result result = run(api, url, "run");
            Cpu cpu = node.cpu().minus(before);
            long files = Folders.count(node.files("bench"), FileServer.SMALL_BYTES);
            if (files != all()) throw new IllegalStateException(files + " files are there");
            Figures figures = Figures.none()
                    .more(
                            "whole life, jobs/s",
                            jobs * 1e9 / result.untilCompleted().toNanos())
                    .more(
                            "until transferred, jobs/s",
                            jobs * 1e9 / result.untilTransferred().toNanos());
            cpu.addTo(figures, jobs);
            return figures;
        }
    }

    /** Also those before the ones that are measured. */
    private long all() {
        return jobs * (warmUp + 1);
    }

    private Load.Result run(NodeApi api, String url, String run) {
        var workload = new Workload(run, "bench", Optional.empty(), url, FileServer.SMALL_FILES, true);
        Load.Result result = Load.run(api, workload, jobs, 1, Load.Until.COMPLETED, Progress.NONE);
        if (result.failed()) throw new IllegalStateException("Some failed: " + result);
        return result;
    }

    private Figures checked(Path folder, Figures figures) throws Exception {
        long files = Folders.count(folder.resolve("files"), FileServer.SMALL_BYTES);
        if (files != all()) throw new IllegalStateException(files + " files are there");
        return figures;
    }

    private Figures aria2(Aria2 aria2, Path folder, String url) throws Exception {
        Path list = Aria2.list(folder, url, jobs);
        long startedAt = System.nanoTime();
        Processes.run(folder, aria2.command(list, atOnce));
        double seconds = Processes.seconds(startedAt);
        long files = Folders.count(folder.resolve("files"), FileServer.SMALL_BYTES);
        if (files != jobs) throw new IllegalStateException(files + " files are there");
        return Figures.none().more("whole life, jobs/s", jobs / seconds);
    }
}
