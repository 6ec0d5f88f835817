package io.longhaul.ops.meters;

import static io.longhaul.testkit.Histories.BEGIN;
import static io.longhaul.testkit.Histories.fold;
import static io.longhaul.testkit.Histories.id;
import static io.longhaul.testkit.Histories.life;
import static io.longhaul.testkit.Histories.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longhaul.entity.Admission;
import io.longhaul.entity.Expired;
import io.longhaul.entity.Transfers;
import io.longhaul.job.Job;
import io.longhaul.job.JobId;
import io.longhaul.job.Priority;
import io.longhaul.job.TransferReport;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A port that is measured")
class MeasuredPortsTest {
    private static final Job JOB = fold(
            id(1),
            life(spec("alice", "default", Priority.NORMAL, "maps", Map.of()), BEGIN)
                    .subList(0, 3));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private double counted(String name, String... tags) {
        return registry.get(name).tags(tags).counter().count();
    }

    @Test
    void counts_runs_by_what_came_of_them() {
        MeasuredTransfers transfers = new MeasuredTransfers(new Engine(new Admission.NodeFull(1)), registry);
        run(transfers, new TransferReport.RunDone(1));
        run(transfers, new TransferReport.HostBusy(1, "origin.example:443"));
        run(transfers, new TransferReport.Progressed(1, 0, 10));
        assertEquals(3, counted("longhaul.transfers.started"));
        assertEquals(1, counted("longhaul.transfers.ended", "outcome", "done"));
        assertEquals(1, counted("longhaul.transfers.ended", "outcome", "host_busy"));
        assertEquals(1, counted("longhaul.transfers.ended", "outcome", "stopped"));
        assertEquals(0, counted("longhaul.transfers.ended", "outcome", "failed"));
    }

    @Test
    void is_not_bothered_by_a_run_that_says_nothing() {
        MeasuredTransfers transfers = new MeasuredTransfers(new Engine(new Admission.NodeFull(1)), registry);
        Engine.Begun begun = (Engine.Begun) transfers.start(JOB, 1, () -> {}, said -> {});
        begun.reports().accept(List.of(new TransferReport.RunDone(1)));
        begun.reports().accept(List.of());
        begun.end().complete(null);
        assertEquals(1, counted("longhaul.transfers.ended", "outcome", "done"));
    }

    private static void run(MeasuredTransfers transfers, TransferReport last) {
        Engine.Begun begun = (Engine.Begun) transfers.start(JOB, 1, () -> {}, said -> {});
        begun.reports().accept(List.of(last));
        begun.end().complete(null);
    }

    @Test
    void counts_places_that_were_refused() {
        new MeasuredTransfers(new Engine(new Admission.NodeFull(1)), registry)
                .admit("default", Priority.NORMAL, "h", false);
        new MeasuredTransfers(new Engine(new Admission.HostFull("h", 1, 0)), registry)
                .admit("default", Priority.NORMAL, "h", false);
        new MeasuredTransfers(new Engine((Admission.Admitted) () -> {}), registry)
                .admit("default", Priority.NORMAL, "h", false);
        assertEquals(1, counted("longhaul.admissions.refused", "reason", "node_full"));
        assertEquals(1, counted("longhaul.admissions.refused", "reason", "host_full"));
    }

    @Test
    void counts_what_is_removed() {
        MeasuredExpired expired = new MeasuredExpired(
                new Expired() {
                    @Override
                    public CompletionStage<Jobs> removeJobs(@Nullable Instant from, Instant finalUntil, int most) {
                        return CompletableFuture.completedStage(new Jobs(most, finalUntil));
                    }

                    @Override
                    public CompletionStage<Calls> removeCalls(Instant until, @Nullable JobId after, int most) {
                        return CompletableFuture.failedStage(new IllegalStateException("no connection"));
                    }
                },
                registry);
        expired.removeJobs(null, BEGIN, 7);
        expired.removeJobs(BEGIN, BEGIN, 5);
        expired.removeCalls(BEGIN, null, 9);
        assertEquals(12, counted("longhaul.retention.jobs.removed"));
        assertEquals(0, counted("longhaul.retention.calls.removed"));
        assertEquals(2, registry.get("longhaul.retention.batch").timer().count());
    }

    @Test
    void tells_endpoints_apart_and_nothing_else() {
        ApiMeters api = new ApiMeters(registry);
        api.answered("/v1/jobs/{id}", "GET", 200, Duration.ofMillis(3));
        api.answered("/v1/jobs/{id}", "GET", 200, Duration.ofMillis(4));
        api.answered(null, "BREW", 405, Duration.ofMillis(1));
        assertEquals(
                2,
                registry.get("longhaul.api.requests")
                        .tags("endpoint", "/v1/jobs/{id}", "method", "GET", "status", "200")
                        .timer()
                        .count());
        assertEquals(
                1,
                registry.get("longhaul.api.requests")
                        .tags("endpoint", "none", "method", "none", "status", "405")
                        .timer()
                        .count());
    }

    private record Engine(Admission answer) implements Transfers {
        private record Begun(Consumer<List<TransferReport>> reports, CompletableFuture<Void> end) implements Run {
            @Override
            public void goBy(Job now) {}

            @Override
            public void stop() {}

            @Override
            public Optional<Awaited> awaited() {
                return Optional.empty();
            }

            @Override
            public CompletionStage<Void> ended() {
                return end;
            }
        }

        @Override
        public Admission admit(String queue, Priority priority, String host, boolean retry) {
            return answer;
        }

        @Override
        public boolean hasWayOut() {
            return true;
        }

        @Override
        public Run start(Job job, long run, Admission.Admitted permit, Consumer<List<TransferReport>> reports) {
            return new Begun(reports, new CompletableFuture<>());
        }
    }
}
