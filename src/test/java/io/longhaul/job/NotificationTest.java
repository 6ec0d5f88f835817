package io.longhaul.job;

import static io.longhaul.testkit.JobFixtures.CANCEL;
import static io.longhaul.testkit.JobFixtures.COMPLETE;
import static io.longhaul.testkit.JobFixtures.RESUME;
import static io.longhaul.testkit.JobFixtures.SUSPEND;
import static io.longhaul.testkit.JobFixtures.change;
import static io.longhaul.testkit.JobFixtures.failed;
import static io.longhaul.testkit.JobFixtures.finished;
import static io.longhaul.testkit.JobFixtures.held;
import static io.longhaul.testkit.JobFixtures.job;
import static io.longhaul.testkit.JobFixtures.notifying;
import static io.longhaul.testkit.JobFixtures.opened;
import static io.longhaul.testkit.JobFixtures.published;
import static io.longhaul.testkit.JobFixtures.renamed;
import static io.longhaul.testkit.JobFixtures.take;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.longhaul.job.JobSpec.Notify;
import io.longhaul.job.JobSpec.NotifyEvent;
import io.longhaul.job.file.ByteRange;
import io.longhaul.job.file.FileSource;
import io.longhaul.testkit.JobFixtures;
import io.longhaul.testkit.JobFixtures.Story;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A notification")
class NotificationTest {
    private static final String URL = "https://hooks.example/bits";

    private static Notify to(String url, NotifyEvent... events) {
        return new Notify(List.of(events), url);
    }

    private static final Notify ALL = to(URL, NotifyEvent.values());
    private static final Notify USUAL = to(URL, NotifyEvent.JOB_TRANSFERRED, NotifyEvent.JOB_ERROR);

    /** The names of what was to be told in the course of a story, in order. */
    private static List<String> told(Story story) {
        return all(story).stream().map(one -> one.event().name()).toList();
    }

    private static List<Notification> all(Story story) {
        List<Notification> told = new ArrayList<>();
        Job job = null;
        for (Recorded recorded : story.history()) {
            Job after = Job.evolve(job, JobFixtures.ID, recorded);
            if (job != null) told.addAll(Notification.of(job, recorded.event(), after));
            job = after;
        }
        return told;
    }

    private static Story story(Notify notify) {
        return job(notifying(notify), 2);
    }

    @Test
    void is_not_made_where_nobody_wants_any() {
        assertEquals(List.of(), told(story(null).to(StateName.ACKNOWLEDGED)));
        assertEquals(
                List.of(), told(story(to(null, NotifyEvent.JOB_TRANSFERRED)).to(StateName.TRANSFERRED)));
        assertEquals(List.of(), told(story(to(URL)).to(StateName.TRANSFERRED)), "no event is BITS's DISABLE");
    }

    @Test
    void tells_of_a_job_that_is_transferred_once() {
        assertEquals(List.of("JOB_TRANSFERRED"), told(story(USUAL).to(StateName.ACKNOWLEDGED)));
        assertEquals(
                List.of("JOB_TRANSFERRED"),
                told(story(USUAL).to(StateName.TRANSFERRED).after(SUSPEND, RESUME)),
                "nothing was added meanwhile");
    }

    @Test
    void tells_of_an_error_and_never_of_a_transient_one() {
        assertEquals(List.of(), told(story(USUAL).to(StateName.TRANSIENT_ERROR).retried()));
        assertEquals(List.of("JOB_ERROR"), told(story(USUAL).to(StateName.ERROR)));
        Story again = story(USUAL).to(StateName.ERROR).after(RESUME).granted();
        assertEquals(
                List.of("JOB_ERROR", "JOB_ERROR"),
                told(again.after(failed(again.job().lastRun(), new HttpError(404), true, again.now()))));
    }

    @Test
    void tells_of_each_file_before_the_job() {
        assertEquals(
                List.of("FILE_TRANSFERRED", "FILE_TRANSFERRED", "JOB_TRANSFERRED"),
                told(story(to(URL, NotifyEvent.FILE_TRANSFERRED, NotifyEvent.JOB_TRANSFERRED))
                        .to(StateName.TRANSFERRED)));
    }

    @Test
    void tells_of_modifications_but_not_of_the_change_to_TRANSFERRED_or_ERROR() {
        Notify modifications = to(URL, NotifyEvent.JOB_MODIFICATION);
        Story transferred = story(modifications).to(StateName.TRANSFERRED);
        long events = transferred.history().size();
        assertEquals(events - 2, told(transferred).size(), "all but the creation and the last");
        Story failed = story(modifications).to(StateName.ERROR);
        assertEquals(failed.history().size() - 2, told(failed).size());
        assertEquals(List.of("JOB_MODIFICATION"), told(story(modifications).after(change(renamed("other", null)))));
    }

