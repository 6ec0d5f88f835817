package io.longhaul.store;

import static io.longhaul.testkit.Histories.BEGIN;
import static io.longhaul.testkit.Histories.fold;
import static io.longhaul.testkit.Histories.id;
import static io.longhaul.testkit.Histories.life;
import static io.longhaul.testkit.Histories.spec;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.longhaul.entity.Step;
import io.longhaul.job.Job;
import io.longhaul.job.JobEvent;
import io.longhaul.job.Owner;
import io.longhaul.job.Priority;
import io.longhaul.job.Recorded;
import io.longhaul.job.file.FileSource;
import io.longhaul.store.FreshSteps.Fresh;
import io.longhaul.testkit.Histories;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What has just happened to jobs on a node")
class FreshStepsTest {
    private static final List<Recorded> LIFE = life(spec("alice", "default", Priority.NORMAL, "x", Map.of()), BEGIN);

    private final FreshSteps steps = FreshSteps.ofWeight(1000);

    private static Job after(long job, int events) {
        return fold(id(job), LIFE.subList(0, events));
    }

    private static List<Step> steps(long job, int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(event -> new Step(LIFE.get(event - 1), after(job, event)))
                .toList();
    }

    private void happens(long job, int from, int to) {
        steps.add(from == 1 ? null : after(job, from - 1), steps(job, from, to));
    }

    private void assertTaken(int first, int last, int until) {
        Fresh fresh = requireNonNull(steps.take(id(1), first, last));
        assertEquals(first == 1 ? null : after(1, first - 1), fresh.before());
        assertEquals(steps(1, first, until), fresh.steps());
    }

    @Test
    void is_told_once_from_a_jobs_beginning() {
        happens(1, 1, 2);
        assertTaken(1, 2, 2);
        assertNull(steps.take(id(1), 1, 2));
    }

    @Test
    void is_put_together() {
        happens(1, 3, 3);
        happens(1, 4, 4);
        happens(1, 5, 6);
        assertTaken(3, 6, 6);
    }

    @Test
    void is_kept_as_far_as_the_index_has_not_come() {
        happens(1, 3, 3);
        happens(1, 4, 6);
        assertTaken(3, 4, 6);
        assertTaken(5, 5, 6);
        assertTaken(6, 6, 6);
        assertNull(steps.take(id(1), 6, 6));
    }

    @Test
    void is_told_as_far_as_it_is_known_where_the_index_is_faster() {
        happens(1, 3, 3);
        assertTaken(3, 4, 3);
        happens(1, 4, 4); // the index knows that one already
        happens(1, 5, 6);
        assertTaken(5, 6, 6);
    }

    @Test
    void is_nothing_before_its_first_step_and_stays_for_later() {
        happens(1, 3, 4);
        assertNull(steps.take(id(1), 2, 2));
        assertTaken(3, 4, 4);
    }

    @Test
    void begins_anew_where_something_was_not_told() {
        happens(1, 1, 2);
        happens(1, 5, 6);
        assertNull(steps.take(id(1), 3, 4));
        assertTaken(5, 6, 6);
    }

    @Test
    void is_found_by_its_number() {
        happens(1, 3, 4);
        Fresh fresh = requireNonNull(steps.take(id(1), 3, 4));
        assertNull(fresh.step(2));
        assertEquals(steps(1, 4, 4).getFirst(), fresh.step(4));
        assertNull(fresh.step(5));
    }

    @Test
    void is_forgotten_where_too_much_happens_before_the_index_comes_the_oldest_first() {
        for (long job = 0; job < 10_000; job++) happens(job, 1, 2);
        assertNull(steps.take(id(0), 1, 2));
        assertEquals(
                steps(9_999, 1, 2), requireNonNull(steps.take(id(9_999), 1, 2)).steps());
    }

    @Test
    void is_as_heavy_as_the_files_that_are_added_to_a_job() {
        List<FileSource> files = IntStream.range(0, 900)
                .mapToObj(i -> Histories.file("https://origin.example/" + i))
                .toList();
        Recorded added = Histories.at(BEGIN, new JobEvent.FilesAdded(files, new Owner("alice")));
        for (long job = 1; job <= 2; job++) {
            happens(job, 1, 2);
            steps.add(after(job, 2), List.of(new Step(added, after(job, 2).evolve(added))));
        }
        assertNull(steps.take(id(1), 1, 3));
        assertEquals(3, requireNonNull(steps.take(id(2), 1, 3)).steps().size());
    }

    @Test
    void is_not_kept_where_there_is_no_room() {
        FreshSteps none = FreshSteps.ofWeight(0);
        none.add(null, steps(1, 1, 2));
        assertNull(none.take(id(1), 1, 2));
    }
}
