package io.longhaul.job;

import static io.longhaul.testkit.JobFixtures.CANCEL;
import static io.longhaul.testkit.JobFixtures.COMPLETE;
import static io.longhaul.testkit.JobFixtures.ID;
import static io.longhaul.testkit.JobFixtures.RESUME;
import static io.longhaul.testkit.JobFixtures.START;
import static io.longhaul.testkit.JobFixtures.SUSPEND;
import static io.longhaul.testkit.JobFixtures.WAKE;
import static io.longhaul.testkit.JobFixtures.addFile;
import static io.longhaul.testkit.JobFixtures.failed;
import static io.longhaul.testkit.JobFixtures.finished;
import static io.longhaul.testkit.JobFixtures.in;
import static io.longhaul.testkit.JobFixtures.job;
import static io.longhaul.testkit.JobFixtures.published;
import static io.longhaul.testkit.JobFixtures.timed;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.longhaul.job.Transitions.Transition;
import io.longhaul.testkit.GeneratedDocument;
import io.longhaul.testkit.JobFixtures.Story;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The table of legal moves")
class TransitionsTest {
    private static Story with(StateName state) {
        return in(state);
    }

    /** Short lives which together go every way there is. */
    private static List<Story> lives() {
        List<Story> lives = new ArrayList<>();
        for (StateName state : StateName.values()) {
            if (state.isFinal()) continue;
            lives.add(with(state).after(CANCEL));
            lives.add(with(state).after(SUSPEND));
            lives.add(with(state).after(COMPLETE, published()));
        }
        lives.add(with(StateName.TRANSFERRED).after(SUSPEND, RESUME));
        lives.add(with(StateName.TRANSFERRED).after(addFile(), RESUME));
        lives.add(with(StateName.TRANSFERRING).ended(QueuedReason.SLICE_ENDED).after(finished(1, 0), finished(1, 1)));
        lives.add(with(StateName.CONNECTING).ended(QueuedReason.PREEMPTED));
        lives.add(with(StateName.CONNECTING).stalled().retried());
        lives.add(with(StateName.CONNECTING).after(failed(1, new HttpError(404), true, START)));
        lives.add(with(StateName.TRANSIENT_ERROR).after(finished(1, 0), finished(1, 1)));
        lives.add(job(timed(null, Duration.ofSeconds(700), null, null), 2)
                .to(StateName.TRANSIENT_ERROR)
                .retried()
                .stalled()
                .at(START.plusSeconds(700))
                .after(WAKE));
        lives.add(with(StateName.ERROR).after(RESUME));
        lives.add(with(StateName.CONNECTING).after(new FileCommand.SkipFile(0), new FileCommand.SkipFile(1)));
        lives.add(job(1).to(StateName.CONNECTING).after(new FileCommand.SkipFile(0)));
        lives.add(with(StateName.TRANSFERRED).after(new FileCommand.ValidateFile(0, false)));
        lives.add(with(StateName.TRANSFERRED).after(addFile(), RESUME).after(new FileCommand.ValidateFile(0, false)));
        lives.add(with(StateName.ERROR).after(finished(1, 0), finished(1, 1), RESUME));
        return lives;
    }

    private record Move(StateName from, Class<? extends JobEvent> event, StateName to) {}

    private static Set<Move> taken(List<Story> lives) {
        Set<Move> taken = new HashSet<>();
        for (Story life : lives) {
            Job job = null;
            for (Recorded recorded : life.history()) {
                Job next = Job.evolve(job, ID, recorded);
                if (job != null)
                    taken.add(new Move(
                            job.state().name(),
                            recorded.event().getClass(),
                            next.state().name()));
                job = next;
            }
        }
        return taken;
    }

    @Test
    void has_no_row_that_is_never_taken() {
        Set<Move> taken = taken(lives());
        assertEquals(
                List.of(),
                Transitions.ALL.stream()
                        .filter(row -> !taken.contains(new Move(row.from(), row.event(), row.to())))
                        .toList(),
                "rows that no life takes");
    }

    @Test
    void has_no_row_twice() {
        assertEquals(
                Transitions.ALL.size(),
                Transitions.ALL.stream()
                        .map(row -> new Move(row.from(), row.event(), row.to()))
                        .distinct()
                        .count());
    }

    @Test
    void has_no_way_out_of_a_final_state() {
        assertEquals(
                List.of(),
                Transitions.ALL.stream().filter(row -> row.from().isFinal()).toList());
    }

    @Test
    void leads_from_every_state_that_is_not_final_to_suspended_queued_or_an_end() {
        Set<StateName> left = Transitions.ALL.stream().map(Transition::from).collect(Collectors.toSet());
        assertEquals(
                Stream.of(StateName.values()).filter(state -> !state.isFinal()).collect(Collectors.toSet()), left);
    }

    @Test
    void is_the_law_for_every_event() {
        for (StateName state : StateName.values()) {
            Job job = with(state).job();
            for (JobEvent event : List.of(
                    new JobEvent.JobSuspended(),
                    new JobEvent.JobQueued(QueuedReason.RESUMED),
                    new JobEvent.SliceGranted(9, START, Duration.ZERO, "node"),
                    new JobEvent.JobTransferred(false),
                    new JobEvent.JobStalled(JobErrorOf.any(), START, true),
                    new JobEvent.JobFailed(JobErrorOf.any(), true),
                    new JobEvent.JobAcknowledged(List.of(), BitsError.S_OK, List.of()),
                    new JobEvent.JobCancelled(false))) {
                boolean legal = Transitions.ALL.stream()
                        .anyMatch(row -> row.from() == state && row.event() == event.getClass());
                Recorded recorded = new Recorded(event, START, Recorded.Cause.OWNER, "anna", null);
                if (legal) assertDoesNotThrow(() -> job.evolve(recorded), state + " " + event);
                else assertThrows(IllegalStateException.class, () -> job.evolve(recorded), state + " " + event);
            }
        }
    }

    @Test
    void lets_a_final_state_hear_nothing_more() {
        for (JobEvent event : List.of(
                new JobEvent.FilesAdded(List.of(), new Owner("anna")),
                new JobEvent.OwnershipTaken(new Owner("ben")),
                new JobEvent.CompletionBegan())) {
            Recorded recorded = new Recorded(event, START, Recorded.Cause.OWNER, "anna", null);
            for (StateName state : List.of(StateName.ACKNOWLEDGED, StateName.CANCELLED))
                assertThrows(
                        IllegalStateException.class, () -> with(state).job().evolve(recorded));
        }
    }

    @Test
    void is_what_the_documentation_shows() {
        GeneratedDocument page = GeneratedDocument.at("docs/reference/states.md");
        page.holds("diagram", "```mermaid\n" + Transitions.mermaid() + "```\n");
        StringBuilder table = new StringBuilder("| from | event | to | by |\n| --- | --- | --- | --- |\n");
        for (Transition row : Transitions.ALL)
            table.append("| %s | `%s` | %s | %s |\n"
                    .formatted(row.from(), row.event().getSimpleName(), row.to(), row.why()));
        page.holds("table", table.toString());
    }

    private static final class JobErrorOf {
        static JobError any() {
            return JobError.of(ErrorContext.UNKNOWN, BitsError.E_FAIL, null, START);
        }
    }
}
