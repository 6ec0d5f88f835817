package io.longhaul.job;

import static io.longhaul.testkit.JobFixtures.ANNA;
import static io.longhaul.testkit.JobFixtures.BEN;
import static io.longhaul.testkit.JobFixtures.ID;
import static io.longhaul.testkit.JobFixtures.LIMITS;
import static io.longhaul.testkit.JobFixtures.RESUME;
import static io.longhaul.testkit.JobFixtures.START;
import static io.longhaul.testkit.JobFixtures.change;
import static io.longhaul.testkit.JobFixtures.createJob;
import static io.longhaul.testkit.JobFixtures.file;
import static io.longhaul.testkit.JobFixtures.files;
import static io.longhaul.testkit.JobFixtures.finished;
import static io.longhaul.testkit.JobFixtures.header;
import static io.longhaul.testkit.JobFixtures.held;
import static io.longhaul.testkit.JobFixtures.in;
import static io.longhaul.testkit.JobFixtures.job;
import static io.longhaul.testkit.JobFixtures.renamed;
import static io.longhaul.testkit.JobFixtures.spec;
import static io.longhaul.testkit.JobFixtures.take;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.testkit.JobFixtures.Story;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A job")
class JobTest {
    @Test
    void is_created_suspended() {
        assertEquals(
                new Decision.Accepted(List.of(new JobEvent.JobCreated(spec(), files(2)))),
                Job.create(createJob(spec(), 2, false)));
    }

    @Test
    void is_created_and_resumed_in_one_call() {
        Decision.Accepted yes = assertInstanceOf(Decision.Accepted.class, Job.create(createJob(spec(), 2, true)));
        assertEquals(new JobEvent.JobQueued(QueuedReason.RESUMED), yes.events().getLast());
    }

    @Test
    void is_not_created_resumed_without_files() {
        assertEquals(
                BitsError.BG_E_EMPTY,
                assertInstanceOf(Decision.Refused.class, Job.create(createJob(spec(), 0, true)))
                        .code());
    }

    @Test
    void is_not_created_with_properties_or_files_that_cannot_be() {
        JobSpec nameless = renamed("", null).applyTo(spec());
        assertInstanceOf(Decision.Refused.class, Job.create(createJob(nameless, 1, false)));
        OwnerCommand.Create tooMany = new OwnerCommand.Create(spec(), files(3), false, new JobLimits(2, 500));
        assertEquals(
                BitsError.BG_E_TOO_MANY_FILES_IN_JOB,
                assertInstanceOf(Decision.Refused.class, Job.create(tooMany)).code());
    }

    @Test
    void has_a_history_that_begins_with_its_creation() {
        Recorded other = new Recorded(new JobEvent.JobSuspended(), START, Recorded.Cause.OWNER, "anna", null);
        assertThrows(IllegalStateException.class, () -> Job.evolve(null, ID, other));
        Recorded again =
                new Recorded(new JobEvent.JobCreated(spec(), List.of()), START, Recorded.Cause.OWNER, "anna", null);
        assertThrows(IllegalStateException.class, () -> job(1).job().evolve(again));
    }

    @Test
    void counts_its_events() {
        assertEquals(1, job(1).job().sequence());
        assertEquals(2, job(1).after(RESUME).job().sequence());
    }

    @Test
    void transfers_its_files_in_the_order_they_were_added() {
        Story story = in(StateName.TRANSFERRING).after(finished(1, 1));
        assertEquals(0, story.job().nextFile().orElseThrow().index());
        assertTrue(story.job().hasWork());
        assertFalse(story.after(finished(1, 0)).job().hasWork());
    }

    @Test
    void keeps_the_folder_of_whoever_added_a_file() {
        Story story = job(1).after(take(BEN), new OwnerCommand.AddFiles(List.of(file(5)), BEN, LIMITS));
        assertEquals(ANNA, story.job().files().get(0).folder());
        assertEquals(BEN, story.job().files().get(1).folder());
    }

    @Test
    void hides_the_old_owners_headers_from_the_new_one() {
        Story story = job(1).after(change(header("Authorization", "secret")));
        assertEquals(Map.of("Authorization", "secret"), story.job().spec().customHeaders());
        assertEquals(Map.of(), story.after(take(BEN)).job().spec().customHeaders());
    }

    @Test
    void knows_its_times() {
        Story story = job(2);
        assertEquals(new JobTimes(START, START, START, null), story.job().times());
        story.later(Duration.ofSeconds(1)).after(RESUME);
        assertEquals(story.now(), story.job().times().modification());
        assertEquals(story.now(), story.job().times().activity());
        story.later(Duration.ofSeconds(1)).granted();
        assertEquals(story.now(), story.job().times().modification());
        assertEquals(START.plusSeconds(1), story.job().times().activity()); // a slice is no progress
        assertEquals(START, story.job().times().creation());
        assertNull(story.job().times().transferCompletion());
    }

    @Test
    void takes_no_second_file_for_progress_where_nothing_arrived() {
        Story story = in(StateName.TRANSFERRING).later(Duration.ofSeconds(1)).after(held(1, 0, 0));
        assertEquals(START, story.job().times().activity());
    }
}
