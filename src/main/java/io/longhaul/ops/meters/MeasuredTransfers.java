package io.longhaul.ops.meters;

import io.longhaul.entity.Admission;
import io.longhaul.entity.HostClosure;
import io.longhaul.entity.Transfers;
import io.longhaul.job.Job;
import io.longhaul.job.Priority;
import io.longhaul.job.TransferReport;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Counts the runs of a node by what became of them, and the places that it refused. */
public final class MeasuredTransfers implements Transfers {
    private enum Outcome {
        /** All files were fetched. */
        DONE,
        /** An error, whether or not it heals. */
        FAILED,
        /** It led to a host that is full. */
        HOST_BUSY,
        /** It was told to end. */
        STOPPED
    }

    private final Transfers transfers;
    private final Counter started;
    private final Map<Outcome, Counter> ended = new EnumMap<>(Outcome.class);
    private final Counter nodeFull;
    private final Counter hostFull;
    private final Counter hostClosed;
    private final Counter retryBudget;

    public MeasuredTransfers(Transfers transfers, MeterRegistry registry) {
        this.transfers = transfers;
        this.started = Counter.builder("longhaul.transfers.started")
                .description("Transfers that were started")
                .register(registry);
        for (Outcome outcome : Outcome.values())
            ended.put(
                    outcome,
                    Counter.builder("longhaul.transfers.ended")
                            .description("Transfers that ended, by what came of them")
                            .tag("outcome", outcome.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        this.nodeFull = refused(registry, "node_full");
        this.hostFull = refused(registry, "host_full");
        this.hostClosed = refused(registry, "host_closed");
        this.retryBudget = refused(registry, "retry_budget");
    }

    private static Counter refused(MeterRegistry registry, String reason) {
        return Counter.builder("longhaul.admissions.refused")
                .description(
                        "Slices that this node declined because it, or the remote host, was full, or the host closed to it")
                .tag("reason", reason)
                .register(registry);
    }

    @Override
    public Admission admit(String queue, Priority priority, String host, boolean retry) {
        Admission admission = transfers.admit(queue, priority, host, retry);
        switch (admission) {
            case Admission.Admitted place -> {}
            case Admission.NodeFull full -> nodeFull.increment();
            case Admission.HostFull full -> counter(full.closure()).increment();
        }
        return admission;
    }

    private Counter counter(@Nullable HostClosure closure) {
        if (closure == null) return hostFull;
        return closure.cause() == HostClosure.Cause.RETRY_BUDGET ? retryBudget : hostClosed;
    }

    @Override
    public Run start(Job job, long run, Admission.Admitted permit, Consumer<List<TransferReport>> reports) {
        started.increment();
        Heard heard = new Heard(reports);
        Run begun = transfers.start(job, run, permit, heard);
        begun.ended().thenRun(heard::count);
        return begun;
    }

    @Override
    public boolean hasWayOut() {
        return transfers.hasWayOut();
    }

    /** Reports come in order, and none after the end. */
    private final class Heard implements Consumer<List<TransferReport>> {
        private final Consumer<List<TransferReport>> reports;
        private volatile Outcome outcome = Outcome.STOPPED;

        Heard(Consumer<List<TransferReport>> reports) {
            this.reports = reports;
        }

        @Override
        public void accept(List<TransferReport> said) {
            if (!said.isEmpty()) outcome = after(said.getLast());
            reports.accept(said);
        }

        private Outcome after(TransferReport last) {
            return switch (last) {
                case TransferReport.RunDone done -> Outcome.DONE;
                case TransferReport.RunFailed failed -> Outcome.FAILED;
                case TransferReport.HostBusy busy -> Outcome.HOST_BUSY;
                default -> outcome;
            };
        }

        void count() {
            Counter counter = ended.get(outcome);
            if (counter != null) counter.increment();
        }
    }
}
