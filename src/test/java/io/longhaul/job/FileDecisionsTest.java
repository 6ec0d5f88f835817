package io.longhaul.job;

import static io.longhaul.testkit.JobFixtures.ANNA;
import static io.longhaul.testkit.JobFixtures.LIMITS;
import static io.longhaul.testkit.JobFixtures.RESUME;
import static io.longhaul.testkit.JobFixtures.SUSPEND;
import static io.longhaul.testkit.JobFixtures.VERSION;
import static io.longhaul.testkit.JobFixtures.WAKE;
import static io.longhaul.testkit.JobFixtures.failed;
import static io.longhaul.testkit.JobFixtures.finished;
import static io.longhaul.testkit.JobFixtures.held;
import static io.longhaul.testkit.JobFixtures.in;
import static io.longhaul.testkit.JobFixtures.job;
import static io.longhaul.testkit.JobFixtures.opened;
import static io.longhaul.testkit.JobFixtures.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.job.FileCommand.MoveDownload;
import io.longhaul.job.FileCommand.ReplaceRemotePrefix;
import io.longhaul.job.FileCommand.RequestRanges;
import io.longhaul.job.FileCommand.RetryFile;
import io.longhaul.job.FileCommand.SetRemoteNames;
import io.longhaul.job.FileCommand.SkipFile;
import io.longhaul.job.FileCommand.ValidateFile;
import io.longhaul.job.JobOptions.FileAclFlag;
import io.longhaul.job.file.ByteRange;
import io.longhaul.job.file.FileSource;
import io.longhaul.job.file.JobFile;
import io.longhaul.testkit.JobFixtures;
import io.longhaul.testkit.JobFixtures.Story;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("What is asked about a file of a job")
class FileDecisionsTest {
    private static final String ELSEWHERE = "http://elsewhere.example/a.bin";

    private static SetRemoteNames rename(int file, String... names) {
        return new SetRemoteNames(file, List.of(names));
    }

    private static JobFile file(Story story, int index) {
        return story.job().files().get(index);
    }

    private static OwnerCommand options(OptionsChange change) {
        return new OwnerCommand.Change(new JobChange(
                null, null, null, null, null, null, null, null, null, null, null, null, null, change, null));
    }

    private static OptionsChange mode(JobOptions.Mode mode, boolean on) {
        return new OptionsChange(on ? List.of(mode) : List.of(), on ? List.of() : List.of(mode), null, null, null);
    }

    private static OptionsChange deadline(Instant at) {
        return new OptionsChange(List.of(), List.of(), null, null, new Value<>(at));
    }

    private static Story onDemand() {
        return job(1).after(options(mode(JobOptions.Mode.ON_DEMAND, true)));
    }

    private static RequestRanges request(ByteRange... ranges) {
        return new RequestRanges(0, List.of(ranges), LIMITS);
    }

    private static ByteRange range(long first, long length) {
        return new ByteRange(first, length);
    }

    private static TransferReport piece(long run, long first, long length) {
        return new TransferReport.PieceCheckpointed(run, 0, range(first, length));
    }

    @ParameterizedTest
    @EnumSource(
            value = StateName.class,
            names = {"ACKNOWLEDGED", "CANCELLED"})
    void is_refused_once_the_job_is_over(StateName state) {
        for (FileCommand command : List.of(
                rename(0, ELSEWHERE),
                new ReplaceRemotePrefix("a", "b"),
                new SkipFile(0),
                new RetryFile(0),
                new ValidateFile(0, true),
                request(range(0, 1)),
                new MoveDownload(0, 1)))
            assertEquals(BitsError.BG_E_INVALID_STATE, in(state).refusal(command));
    }

