package io.longhaul.job;

import static io.longhaul.testkit.JobFixtures.ANNA;
import static io.longhaul.testkit.JobFixtures.BEN;
import static io.longhaul.testkit.JobFixtures.CANCEL;
import static io.longhaul.testkit.JobFixtures.COMPLETE;
import static io.longhaul.testkit.JobFixtures.LIMITS;
import static io.longhaul.testkit.JobFixtures.WAKE;
import static io.longhaul.testkit.JobFixtures.addFile;
import static io.longhaul.testkit.JobFixtures.change;
import static io.longhaul.testkit.JobFixtures.createJob;
import static io.longhaul.testkit.JobFixtures.file;
import static io.longhaul.testkit.JobFixtures.header;
import static io.longhaul.testkit.JobFixtures.in;
import static io.longhaul.testkit.JobFixtures.job;
import static io.longhaul.testkit.JobFixtures.limitedTo;
import static io.longhaul.testkit.JobFixtures.published;
import static io.longhaul.testkit.JobFixtures.renamed;
import static io.longhaul.testkit.JobFixtures.spec;
import static io.longhaul.testkit.JobFixtures.take;
import static io.longhaul.testkit.JobFixtures.timed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.job.file.FileSource;
import io.longhaul.job.http.AuthScheme;
import io.longhaul.job.http.AuthTarget;
import io.longhaul.job.http.HttpChange;
import io.longhaul.job.http.SecurityFlag;
import io.longhaul.job.http.StoredCredentials;
import io.longhaul.testkit.JobFixtures.Story;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A job in any state that is not final")
class EveryLiveStateTest {
    private static Stream<StateName> live() {
        return Stream.of(StateName.values()).filter(state -> !state.isFinal());
    }

    @ParameterizedTest
    @MethodSource("live")
    void is_cancelled(StateName state) {
        assertEquals(List.of(new JobEvent.JobCancelled(false)), in(state).events(CANCEL));
        assertEquals(StateName.CANCELLED, in(state).after(CANCEL).state());
    }

    @ParameterizedTest
    @MethodSource("live")
    void is_completed(StateName state) {
        Story story = in(state).after(COMPLETE);
        assertEquals(ANNA.name(), story.job().ending().by());
        boolean whole = state == StateName.TRANSFERRED;
        story.after(whole ? published(0, 1) : published());
        assertEquals(
                whole ? BitsError.S_OK : BitsError.BG_S_PARTIAL_COMPLETE,
                story.state(Acknowledged.class).result());
    }

    @ParameterizedTest
    @MethodSource("live")
    void moves_nothing_once_complete_was_called(StateName state) {
        assertFalse(in(state).after(COMPLETE).state().isActive());
    }

    @ParameterizedTest
    @MethodSource("live")
    void takes_files_and_stays(StateName state) {
        Story story = in(state).after(addFile());
        assertEquals(state, story.state());
        assertEquals(3, story.job().files().size());
        assertEquals(2, story.job().files().getLast().index());
    }

    @ParameterizedTest
    @MethodSource("live")
    void takes_all_files_or_none(StateName state) {
        OwnerCommand oneBad = new OwnerCommand.AddFiles(
                List.of(file(5), new FileSource("ftp://a/b", "b", List.of(), null)), ANNA, LIMITS);
        assertEquals(BitsError.E_INVALIDARG, in(state).refusal(oneBad));
        assertEquals(BitsError.E_INVALIDARG, in(state).refusal(new OwnerCommand.AddFiles(List.of(), ANNA, LIMITS)));
        assertEquals(
                BitsError.BG_E_TOO_MANY_FILES_IN_JOB,
                in(state).refusal(new OwnerCommand.AddFiles(List.of(file(5)), ANNA, new JobLimits(2, 500))));
    }

