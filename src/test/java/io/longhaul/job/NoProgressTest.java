package io.longhaul.job;

import static io.longhaul.testkit.JobFixtures.RESUME;
import static io.longhaul.testkit.JobFixtures.START;
import static io.longhaul.testkit.JobFixtures.VERSION;
import static io.longhaul.testkit.JobFixtures.addFile;
import static io.longhaul.testkit.JobFixtures.arrived;
import static io.longhaul.testkit.JobFixtures.held;
import static io.longhaul.testkit.JobFixtures.in;
import static io.longhaul.testkit.JobFixtures.job;
import static io.longhaul.testkit.JobFixtures.opened;
import static io.longhaul.testkit.JobFixtures.startsOver;
import static io.longhaul.testkit.JobFixtures.timed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.longhaul.job.file.ByteRange;
import io.longhaul.testkit.JobFixtures.Story;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A job whose server brings nothing new")
class NoProgressTest {
    private static final BitsError NO_RANGES = BitsError.BG_E_INSUFFICIENT_RANGE_SUPPORT;
    private static final BitsError CHANGED = BitsError.BG_E_REMOTE_FILE_CHANGED;

    /** It has 500 bytes, and its server broke off there. */
    private final Story story =
            in(StateName.TRANSFERRING).after(held(1, 0, 500)).stalled();

    /** The next attempt begins at 0, brings so many bytes and breaks off. */
    private static void again(Story story, BitsError reason, long had, long bytes) {
        story.retried();
        long run = story.job().lastRun();
        story.after(startsOver(run, 0, reason, had), opened(run, 0), arrived(run, 0, bytes), held(run, 0, bytes))
                .stalled();
    }

    @Test
    void takes_no_byte_for_progress_that_it_had_before_it_began_again_at_0() {
        again(story, NO_RANGES, 500, 500);
        assertEquals(START, story.job().stalledSince());
        assertEquals(START, story.job().times().activity());
    }

    @Test
    void goes_on_with_the_first_byte_that_it_never_had() {
        story.retried().after(startsOver(2, 0, NO_RANGES, 500), opened(2, 0), held(2, 0, 400));
        assertEquals(List.of(), story.events(arrived(2, 0, 500)));
        assertEquals(List.of(new JobEvent.ProgressMade()), story.events(arrived(2, 0, 501)));
        assertNull(story.after(held(2, 0, 501)).job().stalledSince());
    }

    @Test
    void remembers_the_furthest_of_many_attempts() {
        again(story, NO_RANGES, 500, 300);
        again(story, NO_RANGES, 300, 500);
        assertEquals(START, story.job().stalledSince());
    }

    @Test
    void is_in_error_once_its_no_progress_timeout_is_over() {
        Story failing = job(timed(null, Duration.ofSeconds(2000), null, null), 2)
                .to(StateName.TRANSFERRING)
                .after(held(1, 0, 500))
                .stalled();
        for (int attempt = 2; attempt <= 5; attempt++) again(failing, NO_RANGES, 500, 500);
        assertEquals(StateName.ERROR, failing.state());
        assertEquals(BitsError.BG_E_NO_PROGRESS, failing.job().error().code());
        assertEquals(4, failing.job().errorCount());
    }

    @Test
    void leaves_a_server_that_brings_the_same_bytes_again() {
        Story two = ofTwoServers();
        again(two, NO_RANGES, 500, 500);
        assertEquals("http://two.example/a", two.job().files().getFirst().remoteName());
    }

    @Test
    void does_not_measure_a_server_by_what_the_last_one_brought() {
        Story two = ofTwoServers();
        again(two, NO_RANGES, 500, 500);
        two.granted().after(startsOver(3, 0, NO_RANGES, 500), opened(3, 0), held(3, 0, 200));
        assertNull(two.job().stalledSince());
        two.stalled().retried().after(opened(4, 0), held(4, 0, 400)).stalled();
        assertEquals("http://two.example/a", two.job().files().getFirst().remoteName());
    }

    /** The first has broken off at 500 bytes. */
    private static Story ofTwoServers() {
        return job(2).after(new FileCommand.SetRemoteNames(0, List.of("http://one.example/a", "http://two.example/a")))
                .to(StateName.TRANSFERRING)
                .after(held(1, 0, 500))
                .stalled();
    }

