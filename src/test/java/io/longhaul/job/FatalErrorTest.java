package io.longhaul.job;

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
import static io.longhaul.testkit.JobFixtures.failed;
import static io.longhaul.testkit.JobFixtures.finished;
import static io.longhaul.testkit.JobFixtures.in;
import static io.longhaul.testkit.JobFixtures.opened;
import static io.longhaul.testkit.JobFixtures.published;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.testkit.JobFixtures.Story;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A job in BG_JOB_STATE_ERROR")
class FatalErrorTest {
    private final Story story = in(StateName.ERROR);

    @Test
    void is_queued_by_resume_with_its_error_readable_until_it_transfers() {
        JobError error = story.job().error();
        assertEquals(StateName.QUEUED, story.after(RESUME).state());
        assertEquals(error, story.job().error());
        assertNull(story.granted().after(opened(2, 0)).job().error());
    }

    @Test
    void is_transferred_by_resume_where_nothing_is_left_to_do() {
        Story late = in(StateName.TRANSFERRING)
                .after(finished(1, 0), failed(1, new HttpError(404), true, START), finished(1, 1));
        assertEquals(StateName.ERROR, late.state());
        assertEquals(List.of(new JobEvent.JobTransferred(false)), late.events(RESUME));
        assertEquals(StateName.TRANSFERRED, late.after(RESUME).state());
    }

    @Test
    void is_suspended() {
        assertEquals(StateName.SUSPENDED, story.after(SUSPEND).state());
    }

    @Test
    void is_not_tried_again_by_time() {
        assertEquals(
                Optional.of(story.job().times().activity().plus(INACTIVITY)),
                story.job().wakeAt());
        assertEquals(List.of(), story.later(Duration.ofDays(30)).events(WAKE));
        assertEquals(List.of(), story.events(RESTARTED));
    }

    @Test
    void is_cancelled_when_nobody_looks_after_it() {
        assertEquals(StateName.CANCELLED, story.later(INACTIVITY).after(WAKE).state());
    }

    @Test
    void hears_no_scheduler() {
        assertEquals(
                List.of(), story.events(new SchedulerCommand.GrantSlice(2, START.plus(SLICE), Duration.ZERO, NODE)));
    }

    @Test
    void waits_for_resume_after_a_file_was_added() {
        assertEquals(StateName.ERROR, story.after(addFile()).state());
    }

    @Test
    void keeps_the_good_files_when_it_is_completed() {
        Story mixed =
                in(StateName.TRANSFERRING).after(finished(1, 0), failed(1, new HttpError(404), true, START), COMPLETE);
        assertEquals(StateName.ERROR, mixed.state()); // until the files have their names
        mixed.after(published(0));
        assertEquals(
                BitsError.BG_S_PARTIAL_COMPLETE, mixed.state(Acknowledged.class).result());
        assertTrue(mixed.job().files().get(0).available());
        assertFalse(mixed.job().files().get(1).available());
    }
}
