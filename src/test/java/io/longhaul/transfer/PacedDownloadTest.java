package io.longhaul.transfer;

import static io.longhaul.entity.BandwidthParts.WHOLE;
import static io.longhaul.testkit.JobFixtures.prioritized;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.BandwidthParts;
import io.longhaul.job.BitsError;
import io.longhaul.job.ErrorContext;
import io.longhaul.job.Job;
import io.longhaul.job.JobSpec;
import io.longhaul.job.Priority;
import io.longhaul.job.TransferReport;
import io.longhaul.policy.BandwidthLimit;
import io.longhaul.policy.BandwidthPolicy.Time;
import io.longhaul.policy.Source;
import io.longhaul.testkit.Content;
import io.longhaul.testkit.Origin;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A download under a policy")
class PacedDownloadTest {
    private final Content content = new Content(71, 3_000_000);
    private final Origin origin = Origin.http();
    private final Said said = new Said();
    private final List<String> wanted = new ArrayList<>();
    private Throttles throttles;
    private Bench bench;

    /** What is in force, which a test may change. */
    private static final class Said implements BandwidthLimits {
        private volatile BandwidthLimit limit;

        void say(long bytesPerSecond, Instant until) {
            limit = new BandwidthLimit(bytesPerSecond, Source.QUEUE, "site", Priority.NORMAL, Time.ALWAYS, until);
        }

        @Override
        public Optional<BandwidthLimit> of(JobSpec job) {
            return Optional.ofNullable(limit).filter(said -> said.priority() == job.priority());
        }

        @Override
        public Instant now() {
            return Bench.NOW;
        }
    }

    @BeforeEach
    void start(@TempDir Path root) throws IOException {
        throttles = new Throttles(said, wanted::add, 0);
        bench = new Bench(root, settings -> settings, throttles);
        origin.put("/a", content);
    }

    @AfterEach
    void stop() {
        bench.close();
        origin.close();
    }

    @Test
    void that_lets_nothing_through_asks_for_nothing() {
        said.say(0, Bench.NOW.plusSeconds(90));
        TransferReport.RunFailed failed =
                bench.run(Bench.job(origin.url("/a"), "a")).failure();
        assertEquals(BitsError.BG_E_BLOCKED_BY_POLICY, failed.error().code());
        assertEquals(ErrorContext.GENERAL_QUEUE_MANAGER, failed.error().context());
        assertEquals(
                "The policy of the queue site lets jobs of priority NORMAL move nothing.",
                failed.error().description());
        assertEquals(Duration.ofSeconds(90), failed.retryAfter());
        assertFalse(failed.fatal());
        assertEquals(List.of(), origin.requests("/a"));
    }

    @Test
    void ends_when_that_lets_nothing_through_any_more_and_keeps_what_it_has() {
        said.say(1_000_000, null);
        Bench.Ran ran = bench.start(Bench.job(origin.url("/a"), "a"));
        ran.await(TransferReport.FileOpened.class, opened -> true);
        throttles.allow("QUEUE/site/NORMAL", WHOLE);
        ran.await(TransferReport.Progressed.class, progress -> progress.bytes() > 100_000);
        said.say(0, null);
        ran.awaitEnd();
        assertEquals(BitsError.BG_E_BLOCKED_BY_POLICY, ran.failure().error().code());
        assertTrue(ran.fileNow().bytesHeld() > 100_000);
        assertEquals(List.of("QUEUE/site/NORMAL"), wanted);
    }

    @Test
    void has_nothing_until_the_node_has_a_part_and_goes_on_when_there_is_no_policy_any_more() {
        said.say(1_000_000, null);
        Bench.Ran ran = bench.start(Bench.job(origin.url("/a"), "a"));
        ran.await(TransferReport.FileOpened.class, opened -> true);
        BandwidthParts.Need need = throttles.needs().get("QUEUE/site/NORMAL");
        assertEquals(new BandwidthParts.Need(1, WHOLE), need, "asked once: the answer covers the time since the last");
        said.limit = null;
        assertTrue(ran.awaitEnd().isDone());
        assertTrue(throttles.needs().isEmpty());
    }

    @Test
    void goes_by_the_limit_of_its_new_priority_when_that_is_changed() {
        said.say(1_000_000, null);
        Job job = Bench.job(origin.url("/a"), "a");
        Bench.Ran ran = bench.start(job);
        ran.await(TransferReport.FileOpened.class, opened -> true);
        ran.run.goBy(Bench.with(job.id(), prioritized(Priority.HIGH).applyTo(job.spec()), job.files(), 1));
        assertTrue(ran.awaitEnd().isDone());
    }

    @Test
    void goes_by_its_own_limit_when_that_is_changed_though_it_waits_for_the_old_one() {
        Bench.Draft draft = Bench.draft().file(origin.url("/a"), "a");
        Job fast = draft.job();
        draft.bandwidth = 1L;
        Bench.Ran ran = bench.start(draft.job());
        ran.await(TransferReport.FileOpened.class, opened -> true);
        ran.run.goBy(fast);
        assertTrue(ran.awaitEnd().isDone());
    }
}