    /** They are the bytes of another file, and as many as that has are new. */
    @ParameterizedTest
    @EnumSource(
            value = BitsError.class,
            names = {"BG_E_REMOTE_FILE_CHANGED", "BG_E_VALIDATION_FAILED"})
    void begins_to_count_afresh_where_what_it_had_was_not_the_file(BitsError reason) {
        story.retried().after(startsOver(2, 0, reason, 500), opened(2, 0), held(2, 0, 1));
        assertNull(story.job().stalledSince());
    }

    @Test
    void is_not_kept_going_by_a_server_that_never_gives_the_same_file_twice() {
        for (int changes = 1; changes <= 5; changes++) {
            story.later(Duration.ofDays(1));
            again(story, CHANGED, 500, 500);
            assertEquals(story.now(), story.job().stalledSince(), "change " + changes);
        }
        var since = story.job().stalledSince();
        again(story, CHANGED, 500, 500);
        assertEquals(since, story.job().stalledSince());
    }

    @Test
    void knows_bytes_again_that_never_came_to_disk() {
        Story surplus = in(StateName.TRANSFERRING)
                .after(startsOver(1, 0, BitsError.ERROR_WINHTTP_INVALID_SERVER_RESPONSE, 800))
                .stalled()
                .retried()
                .after(opened(2, 0));
        assertEquals(List.of(), surplus.events(arrived(2, 0, 800)));
        assertEquals(List.of(new JobEvent.ProgressMade()), surplus.events(arrived(2, 0, 801)));
    }

    @Test
    void knows_bytes_again_that_a_new_run_did_not_find_on_disk() {
        story.retried().after(opened(2, 0), held(2, 0, 200), held(2, 0, 500));
        assertEquals(START, story.job().stalledSince());
        assertNull(story.after(held(2, 0, 501)).job().stalledSince());
    }

    @Test
    void counts_the_bytes_of_each_file_by_themselves() {
        story.retried().after(startsOver(2, 0, NO_RANGES, 500), opened(2, 1), held(2, 1, 1));
        assertNull(story.job().stalledSince());
    }

    @Test
    void counts_how_many_bytes_it_has_of_a_file_that_is_fetched_in_parts() {
        Story parts = in(StateName.TRANSFERRING)
                .after(new FileCommand.MoveDownload(0, 100))
                .granted()
                .after(opened(2, 0), piece(2, 100, 400))
                .stalled();
        parts.retried().after(startsOver(3, 0, NO_RANGES, 300), opened(3, 0), piece(3, 100, 400));
        assertEquals(START, parts.job().stalledSince());
        assertNull(parts.after(piece(3, 400, 401)).job().stalledSince());
    }

    private static TransferReport piece(long run, long first, long end) {
        return new TransferReport.PieceCheckpointed(run, 0, new ByteRange(first, end - first));
    }

    @Test
    void counts_afresh_when_its_owner_says_where_else_the_file_is() {
        story.retried().after(startsOver(2, 0, NO_RANGES, 500)).stalled();
        story.after(new FileCommand.SetRemoteNames(0, List.of("http://two.example/a")));
        story.retried().after(opened(3, 0), held(3, 0, 1));
        assertNull(story.job().stalledSince());
    }

    /** Nothing is kept of such a file, so it is here or it is not. */
    @Test
    void takes_only_a_whole_file_for_progress_where_it_is_written_in_place() {
        OptionsChange fast = new OptionsChange(List.of(JobOptions.Mode.HIGH_PERFORMANCE), List.of(), null, null, null);
        Story inPlace = job(0).after(new OwnerCommand.Change(new JobChange(
                        null, null, null, null, null, null, null, null, null, null, null, null, null, fast, null)))
                .after(addFile(), addFile(), RESUME)
                .granted()
                .stalled()
                .retried()
                .after(opened(2, 0));
        assertEquals(List.of(), inPlace.events(arrived(2, 0, 900)));
        inPlace.after(new TransferReport.FileFinished(2, 0, VERSION, 1000, true));
        assertNull(inPlace.job().stalledSince());
    }
}