    @Test
    void does_not_tell_of_a_cancellation_by_anybody() {
        assertEquals(List.of(), told(story(ALL).after(CANCEL)));
        assertEquals(List.of(), told(story(ALL).later(JobFixtures.INACTIVITY).after(JobFixtures.WAKE)));
    }

    @Test
    void is_followed_by_the_end_of_the_job_ninety_days_after_an_error_that_nobody_minds() {
        Story story = story(USUAL).to(StateName.ERROR);
        assertEquals(story.now().plus(Duration.ofDays(90)), story.job().wakeAt().orElseThrow());
        story.later(Duration.ofDays(90)).after(JobFixtures.WAKE);
        assertEquals(StateName.CANCELLED, story.state());
        assertEquals(List.of("JOB_ERROR"), told(story));
    }

    @Test
    void tells_of_the_bytes_of_ranges_since_the_last_one() {
        FileSource source = new FileSource(
                "http://files.example/r.bin", "r.bin", List.of(new ByteRange(0, 100L), new ByteRange(500, null)), null);
        Story story = job(notifying(to(URL, NotifyEvent.FILE_RANGES_TRANSFERRED)), 0)
                .after(new OwnerCommand.AddFiles(List.of(source), JobFixtures.ANNA, JobFixtures.LIMITS))
                .after(RESUME)
                .granted()
                .after(opened(1, 0), held(1, 0, 150), held(1, 0, 150), finished(1, 0));
        assertEquals(
                List.of(
                        new Notification(
                                NotifyEvent.FILE_RANGES_TRANSFERRED,
                                0,
                                List.of(new ByteRange(0, 100L), new ByteRange(500, 50L))),
                        new Notification(NotifyEvent.FILE_RANGES_TRANSFERRED, 0, List.of(new ByteRange(550, 850L)))),
                all(story));
        assertEquals(
                List.of(new ByteRange(50, 50L), new ByteRange(500, 50L)), ByteRange.between(source.ranges(), 50, 150));
        assertEquals(List.of(new ByteRange(550, 850L)), ByteRange.between(source.ranges(), 150, 1000));
        assertEquals(List.of(), ByteRange.between(source.ranges(), 150, 150));
    }

    @Test
    void tells_of_each_part_that_comes_on_demand() {
        Job job = story(ALL).to(StateName.TRANSFERRING).job();
        ByteRange piece = new ByteRange(4096, 100L);
        assertEquals(
                List.of(
                        new Notification(NotifyEvent.FILE_RANGES_TRANSFERRED, 0, List.of(piece)),
                        new Notification(NotifyEvent.JOB_MODIFICATION, null, List.of())),
                Notification.of(job, new JobEvent.PieceHeld(0, piece, 1), job));
    }

    @Test
    void is_made_for_what_has_happened_before_anybody_asked_for_it() {
        assertEquals(
                List.of("JOB_TRANSFERRED"),
                told(story(null).to(StateName.TRANSFERRED).after(change(JobFixtures.notify(USUAL)))));
        assertEquals(
                List.of("JOB_ERROR"), told(story(null).to(StateName.ERROR).after(change(JobFixtures.notify(USUAL)))));
        assertEquals(List.of(), told(story(null).to(StateName.QUEUED).after(change(JobFixtures.notify(USUAL)))));
        assertEquals(
                List.of("JOB_TRANSFERRED"),
                told(story(USUAL)
                        .to(StateName.TRANSFERRED)
                        .after(change(JobFixtures.notify(to("https://other.example/", NotifyEvent.JOB_TRANSFERRED))))),
                "another receiver is told what is still to be told, and not again what was");
    }

    @Test
    void runs_a_command_for_two_events_only_and_a_new_owner_loses_the_command() {
        Notify command = new Notify(List.of(NotifyEvent.values()), null, "mail-owner", null);
        Story story = story(command).to(StateName.TRANSFERRED);
        assertEquals(List.of("JOB_TRANSFERRED"), told(story));
        story.after(take(JobFixtures.BEN));
        assertNull(story.job().spec().notification().command());
        assertEquals(List.of("JOB_TRANSFERRED"), told(story.after(COMPLETE, published(0, 1))));
    }
}