    @ParameterizedTest
    @EnumSource(
            value = StateName.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"ACKNOWLEDGED", "CANCELLED"})
    void is_not_found_where_there_is_no_such_file(StateName state) {
        for (FileCommand command :
                List.of(rename(2, ELSEWHERE), new SkipFile(-1), new RetryFile(9), new ValidateFile(2, true)))
            assertEquals(BitsError.BG_E_FILE_NOT_FOUND, in(state).refusal(command));
    }

    @Nested
    class Its_remote_name {
        @Test
        void changes_and_what_is_held_stays_but_is_known_to_come_from_elsewhere() {
            Story story = in(StateName.TRANSFERRING)
                    .after(held(1, 0, 500))
                    .after(SUSPEND)
                    .after(rename(0, ELSEWHERE));
            assertEquals(StateName.SUSPENDED, story.state());
            assertEquals(ELSEWHERE, file(story, 0).remoteName());
            assertEquals(500, file(story, 0).bytesHeld());
            assertEquals(VERSION, file(story, 0).version());
            assertTrue(file(story, 0).marks().moved());
            assertNull(file(story, 0).resumable());
        }

        @Test
        void ends_a_run_that_knows_the_old_one_whose_last_words_count_no_more() {
            Story story = in(StateName.TRANSFERRING).after(rename(0, ELSEWHERE));
            assertEquals(QueuedReason.FILE_CHANGED, story.state(Queued.class).reason());
            assertEquals(List.of(), story.events(finished(1, 0)));
        }

        @Test
        void of_a_finished_file_stays() {
            assertEquals(List.of(), in(StateName.TRANSFERRED).events(rename(0, ELSEWHERE)));
        }

        @Test
        void must_be_one() {
            Story story = job(1);
            assertEquals(BitsError.E_INVALIDARG, story.refusal(rename(0)));
            assertEquals(BitsError.E_INVALIDARG, story.refusal(rename(0, "file:///etc/passwd")));
            assertEquals(BitsError.E_INVALIDARG, story.refusal(rename(0, "http://a/" + "x".repeat(2200))));
        }

        private Story redirected(String target) {
            return in(StateName.TRANSFERRING).after(new TransferReport.Redirected(1, 0, target));
        }

        private String trusted(Story story) {
            return file(story, 0).trustedOrigin();
        }

        @Test
        void is_given_by_a_redirect_without_the_trust_that_the_owners_own_has() {
            Story story = redirected("https://evil.example/0.bin");
            assertEquals("https://evil.example/0.bin", file(story, 0).remoteName());
            assertEquals("http://files.example:80", trusted(story));
            story.after(new TransferReport.Redirected(1, 0, "https://worse.example/0.bin"));
            assertEquals("http://files.example:80", trusted(story));
            story.after(new TransferReport.Redirected(1, 0, "http://files.example/moved.bin"));
            assertEquals(Map.of(), file(story, 0).marks().origins());
        }

        @Test
        void is_trusted_as_soon_as_the_owner_sets_it_be_it_the_same() {
            Story story = redirected("https://mirror.example/0.bin").after(held(1, 0, 500));
            story.after(rename(0, "https://mirror.example/0.bin"));
            assertEquals("https://mirror.example:443", trusted(story));
            assertFalse(file(story, 0).marks().moved(), "it comes from where it came from");
            assertEquals(QueuedReason.FILE_CHANGED, story.state(Queued.class).reason());
            assertEquals(List.of(), story.events(rename(0, "https://mirror.example/0.bin")));
        }

        @ParameterizedTest
        @CsvSource({
            "https://files.example.evil/, https://new.example/, https://new.example:443",
            "https://files.example, https://new.example, http://files.example:80",
            "https:, http:, http://files.example:80"
        })
        void is_trusted_after_a_prefix_that_names_its_host(String before, String after, String trusted) {
            Story story = redirected("https://files.example.evil/0.bin").after(new ReplaceRemotePrefix(before, after));
            assertEquals(trusted, trusted(story));
        }

        @Test
        void of_another_url_of_the_file_says_nothing_of_this_one() {
            Story story = job(1).after(rename(0, "http://a.example/f", "http://b.example/f"), RESUME)
                    .granted()
                    .after(new TransferReport.Redirected(1, 0, "http://evil.example/f"))
                    .after(SUSPEND)
                    .after(new ReplaceRemotePrefix("http://b.example/", "http://c.example/"));
            assertEquals(
                    List.of("http://evil.example/f", "http://c.example/f"),
                    file(story, 0).source().remoteNames());
            assertEquals("http://a.example:80", trusted(story));
            assertEquals(
                    "http://c.example:80", file(story, 0).fetchedFrom(1, true).trustedOrigin());
        }

        @Test
        void is_replaced_where_it_begins_so() {
            Story story = in(StateName.TRANSFERRING)
                    .after(finished(1, 0))
                    .after(SUSPEND)
                    .after(new ReplaceRemotePrefix("http://files.example/", "https://new.example/x/"));
            assertEquals("http://files.example/0.bin", file(story, 0).remoteName(), "finished");
            assertEquals("https://new.example/x/1.bin", file(story, 1).remoteName());
            assertEquals(List.of(), story.events(new ReplaceRemotePrefix("HTTPS://NEW.example/", "http://a/")));
            assertEquals(BitsError.E_INVALIDARG, story.refusal(new ReplaceRemotePrefix("", "http://a/")));
            assertEquals(BitsError.E_INVALIDARG, story.refusal(new ReplaceRemotePrefix("https:", "ftp:")));
        }
    }

    @Nested
    class That_was_given_twice {
        private Story story() {
            return job(1).after(new OwnerCommand.AddFiles(JobFixtures.files(1), ANNA, LIMITS));
        }

        @Test
        void is_not_made_two_at_one_place() {
            assertEquals(BitsError.E_INVALIDARG, story().refusal(rename(0, ELSEWHERE)));
            Story finished =
                    story().to(StateName.TRANSFERRING).after(finished(1, 0)).after(SUSPEND);
            assertEquals(
                    BitsError.E_INVALIDARG,
                    finished.refusal(new ReplaceRemotePrefix("http://files.", "http://new.")),
                    "the first one is here already");
        }

        @Test
        void moves_as_one() {
            Story story = story().after(new ReplaceRemotePrefix("http://files.", "http://new."));
            assertEquals(file(story, 0).source(), file(story, 1).source());
        }
    }

    @Nested
    class That_its_run_is_not_at {
        private void goesOn(FileCommand change) {
            Story story = in(StateName.TRANSFERRING).after(change);
            assertEquals(StateName.TRANSFERRING, story.state(), change.toString());
            story.after(held(1, 0, 500), finished(1, 0));
            assertTrue(file(story, 0).transferred(), change.toString());
        }

        @Test
        void is_left_to_the_next_one() {
            goesOn(rename(1, ELSEWHERE));
            goesOn(new ReplaceRemotePrefix("http://files.example/1", "http://elsewhere.example/1"));
            goesOn(new SkipFile(1));
            goesOn(new MoveDownload(1, 800));
            Story story = in(StateName.TRANSFERRING).after(rename(1, ELSEWHERE), finished(1, 0));
            assertEquals(
                    QueuedReason.SLICE_ENDED,
                    story.after(new TransferReport.RunDone(1))
                            .state(Queued.class)
                            .reason());
            assertEquals(
                    StateName.TRANSFERRED, story.granted().after(finished(2, 1)).state());
            assertEquals(ELSEWHERE, file(story, 1).remoteName());
        }

        @Test
        void is_known_by_what_it_has_told() {
            Story second = in(StateName.TRANSFERRING).after(finished(1, 0));
            assertEquals(
                    QueuedReason.FILE_CHANGED,
                    second.after(rename(1, ELSEWHERE)).state(Queued.class).reason());
            Story third = job(3).to(StateName.TRANSFERRING).after(rename(1, ELSEWHERE), finished(1, 0));
            assertEquals(
                    StateName.TRANSFERRING,
                    third.after(rename(1, ELSEWHERE + "2")).state());
            assertEquals(StateName.QUEUED, third.after(rename(2, ELSEWHERE)).state());
        }

        @Test
        void keeps_the_last_words_of_a_run_that_ends_because_another_was_changed() {
            Story story = in(StateName.TRANSFERRING).after(rename(0, ELSEWHERE), opened(1, 1), held(1, 1, 300));
            assertEquals(300, file(story, 1).bytesHeld());
            assertEquals(0, file(story, 0).bytesHeld());
        }

        @Test
        void is_not_what_a_run_says_that_came_to_it_before_it_heard() {
            Story story = in(StateName.TRANSFERRING).after(rename(1, ELSEWHERE));
            for (TransferReport old : List.of(
                    opened(1, 1),
                    held(1, 1, 300),
                    JobFixtures.arrived(1, 1, 300),
                    JobFixtures.restarted(1, 1),
                    finished(1, 1),
                    new TransferReport.Redirected(1, 1, "http://other.example/b")))
                assertEquals(List.of(), story.events(old), old.toString());
            JobError old = JobError.of(ErrorContext.REMOTE_FILE, new HttpError(404), 1, JobFixtures.START);
            assertEquals(
                    QueuedReason.FILE_CHANGED,
                    story.after(new TransferReport.RunFailed(1, old, true, null))
                            .state(Queued.class)
                            .reason());
            assertTrue(file(story.granted().after(finished(2, 1)), 1).transferred());
        }

        @Test
        void stays_skipped_though_a_run_has_come_to_its_end() {
            Story story = job(3).to(StateName.TRANSFERRING).after(new SkipFile(1));
            assertEquals(List.of(), story.events(finished(1, 1)));
            JobError old = JobError.of(ErrorContext.REMOTE_FILE, new HttpError(404), 1, JobFixtures.START);
            assertEquals(
                    StateName.QUEUED,
                    story.after(new TransferReport.RunFailed(1, old, true, null))
                            .state());
        }
    }

    @Nested
    class That_has_several_urls {
        private Story story() {
            return job(1).after(rename(0, "http://a.example/f", "http://b.example/f", "http://c.example/f"), RESUME);
        }

        private String at(Story story) {
            return file(story, 0).host().substring(0, 1);
        }

        @Test
        void goes_on_to_the_next_after_one_that_does_not_heal() {
            Story story = story().granted().after(failed(1, new HttpError(404), true, JobFixtures.START));
            assertEquals("b", at(story));
            assertEquals(StateName.QUEUED, story.state());
            assertEquals(1, story.job().errorCount());
            story.granted().after(failed(2, new HttpError(404), true, JobFixtures.START));
            story.granted().after(failed(3, new HttpError(403), true, JobFixtures.START));
            assertEquals(
                    new HttpError(403), story.state(FatalError.class).error().code());
            assertEquals(3, story.job().errorCount());
            story.after(RESUME);
            assertEquals(List.of(), file(story, 0).marks().refused(), "all may be tried again");
        }

        @Test
        void tries_one_that_may_heal_again_and_then_the_next_and_waits_after_the_last() {
            Story story = story().granted().stalled();
            assertEquals(StateName.TRANSIENT_ERROR, story.state());
            assertEquals("a", at(story));
            story.retried().stalled();
            assertEquals("b", at(story));
            assertEquals(StateName.QUEUED, story.state());
            story.granted().stalled().granted().stalled();
            assertEquals("a", at(story), "round again");
            assertEquals(StateName.TRANSIENT_ERROR, story.state());
            assertEquals(4, story.job().errorCount());
        }

        @Test
        void passes_over_one_that_does_not_heal_from_then_on() {
            Story story = story().granted().after(failed(1, new HttpError(404), true, JobFixtures.START));
            story.granted().stalled().retried().stalled().granted().stalled();
            assertEquals("b", at(story));
            assertEquals(StateName.TRANSIENT_ERROR, story.state());
        }

        @Test
        void is_not_fetched_from_elsewhere_because_of_the_disk() {
            Story story = story().granted();
            JobError full = JobError.of(ErrorContext.LOCAL_FILE, BitsError.ERROR_DISK_FULL, 0, JobFixtures.START);
            story.after(new TransferReport.RunFailed(1, full, true, null));
            assertEquals(StateName.ERROR, story.state());
            assertEquals("a", at(story));
        }

        @Test
        void keeps_what_is_held_but_knows_that_it_comes_from_elsewhere() {
            Story story = story().granted()
                    .after(opened(1, 0), held(1, 0, 500))
                    .after(failed(1, new HttpError(404), true, JobFixtures.START));
            assertEquals(500, file(story, 0).bytesHeld());
            assertTrue(file(story, 0).marks().moved());
        }
    }

    @Nested
    class Skipping_it {
        @Test
        void lets_a_job_go_on_that_it_held_up() {
            Story story = in(StateName.ERROR).after(new SkipFile(0));
            assertEquals(StateName.QUEUED, story.state());
            assertEquals(1, story.job().nextFile().orElseThrow().index());
            assertEquals(
                    StateName.QUEUED,
                    in(StateName.TRANSIENT_ERROR).after(new SkipFile(0)).state());
            assertEquals(
                    StateName.ERROR, in(StateName.ERROR).after(new SkipFile(1)).state(), "the other one held it up");
        }

        @Test
        void ends_a_job_that_has_nothing_left() {
            for (StateName state : List.of(StateName.QUEUED, StateName.CONNECTING, StateName.TRANSFERRING)) {
                Story story = job(1).to(state).after(new SkipFile(0));
                assertEquals(StateName.TRANSFERRED, story.state(), state.name());
            }
            assertEquals(
                    StateName.TRANSFERRED,
                    job(1).to(StateName.ERROR).after(new SkipFile(0)).state());
            Story suspended = job(1).after(new SkipFile(0));
            assertEquals(StateName.SUSPENDED, suspended.state());
            assertEquals(StateName.TRANSFERRED, suspended.after(RESUME).state());
        }

        @Test
        void leaves_a_job_transferred_that_was_so_before_the_file_was_added() {
            Story story = in(StateName.TRANSFERRED).after(JobFixtures.addFile());
            assertNull(story.job().times().transferCompletion());
            story.later(Duration.ofMinutes(1)).after(new SkipFile(2));
            assertEquals(StateName.TRANSFERRED, story.state());
            assertEquals(story.now(), story.job().times().transferCompletion());
        }

        @Test
        void makes_completing_partial() {
            Story story = in(StateName.ERROR).after(new SkipFile(0)).granted();
            story.after(finished(2, 1)).after(JobFixtures.COMPLETE, JobFixtures.published(1));
            assertEquals(
                    BitsError.BG_S_PARTIAL_COMPLETE,
                    story.state(Acknowledged.class).result());
        }

        @Test
        void is_refused_once_it_is_here() {
            assertEquals(BitsError.BG_E_INVALID_STATE, in(StateName.TRANSFERRED).refusal(new SkipFile(0)));
        }
    }

    @Nested
    class Trying_it_again {
        @Test
        void resumes_a_job_in_error_and_unskips() {
            Story story = in(StateName.ERROR).after(new SkipFile(0), new RetryFile(0));
            assertEquals(StateName.QUEUED, story.state());
            assertFalse(file(story, 0).marks().skipped());
            assertEquals(0, story.job().nextFile().orElseThrow().index());
        }

        @Test
        void fetches_afresh_what_was_here() {
            Story story = in(StateName.TRANSFERRED).after(new RetryFile(1));
            assertEquals(StateName.QUEUED, story.state());
            assertEquals(0, file(story, 1).bytesHeld());
            assertTrue(file(story, 1).marks().leftovers());
            assertTrue(file(story, 0).transferred());
        }

        @Test
        void leaves_a_suspended_job_suspended() {
            assertEquals(StateName.SUSPENDED, job(1).after(new RetryFile(0)).state());
        }
    }

    @Nested
    class Its_validation_state {
        @Test
        void is_pending_until_it_is_here() {
            assertEquals(BitsError.E_PENDING, in(StateName.TRANSFERRING).refusal(new ValidateFile(0, true)));
        }

        @Test
        void that_is_bad_fails_the_job_with_the_file_at_0() {
            Story story = in(StateName.TRANSFERRED).after(new ValidateFile(1, false));
            JobError error = story.state(FatalError.class).error();
            assertEquals(BitsError.BG_E_VALIDATION_FAILED, error.code());
            assertEquals(1, error.fileIndex());
            assertEquals(0, file(story, 1).bytesHeld());
            assertFalse(file(story, 1).transferred());
            assertEquals(StateName.QUEUED, story.after(RESUME).state());
        }

        @Test
        void that_is_bad_leaves_a_suspended_job_suspended() {
            Story story = in(StateName.TRANSFERRED).after(SUSPEND).after(new ValidateFile(1, false));
            assertEquals(StateName.SUSPENDED, story.state());
            assertTrue(story.job().hasWork());
        }

        @Test
        void that_is_good_is_remembered() {
            Story story = in(StateName.TRANSFERRED).after(new ValidateFile(1, true));
            assertTrue(file(story, 1).marks().validated());
            assertEquals(List.of(), story.events(new ValidateFile(1, true)));
        }
    }

    @Nested
    class On_demand {
        @Test
        void nothing_is_fetched_by_itself() {
            Story story = onDemand();
            assertFalse(story.job().hasWork());
            assertEquals(List.of(), story.events(RESUME));
        }

        @Test
        void the_job_rests_when_what_was_asked_for_is_here() {
            Story story = onDemand().after(request(range(100, 50)), RESUME).granted();
            story.after(opened(1, 0), piece(1, 100, 50));
            assertEquals(50, file(story, 0).bytesHeld());
            assertEquals(StateName.TRANSFERRING, story.state());
            assertEquals(
                    StateName.SUSPENDED,
                    story.after(new TransferReport.RunDone(1)).state());
            assertEquals(List.of(), story.events(RESUME));
        }

        @Test
        void the_last_words_of_a_run_are_enough_for_that() {
            Story story = onDemand().after(request(range(100, 50)), RESUME).granted();
            story.after(opened(1, 0)).ended(QueuedReason.PREEMPTED).after(piece(1, 100, 50));
            assertEquals(StateName.SUSPENDED, story.state());
        }

        @Test
        void a_slice_that_ends_when_all_is_here_leads_to_rest_and_not_to_the_queue() {
            Story story = onDemand().after(request(range(100, 50)), RESUME).granted();
            story.after(opened(1, 0), piece(1, 100, 50)).ended(QueuedReason.SLICE_ENDED);
            assertEquals(StateName.SUSPENDED, story.state());
        }

        @Test
        void a_whole_file_that_is_not_verified_yet_is_still_work() {
            Story story = onDemand().after(request(range(0, 1000)), RESUME).granted();
            story.after(opened(1, 0), piece(1, 0, 1000));
            assertTrue(story.job().hasWork());
            assertEquals(StateName.TRANSFERRED, story.after(finished(1, 0)).state());
        }

        private TransferReport refused(long run, BitsError code) {
            JobError error = JobError.of(ErrorContext.REMOTE_FILE, code, 0, JobFixtures.START);
            return new TransferReport.RunFailed(run, error, true, null);
        }

        @Test
        void parts_that_the_file_has_not_hold_up_no_others() {
            Story story = onDemand()
                    .after(request(range(5000, 10), range(100, 50)), RESUME)
                    .granted();
            story.after(opened(1, 0), refused(1, BitsError.BG_E_INVALID_RANGE));
            assertEquals(StateName.ERROR, story.state());
            assertEquals(List.of(range(100, 50)), file(story, 0).pieces().asked());
            assertEquals(BitsError.BG_E_INVALID_RANGE, story.refusal(request(range(5000, 10))));
            assertEquals(StateName.QUEUED, story.after(RESUME).state());
            story.granted().after(piece(2, 100, 50), new TransferReport.RunDone(2));
            assertEquals(StateName.SUSPENDED, story.state());
        }

        @Test
        void all_that_was_asked_for_is_forgotten_where_nobody_knows_what_the_file_has() {
            Story story = onDemand().after(request(range(5000, 10)), RESUME).granted();
            story.after(refused(1, BitsError.BG_E_INVALID_RANGE));
            assertEquals(StateName.ERROR, story.state());
            assertEquals(StateName.SUSPENDED, story.after(RESUME).state());
            assertEquals(
                    StateName.QUEUED, story.after(request(range(0, 10)), RESUME).state());
        }

        @Test
        void what_is_more_than_the_job_may_fetch_is_forgotten() {
            Story story =
                    onDemand().after(request(new ByteRange(0, null)), RESUME).granted();
            story.after(opened(1, 0), refused(1, BitsError.BG_E_MAX_DOWNLOAD_SIZE_LIMIT_REACHED));
            assertEquals(StateName.ERROR, story.state());
            assertEquals(List.of(), file(story, 0).pieces().asked());
        }

        @Test
        void parts_lie_in_the_file_and_are_not_too_many() {
            Story story =
                    onDemand().after(request(range(0, 10)), RESUME).granted().after(opened(1, 0));
            assertEquals(BitsError.BG_E_INVALID_RANGE, story.refusal(request(range(990, 11))));
            assertEquals(BitsError.BG_E_INVALID_RANGE, story.refusal(request(range(-1, 1))));
            assertEquals(BitsError.E_INVALIDARG, story.refusal(request()));
            RequestRanges many = new RequestRanges(0, List.of(range(20, 1), range(30, 1)), new JobLimits(200, 2));
            assertEquals(BitsError.BG_E_TOO_MANY_RANGES_IN_FILE, story.refusal(many));
            story.after(piece(1, 0, 10)).after(many);
            assertEquals(
                    List.of(range(20, 1), range(30, 1)), file(story, 0).pieces().asked());
            assertEquals(BitsError.BG_E_INVALID_STATE, job(1).refusal(request(range(0, 1))));
        }
    }

    @Nested
    class The_position_of_a_download {
        @Test
        void moves_what_is_missing_to_the_front() {
            Story story = in(StateName.TRANSFERRING).after(held(1, 0, 300)).after(new MoveDownload(0, 800));
            assertEquals(QueuedReason.FILE_CHANGED, story.state(Queued.class).reason());
            assertEquals(range(800, 200), file(story, 0).pieces().next(1000L).orElseThrow());
            assertEquals(300, file(story, 0).bytesHeld());
            assertEquals(1000, file(story, 0).holding(range(300, 700), 2).bytesHeld());
        }

        @Test
        void is_the_last_that_was_asked_for() {
            Story story = job(1).after(new MoveDownload(0, 800), new MoveDownload(0, 300));
            assertEquals(
                    List.of(new ByteRange(300, null), range(0, 300)),
                    file(story, 0).pieces().asked());
        }

        @Test
        void is_given_up_by_trying_the_file_again_or_by_the_position_0() {
            for (FileCommand command : List.of(new RetryFile(0), new MoveDownload(0, 0))) {
                Story story = job(1).after(new MoveDownload(0, 500), RESUME).granted();
                story.after(failed(1, BitsError.BG_E_RANDOM_ACCESS_NOT_SUPPORTED, true, JobFixtures.START));
                story.after(command);
                assertTrue(file(story, 0).pieces().isWhole(), command.toString());
            }
            assertEquals(List.of(), in(StateName.TRANSFERRING).events(new MoveDownload(0, 0)), "it is there already");
        }

        @Test
        void that_the_file_has_not_is_forgotten() {
            Story story = job(1).after(new MoveDownload(0, 5000), RESUME).granted();
            story.after(opened(1, 0), failed(1, BitsError.BG_E_INVALID_RANGE, true, JobFixtures.START));
            assertEquals(StateName.ERROR, story.state());
            assertTrue(file(story, 0).pieces().isWhole());
        }

        @Test
        void lies_in_the_file() {
            assertEquals(
                    BitsError.BG_E_INVALID_RANGE, in(StateName.TRANSFERRING).refusal(new MoveDownload(0, 1000)));
            Story ranged = job(0).after(new OwnerCommand.AddFiles(
                    List.of(new FileSource("http://a/b", "b", List.of(range(0, 9)), null)), ANNA, LIMITS));
            assertEquals(BitsError.BG_E_UNSUPPORTED_JOB_CONFIGURATION, ranged.refusal(new MoveDownload(0, 1)));
        }
    }

    @Nested
    class The_options_of_its_job {
        @Test
        void are_set_in_time_or_not_at_all() {
            assertEquals(
                    BitsError.BG_E_READ_ONLY_PROPERTY_AFTER_ADDFILE,
                    job(1).refusal(options(mode(JobOptions.Mode.HIGH_PERFORMANCE, true))));
            Story resumed = job(1).after(RESUME, SUSPEND);
            for (JobOptions.Mode mode : List.of(JobOptions.Mode.DYNAMIC_CONTENT, JobOptions.Mode.ON_DEMAND))
                assertEquals(
                        BitsError.BG_E_READ_ONLY_PROPERTY_AFTER_RESUME, resumed.refusal(options(mode(mode, false))));
            OptionsChange acls =
                    new OptionsChange(List.of(), List.of(), null, new Value<>(List.of(FileAclFlag.DACL)), null);
            assertEquals(BitsError.BG_E_INVALID_STATE, in(StateName.TRANSFERRED).refusal(options(acls)));
            assertEquals(
                    List.of(FileAclFlag.DACL),
                    resumed.after(options(acls)).job().spec().jobOptions().fileAcls());
        }

        @Test
        void make_a_transferred_file_available_at_once_where_performance_is_all() {
            Story story = job(0).after(options(mode(JobOptions.Mode.HIGH_PERFORMANCE, true)))
                    .after(JobFixtures.addFile(), RESUME)
                    .granted()
                    .after(finished(1, 0));
            assertTrue(file(story, 0).available());
        }

        @Test
        void may_set_a_deadline_at_which_what_is_under_way_fails() {
            Instant at = JobFixtures.START.plusSeconds(60);
            for (StateName state : List.of(
                    StateName.QUEUED, StateName.CONNECTING, StateName.TRANSFERRING, StateName.TRANSIENT_ERROR)) {
                Story story = in(state).after(options(deadline(at)));
                assertEquals(at, story.job().wakeAt().orElseThrow(), state.name());
                assertEquals(List.of(), story.at(at.minusMillis(1)).events(WAKE), state.name());
                JobError error =
                        story.at(at).after(WAKE).state(FatalError.class).error();
                assertEquals(BitsError.WAIT_TIMEOUT, error.code());
                assertEquals(ErrorContext.GENERAL_QUEUE_MANAGER, error.context());
            }
            for (StateName state : List.of(StateName.SUSPENDED, StateName.TRANSFERRED, StateName.ERROR)) {
                Story story = in(state).after(options(deadline(at))).at(at);
                assertEquals(List.of(), story.events(WAKE), state.name());
            }
        }

        @Test
        void may_be_nothing() {
            assertNull(spec().options());
            assertInstanceOf(JobOptions.class, spec().jobOptions());
            Story story = job(1).after(options(deadline(JobFixtures.START)), options(deadline(null)));
            assertNull(story.job().spec().options());
            assertEquals(new TreeMap<>(), story.job().spec().customHeaders());
            assertEquals(Duration.ofSeconds(600), story.job().spec().minimumRetryDelay());
        }
    }
}
