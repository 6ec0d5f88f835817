package io.longhaul.job;

import static io.longhaul.testkit.JobFixtures.BEN;
import static io.longhaul.testkit.JobFixtures.CANCEL;
import static io.longhaul.testkit.JobFixtures.COMPLETE;
import static io.longhaul.testkit.JobFixtures.INACTIVITY;
import static io.longhaul.testkit.JobFixtures.RESUME;
import static io.longhaul.testkit.JobFixtures.START;
import static io.longhaul.testkit.JobFixtures.SUSPEND;
import static io.longhaul.testkit.JobFixtures.WAKE;
import static io.longhaul.testkit.JobFixtures.addFile;
import static io.longhaul.testkit.JobFixtures.change;
import static io.longhaul.testkit.JobFixtures.failed;
import static io.longhaul.testkit.JobFixtures.finished;
import static io.longhaul.testkit.JobFixtures.held;
import static io.longhaul.testkit.JobFixtures.in;
import static io.longhaul.testkit.JobFixtures.opened;
import static io.longhaul.testkit.JobFixtures.published;
import static io.longhaul.testkit.JobFixtures.renamed;
import static io.longhaul.testkit.JobFixtures.restarted;
import static io.longhaul.testkit.JobFixtures.take;
import static io.longhaul.testkit.JobFixtures.unpublished;
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

@DisplayName("A job in BG_JOB_STATE_TRANSFERRED")
class TransferredTest {
    private final Story story = in(StateName.TRANSFERRED);

    @Test
    void stays_when_resumed_with_nothing_new() {
        assertEquals(List.of(), story.events(RESUME));
    }

    @Test
    void knows_since_when_it_is_whatever_is_added() {
        assertEquals(new Transferred(story.now()), story.job().state());
        Story later = in(StateName.TRANSFERRED).later(Duration.ofHours(1)).after(SUSPEND, RESUME);
        assertEquals(new Transferred(later.now()), later.job().state());
        later.later(Duration.ofHours(1)).after(addFile());
        assertEquals(
                new Transferred(later.now().minus(Duration.ofHours(1))),
                later.job().state());
    }

    @Test
    void is_queued_by_resume_once_files_were_added() {
        story.later(Duration.ofHours(1)).after(addFile());
        assertEquals(StateName.TRANSFERRED, story.state());
        assertNull(story.job().times().transferCompletion());
        assertEquals(StateName.QUEUED, story.after(RESUME).state());
    }

    @Test
    void tells_its_owner_again_after_files_were_added() {
        story.after(addFile(), RESUME).granted();
        assertEquals(
                new JobEvent.JobTransferred(false), story.events(finished(2, 2)).getLast());
    }

    @Test
    void is_suspended_and_comes_back() {
        assertEquals(StateName.SUSPENDED, story.after(SUSPEND).state());
        assertEquals(StateName.TRANSFERRED, story.after(RESUME).state());
    }

    @Test
    void is_acknowledged_by_complete_once_the_files_have_their_names() {
        assertEquals(List.of(new JobEvent.CompletionBegan()), story.events(COMPLETE));
        story.after(COMPLETE);
        assertEquals(StateName.TRANSFERRED, story.state());
        assertEquals(
                List.of(new JobEvent.JobAcknowledged(List.of(0, 1), BitsError.S_OK, List.of())),
                story.events(published(0, 1)));
    }

    @Test
    void remembers_which_of_its_files_took_the_place_of_another() {
        story.after(COMPLETE);
        JobError locked = JobError.of(ErrorContext.LOCAL_FILE, BitsError.BG_E_DESTINATION_LOCKED, 1, story.now());
        assertEquals(
                List.of(new JobEvent.CompletionFailed(List.of(0), locked, List.of(0))),
                story.events(new StoreReport.Published(List.of(0), locked, false, List.of(0))));
        assertEquals(
                List.of(new JobEvent.JobAcknowledged(List.of(0, 1), BitsError.S_OK, List.of(1))),
                story.events(new StoreReport.Published(List.of(0, 1), null, true, List.of(1))));
    }

    @Test
    void is_looked_at_again_at_once_while_complete_is_under_way() {
        assertEquals(Optional.of(story.now()), story.after(COMPLETE).job().wakeAt());
    }

    @Test
    void does_nothing_else_while_complete_is_under_way() {
        story.after(COMPLETE);
        assertEquals(List.of(), story.events(COMPLETE));
        for (OwnerCommand other : List.of(RESUME, SUSPEND, CANCEL, addFile(), change(renamed("x", null)), take(BEN)))
            assertEquals(BitsError.BG_E_INVALID_STATE, story.refusal(other));
        assertEquals(List.of(), story.later(INACTIVITY).events(WAKE));
    }

    @Test
    void stays_when_a_file_cannot_get_its_name_and_can_be_completed_again() {
        story.later(Duration.ofDays(80)).after(COMPLETE, unpublished(0));
        assertEquals(StateName.TRANSFERRED, story.state());
        assertTrue(story.job().files().get(0).available());
        assertFalse(story.job().files().get(1).available());
        assertNull(story.job().ending());
        assertEquals(Optional.of(story.now().plus(INACTIVITY)), story.job().wakeAt());
        assertEquals(
                StateName.ACKNOWLEDGED, story.after(COMPLETE, published(0, 1)).state());
    }

    @Test
    void can_be_cancelled_after_a_failed_complete() {
        assertEquals(
                StateName.CANCELLED,
                story.after(COMPLETE, unpublished(0), CANCEL).state());
    }

    @Test
    void says_when_temporary_files_remain() {
        story.after(COMPLETE, new StoreReport.Published(List.of(0, 1), null, false));
        assertEquals(
                BitsError.BG_S_UNABLE_TO_DELETE_FILES,
                story.state(Acknowledged.class).result());
    }

    @Test
    void takes_no_second_answer_of_the_file_store() {
        story.after(COMPLETE, unpublished(0));
        assertEquals(List.of(), story.events(published(0, 1)));
        assertEquals(List.of(), story.after(COMPLETE).events(new StoreReport.Discarded(true)));
    }

    @Test
    void is_not_emptied_by_old_words_of_its_run() {
        for (TransferReport old : List.of(restarted(1, 1), held(1, 1, 10), opened(1, 0), finished(1, 1)))
            assertEquals(List.of(), story.events(old));
        assertEquals(List.of(), story.events(failed(1, new HttpError(500), false, START)));
    }

    @Test
    void is_cancelled_when_nobody_completes_it() {
        assertEquals(
                List.of(new JobEvent.JobCancelled(true)),
                story.later(INACTIVITY).events(WAKE));
    }
}
