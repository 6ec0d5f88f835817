package io.longhaul.job;

import static io.longhaul.testkit.JobFixtures.BEN;
import static io.longhaul.testkit.JobFixtures.CANCEL;
import static io.longhaul.testkit.JobFixtures.COMPLETE;
import static io.longhaul.testkit.JobFixtures.INACTIVITY;
import static io.longhaul.testkit.JobFixtures.NODE;
import static io.longhaul.testkit.JobFixtures.RESTARTED;
import static io.longhaul.testkit.JobFixtures.RESUME;
import static io.longhaul.testkit.JobFixtures.SLICE;
import static io.longhaul.testkit.JobFixtures.START;
import static io.longhaul.testkit.JobFixtures.SUSPEND;
import static io.longhaul.testkit.JobFixtures.WAKE;
import static io.longhaul.testkit.JobFixtures.addFile;
import static io.longhaul.testkit.JobFixtures.change;
import static io.longhaul.testkit.JobFixtures.createJob;
import static io.longhaul.testkit.JobFixtures.failed;
import static io.longhaul.testkit.JobFixtures.finished;
import static io.longhaul.testkit.JobFixtures.in;
import static io.longhaul.testkit.JobFixtures.job;
import static io.longhaul.testkit.JobFixtures.published;
import static io.longhaul.testkit.JobFixtures.renamed;
import static io.longhaul.testkit.JobFixtures.spec;
import static io.longhaul.testkit.JobFixtures.take;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.job.file.JobFile;
import io.longhaul.testkit.JobFixtures.Story;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A job in BG_JOB_STATE_ACKNOWLEDGED")
class AcknowledgedTest {
    private final Story story = in(StateName.ACKNOWLEDGED);

    @Test
    void has_made_its_files_available() {
        assertTrue(story.job().files().stream().allMatch(JobFile::available));
        assertEquals(BitsError.S_OK, story.state(Acknowledged.class).result());
    }

    @Test
    void has_only_the_finished_files_of_a_job_that_was_completed_early() {
        Story early = job(2).after(COMPLETE, published());
        assertEquals(
                BitsError.BG_S_PARTIAL_COMPLETE, early.state(Acknowledged.class).result());
        assertFalse(early.job().files().stream().anyMatch(JobFile::available));
    }

    @Test
    void is_never_woken() {
        assertEquals(Optional.empty(), story.job().wakeAt());
    }

    @Test
    void refuses_every_call() {
        for (OwnerCommand call : List.of(
                createJob(spec(), 1, false),
                RESUME,
                SUSPEND,
                COMPLETE,
                CANCEL,
                addFile(),
                change(renamed("x", null)),
                take(BEN))) assertEquals(BitsError.BG_E_INVALID_STATE, story.refusal(call));
    }

    @Test
    void hears_nobody_else() {
        for (JobCommand late : List.of(
                new SchedulerCommand.GrantSlice(2, START.plus(SLICE), Duration.ZERO, NODE),
                finished(1, 0),
                failed(1, new HttpError(500), false, START),
                published(0, 1),
                WAKE,
                RESTARTED)) assertEquals(List.of(), story.later(INACTIVITY).events(late));
    }
}
