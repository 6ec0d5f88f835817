package io.longhaul.ops.meters;

import static io.longhaul.testkit.Histories.BEGIN;
import static io.longhaul.testkit.Histories.at;
import static io.longhaul.testkit.Histories.failed;
import static io.longhaul.testkit.Histories.granted;
import static io.longhaul.testkit.Histories.id;
import static io.longhaul.testkit.Histories.life;
import static io.longhaul.testkit.Histories.queued;
import static io.longhaul.testkit.Histories.spec;
import static io.longhaul.testkit.Histories.stalled;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longhaul.entity.JobFeed.Notice;
import io.longhaul.job.Job;
import io.longhaul.job.JobEvent;
import io.longhaul.job.Priority;
import io.longhaul.job.QueuedReason;
import io.longhaul.job.Recorded;
import io.longhaul.job.StateName;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What is counted of jobs")
class JobMetersTest {
    private static final List<Recorded> LIFE = life(spec("alice", "default", Priority.NORMAL, "maps", Map.of()), BEGIN);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final JobMeters meters = new JobMeters(registry, Clock.fixed(BEGIN.plusSeconds(9), ZoneOffset.UTC));

    private void hear(List<Recorded> history) {
        Job job = null;
        for (Recorded recorded : history) {
            StateName before = job == null ? StateName.SUSPENDED : job.state().name();
            job = Job.evolve(job, id(1), recorded);
            meters.hear(new Notice.Happened(job, job.sequence(), recorded, before));
        }
    }

    private void hearAfterConnecting(JobEvent... events) {
        List<Recorded> history = new ArrayList<>(LIFE.subList(0, 4));
        for (JobEvent event : events) history.add(at(BEGIN.plusSeconds(9), event));
        hear(history);
    }

    private double counted(String name, String... tags) {
        FunctionCounter derived = registry.find(name).tags(tags).functionCounter();
        return derived == null ? registry.get(name).tags(tags).counter().count() : derived.count();
    }

    @Test
    void are_events_grants_and_the_time_that_a_write_takes() {
        hear(LIFE);
        assertEquals(1, counted("longhaul.job.events", "type", "JobAcknowledged"));
        assertEquals(1, counted("longhaul.slices.granted"));
        assertEquals(LIFE.size(), registry.get("longhaul.journal.write").timer().count());
        assertEquals(9, registry.get("longhaul.journal.write").timer().max(TimeUnit.SECONDS));
    }

    @Test
    void are_slices_by_the_reason_of_their_end() {
        hear(LIFE);
        assertEquals(1, counted("longhaul.slices.ended", "reason", "TRANSFERRED"));
        hearAfterConnecting(
                new JobEvent.JobQueued(QueuedReason.SLICE_ENDED), granted(2, BEGIN), stalled(BEGIN), queued());
        assertEquals(1, counted("longhaul.slices.ended", "reason", "SLICE_ENDED"));
        assertEquals(1, counted("longhaul.slices.ended", "reason", "TRANSIENT_ERROR"));
        assertEquals(
                0, counted("longhaul.slices.ended", "reason", "RESUMED"), "from TRANSIENT_ERROR, not from a slice");
        assertEquals(3, counted("longhaul.slices.granted"));
    }

    @Test
    void are_errors_by_code() {
        hearAfterConnecting(stalled(BEGIN), queued(), granted(2, BEGIN), failed(BEGIN));
        assertEquals(1, counted("longhaul.job.errors", "code", "ERROR_WINHTTP_CONNECTION_ERROR", "fatal", "false"));
        assertEquals(1, counted("longhaul.job.errors", "code", "BG_E_HTTP_ERROR_404", "fatal", "true"));
    }

    @Test
    void are_failures_of_the_journal() {
        meters.read(Duration.ofMillis(3));
        meters.notRead();
        meters.notWritten();
        meters.notWritten();
        assertEquals(1, registry.get("longhaul.job.recovery").timer().count());
        assertEquals(1, counted("longhaul.journal.failures", "operation", "read"));
        assertEquals(2, counted("longhaul.journal.failures", "operation", "write"));
    }
}
