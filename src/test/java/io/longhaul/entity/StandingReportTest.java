package io.longhaul.entity;

import static io.longhaul.testkit.JobFixtures.ANNA;
import static io.longhaul.testkit.JobFixtures.ID;
import static io.longhaul.testkit.JobFixtures.NODE;
import static io.longhaul.testkit.JobFixtures.RESUME;
import static io.longhaul.testkit.JobFixtures.SLICE;
import static io.longhaul.testkit.JobFixtures.START;
import static io.longhaul.testkit.JobFixtures.SUSPEND;
import static io.longhaul.testkit.JobFixtures.change;
import static io.longhaul.testkit.JobFixtures.held;
import static io.longhaul.testkit.JobFixtures.in;
import static io.longhaul.testkit.JobFixtures.job;
import static io.longhaul.testkit.JobFixtures.opened;
import static io.longhaul.testkit.JobFixtures.renamed;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longhaul.entity.Queues.Standing;
import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import io.longhaul.job.Priority;
import io.longhaul.job.QueuedReason;
import io.longhaul.job.StateName;
import io.longhaul.job.TransferReport;
import io.longhaul.testkit.JobFixtures.Story;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a job tells its scheduler")
class StandingReportTest {
    private static final String HOST = "files.example:80";

    private final List<String> told = new ArrayList<>();
    private final List<Standing> standings = new ArrayList<>();
    private final StandingReport report = new StandingReport(new Told(), NODE);

    @Test
    void is_nothing_while_it_was_never_queued() {
        report.update(job(2).job(), false);
        assertEquals(List.of(), told);
    }

    @Test
    void is_said_once_for_each_change() {
        Story story = job(2).after(RESUME);
        report.update(story.job(), false);
        report.update(story.job(), false);
        report.update(story.granted().job(), true);
        report.update(story.after(opened(1, 0), held(1, 0, 5)).job(), true);
        report.update(story.after(SUSPEND).job(), true);
        assertEquals(
                List.of(
                        new Standing.Ready(ID, ANNA, Priority.NORMAL, 1, HOST, START),
                        new Standing.Running(ID, ANNA, Priority.NORMAL, 1, HOST, START.plus(SLICE), NODE),
                        new Standing.Gone(ID)),
                standings);
    }

    @Test
    void is_not_ready_before_its_last_run_has_ended() {
        Story story = in(StateName.TRANSFERRING);
        report.update(story.job(), true);
        report.update(story.ended(QueuedReason.PREEMPTED).job(), true);
        assertEquals(new Standing.Gone(ID), standings.getLast());
        report.update(story.job(), false);
        assertEquals(new Standing.Ready(ID, ANNA, Priority.NORMAL, 2, HOST, START), standings.getLast());
    }

    @Test
    void names_the_host_that_is_busy() {
        Story story = in(StateName.TRANSFERRING).after(new TransferReport.HostBusy(1, "mirror.example:443"));
        report.update(story.job(), false);
        assertEquals("mirror.example:443", ((Standing.Ready) standings.getLast()).host());
    }

    @Test
    void is_said_to_the_old_queue_and_the_new_one() {
        Story story = in(StateName.QUEUED);
        report.update(story.job(), false);
        report.update(
                story.after(SUSPEND, change(renamed(null, "site-7")), RESUME).job(), false);
        assertEquals(List.of("default", "default", "site-7"), told);
        assertEquals(new Standing.Gone(ID), standings.get(1));
    }

    @Test
    void is_repeated_when_the_scheduler_asks() {
        Story story = in(StateName.QUEUED);
        report.repeat(story.job(), false);
        report.repeat(story.job(), false);
        report.update(story.job(), false);
        assertEquals(2, standings.size());
    }

    private final class Told implements Queues {
        @Override
        public void tell(String queue, Standing standing) {
            told.add(queue);
            standings.add(standing);
        }

        @Override
        public void freed(String queue, @Nullable String host) {
            throw new AssertionError("nobody asks here");
        }

        @Override
        public void othersWait(String queue, Rivals rivals) {
            throw new AssertionError("nobody asks here");
        }

        @Override
        public void wake(String queue) {
            throw new AssertionError("nobody asks here");
        }

        @Override
        public CompletionStage<List<Reason>> explain(String queue, JobId id) {
            throw new AssertionError("nobody asks here");
        }

        @Override
        public CompletionStage<Slots> slots(String queue) {
            throw new AssertionError("nobody asks here");
        }

        @Override
        public CompletionStage<Void> setBackgroundSlots(String queue, OptionalInt slots) {
            throw new AssertionError("nobody asks here");
        }

        @Override
        public CompletionStage<Void> logOff(Owner owner) {
            throw new AssertionError("nobody asks here");
        }

        @Override
        public CompletionStage<Void> logOn(Owner owner) {
            throw new AssertionError("nobody asks here");
        }

        @Override
        public CompletionStage<Optional<Instant>> loggedOffSince(Owner owner) {
            throw new AssertionError("nobody asks here");
        }
    }
}
