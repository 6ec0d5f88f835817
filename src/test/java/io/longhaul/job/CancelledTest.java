package io.longhaul.job;

import static io.longhaul.testkit.JobFixtures.ANNA;
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
import static io.longhaul.testkit.JobFixtures.published;
import static io.longhaul.testkit.JobFixtures.renamed;
import static io.longhaul.testkit.JobFixtures.spec;
import static io.longhaul.testkit.JobFixtures.take;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.longhaul.job.file.JobFile;
import io.longhaul.testkit.JobFixtures.Story;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A job in BG_JOB_STATE_CANCELLED")
class CancelledTest {
    private final Story story = in(StateName.TRANSFERRED).after(CANCEL);

    @Test
    void is_cleaned_up_once() {
        assertEquals(Optional.of(START), story.job().wakeAt());
        story.after(new StoreReport.Discarded(true));
        assertEquals(
                new Cancelled(START, true, BitsError.S_OK, Recorded.Cause.OWNER, ANNA.name()),
                story.job().state());
        assertEquals(Optional.empty(), story.job().wakeAt());
        assertEquals(List.of(), story.events(new StoreReport.Discarded(true)));
    }

    @Test
    void says_when_temporary_files_remain() {
        story.after(new StoreReport.Discarded(false));
        assertEquals(
                BitsError.BG_S_UNABLE_TO_DELETE_FILES,
                story.state(Cancelled.class).result());
    }

    @Test
    void has_made_nothing_available() {
        assertFalse(story.job().files().stream().anyMatch(JobFile::available));
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