    @ParameterizedTest
    @MethodSource("live")
    void takes_new_properties_and_stays(StateName state) {
        Story story = in(state).later(Duration.ofMinutes(1)).after(change(renamed("other", null)));
        assertEquals(state, story.state());
        assertEquals("other", story.job().spec().displayName());
        assertEquals(story.now(), story.job().times().modification());
        assertEquals(story.now(), story.job().times().activity());
        assertEquals(BitsError.E_INVALIDARG, story.refusal(change(renamed("", null))));
    }

    @ParameterizedTest
    @MethodSource("live")
    void changes_its_queue_only_while_it_is_not_active(StateName state) {
        OwnerCommand move = change(renamed(null, "site-7"));
        if (state.isActive())
            assertEquals(BitsError.BG_E_READ_ONLY_WHEN_JOB_ACTIVE, in(state).refusal(move));
        else assertEquals("site-7", in(state).after(move).job().spec().queue());
    }

    @ParameterizedTest
    @MethodSource("live")
    void sets_its_maximum_size_only_before_the_first_resume(StateName state) {
        OwnerCommand limit = change(limitedTo(5000L));
        if (state == StateName.SUSPENDED)
            assertEquals(5000L, in(state).after(limit).job().spec().maxDownloadBytes());
        else
            assertEquals(
                    BitsError.BG_E_READ_ONLY_PROPERTY_AFTER_RESUME, in(state).refusal(limit));
    }

    @ParameterizedTest
    @MethodSource("live")
    void takes_over_secrets_only_of_the_owner_that_it_has(StateName state) {
        HttpChange login =
                HttpChange.setting(new StoredCredentials(AuthTarget.SERVER, AuthScheme.BASIC, new UUID(1, 2)));
        JobSpec seen = in(state).job().spec();
        OwnerCommand set = new OwnerCommand.Change(JobChange.of(login), Premise.of(seen));
        assertEquals(Set.of(new UUID(1, 2)), in(state).after(set).job().spec().secrets());
        assertEquals(BitsError.E_CHANGED_STATE, in(state).after(take(BEN)).refusal(set));
    }

    @ParameterizedTest
    @MethodSource("live")
    void takes_over_headers_only_where_they_were_merged_into_those_that_it_has(StateName state) {
        Story story = in(state);
        OwnerCommand first = headers(story, new UUID(1, 1));
        OwnerCommand second = headers(story, new UUID(1, 2));
        assertEquals(BitsError.E_CHANGED_STATE, story.after(first).refusal(second));
        assertEquals(
                new UUID(1, 3),
                story.after(headers(story, new UUID(1, 3)))
                        .job()
                        .spec()
                        .httpOptions()
                        .headers());
        OwnerCommand visible = new OwnerCommand.Change(
                header("X-Key", "1"), new Premise(story.job().spec().owner(), null));
        assertEquals(BitsError.E_CHANGED_STATE, story.refusal(visible));
    }

    private static OwnerCommand headers(Story story, UUID kept) {
        return new OwnerCommand.Change(
                header("X-Key", "1").withSecretHeaders(kept),
                Premise.withHeaders(story.job().spec()));
    }

    @ParameterizedTest
    @MethodSource("live")
    void sets_its_method_only_before_the_first_resume(StateName state) {
        OwnerCommand post = new OwnerCommand.Change(
                JobChange.of(new HttpChange(null, null, null, "POST", null, null, null, null, List.of())));
        if (state == StateName.SUSPENDED)
            assertEquals(Priority.FOREGROUND, in(state).after(post).job().spec().priority());
        else
            assertEquals(
                    BitsError.BG_E_READ_ONLY_PROPERTY_AFTER_RESUME, in(state).refusal(post));
    }

