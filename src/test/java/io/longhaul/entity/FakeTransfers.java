package io.longhaul.entity;

import io.longhaul.job.Job;
import io.longhaul.job.JobSpec;
import io.longhaul.job.Priority;
import io.longhaul.job.TransferReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A transfer engine that moves no bytes: the test plays the runs' part. */
final class FakeTransfers implements Transfers {
    Admission answer = new Place();
    volatile boolean wayOut = true;
    final List<FakeRun> runs = new ArrayList<>();

    static final class Place implements Admission.Admitted {
        boolean released;

        @Override
        public void release() {
            released = true;
        }
    }

    static final class FakeRun implements Run {
        final long number;
        private final Consumer<List<TransferReport>> reports;
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        boolean stopped;
        volatile Optional<Awaited> awaited = Optional.empty();

        @Nullable
        JobSpec spec;

        FakeRun(long number, Consumer<List<TransferReport>> reports) {
            this.number = number;
            this.reports = reports;
        }

        void report(TransferReport... said) {
            reports.accept(List.of(said));
        }

        void end() {
            ended.complete(null);
        }

        @Override
        public void goBy(Job now) {
            spec = now.spec();
        }

        @Override
        public void stop() {
            stopped = true;
        }

        @Override
        public Optional<Awaited> awaited() {
            return awaited;
        }

        @Override
        public CompletionStage<Void> ended() {
            return ended;
        }
    }

    @Override
    public Admission admit(String queue, Priority priority, String host, boolean retry) {
        return answer;
    }

    @Override
    public boolean hasWayOut() {
        return wayOut;
    }

    @Override
    public Run start(Job job, long run, Admission.Admitted permit, Consumer<List<TransferReport>> reports) {
        FakeRun started = new FakeRun(run, reports);
        runs.add(started);
        return started;
    }

    FakeRun last() {
        return runs.getLast();
    }
}