    @ParameterizedTest
    @MethodSource("live")
    void ends_a_run_whose_servers_nobody_has_asked_for_revoked_certificates(StateName state) {
        OwnerCommand check = new OwnerCommand.Change(JobChange.of(new HttpChange(
                null,
                new Value<>(List.of(SecurityFlag.ENABLE_CRL_CHECK)),
                null,
                null,
                null,
                null,
                null,
                null,
                List.of())));
        Story story = in(state).after(check);
        assertEquals(state.isRunning() ? StateName.QUEUED : state, story.state());
        assertEquals(1, story.events(check).size(), "it asks already");
    }

    @ParameterizedTest
    @MethodSource("live")
    void loses_its_secrets_with_its_owner_and_at_its_end(StateName state) {
        OwnerCommand login = new OwnerCommand.Change(JobChange.of(
                HttpChange.setting(new StoredCredentials(AuthTarget.SERVER, AuthScheme.BASIC, UUID.randomUUID()))));
        assertEquals(1, in(state).after(login).job().spec().secrets().size());
        assertEquals(
                Set.of(), in(state).after(login).after(take(BEN)).job().spec().secrets());
        assertEquals(
                Set.of(),
                in(state)
                        .after(login)
                        .after(CANCEL)
                        .after(new StoreReport.Discarded(true))
                        .job()
                        .spec()
                        .secrets());
    }

    @ParameterizedTest
    @MethodSource("live")
    void gets_another_owner_and_stays(StateName state) {
        Story story = in(state).after(take(BEN));
        assertEquals(state, story.state());
        assertEquals(BEN, story.job().spec().owner());
        assertEquals(ANNA, story.job().files().getFirst().folder()); // its files stay where they are
    }

    @ParameterizedTest
    @MethodSource("live")
    void is_not_created_twice(StateName state) {
        assertEquals(List.of(), in(state).events(createJob(spec(), 1, true)));
    }

    @ParameterizedTest
    @MethodSource("live")
    void will_be_woken(StateName state) {
        assertTrue(in(state).job().wakeAt().isPresent());
    }

    @ParameterizedTest
    @MethodSource("live")
    void has_an_error_only_where_bits_has_one(StateName state) {
        boolean error = state == StateName.ERROR || state == StateName.TRANSIENT_ERROR;
        assertEquals(error, in(state).job().error() != null);
    }

    @ParameterizedTest
    @MethodSource("live")
    void is_cancelled_by_the_inactivity_timeout(StateName state) {
        Story story = job(timed(null, null, null, Duration.ofSeconds(1)), 2).to(state);
        story.later(Duration.ofSeconds(1));
        assertEquals(List.of(new JobEvent.JobCancelled(true)), story.events(WAKE));
    }

    @ParameterizedTest
    @MethodSource("live")
    void goes_by_the_timeout_of_a_policy_that_is_younger_than_it(StateName state) {
        Alarm sooner = new Alarm.InactivityTimeout(Duration.ofSeconds(1));
        Story story = in(state);
        assertEquals(List.of(), story.events(sooner)); // not yet, and a million jobs need no event for nothing
        Instant lastSeen = story.job().times().activity();
        story.later(Duration.ofSeconds(1)).after(sooner);
        assertEquals(state, story.state());
        assertEquals(lastSeen, story.job().times().activity());
        assertEquals(List.of(new JobEvent.JobCancelled(true)), story.events(WAKE));
    }

    @ParameterizedTest
    @MethodSource("live")
    void stays_for_longer_where_the_policy_allows_it_by_now(StateName state) {
        Story story = job(timed(null, null, null, Duration.ofSeconds(1)), 2).to(state);
        Alarm later = new Alarm.InactivityTimeout(Duration.ofSeconds(3));
        assertEquals(List.of(), story.events(later));
        story.later(Duration.ofSeconds(1));
        assertEquals(List.of(new JobEvent.InactivityTimeoutChanged(Duration.ofSeconds(3))), story.events(later));
        assertEquals(List.of(), story.after(later).events(WAKE));
        assertEquals(
                List.of(new JobEvent.JobCancelled(true)),
                story.later(Duration.ofSeconds(2)).events(WAKE));
    }
}
