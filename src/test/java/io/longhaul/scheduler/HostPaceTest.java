package io.longhaul.scheduler;

import static io.longhaul.testkit.JobFixtures.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.HostClosure;
import io.longhaul.entity.HostClosure.Cause;
import io.longhaul.entity.HostPlaces.Answers;
import io.longhaul.entity.HostPlaces.Pace;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The pace at which a remote host is asked")
class HostPaceTest {
    private final HostPace pace = new HostPace(32);
    private final Map<String, Answers> said = new HashMap<>();
    private Instant now = START;

    private void hear(String node, long good, long slowed, int busy) {
        Answers before = said.getOrDefault(node, Answers.NONE);
        Answers after =
                new Answers(before.requests() + good + slowed, before.errors() + slowed, before.slowed() + slowed);
        said.put(node, after);
        pace.hear(node, after, null, null, busy, now);
    }

    private void seconds(int count) {
        for (int i = 0; i < count; i++) {
            now = now.plusSeconds(1);
            pace.tick(now);
        }
    }

    private int limit() {
        return pace.pace(now).limit();
    }

    @Test
    void is_as_fast_as_may_be_while_it_answers_well() {
        hear("a", 0, 0, 0);
        hear("a", 1000, 0, 32);
        seconds(1);
        assertEquals(32, limit());
        assertTrue(pace.isUsual(now));
    }

    @Test
    void halves_when_it_says_429_or_503_and_grows_by_one_a_second() {
        hear("a", 0, 0, 0);
        hear("a", 20, 4, 32);
        assertEquals(16, limit());
        assertFalse(pace.isUsual(now));
        seconds(3);
        assertEquals(19, limit());
        seconds(20);
        assertEquals(32, limit());
    }

    @Test
    void halves_once_for_what_was_under_way_together() {
        hear("a", 0, 0, 0);
        hear("a", 0, 1, 32);
        hear("a", 0, 20, 32);
        hear("a", 0, 12, 32);
        assertEquals(16, limit());
        hear("a", 0, 1, 16);
        assertEquals(8, limit(), "this one was asked afterwards");
    }

    @Test
    void halves_again_after_a_second_whatever_is_under_way() {
        hear("a", 0, 0, 0);
        hear("a", 0, 1, 32);
        now = now.plusSeconds(1);
        hear("a", 0, 1, 32);
        assertEquals(8, limit());
    }

    @Test
    void is_not_the_matter_of_one_bad_file_among_many() {
        hear("a", 0, 0, 0);
        hear("a", 99, 1, 32);
        assertEquals(32, limit());
        hear("a", 10, 15, 32);
        assertEquals(16, limit());
    }

    @Test
    void ends_in_rests_that_double_until_one_request_is_answered_well() {
        hear("a", 0, 0, 0);
        for (int i = 0; i < 5; i++) {
            hear("a", 0, 1, 0);
            now = now.plusSeconds(1);
        }
        assertEquals(1, limit());
        for (int rest : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            hear("a", 0, 1, 1);
            HostClosure closure = pace.pace(now).closure();
            assertEquals(Cause.BACK_OFF, closure.cause());
            assertEquals(now.plusSeconds(rest), closure.until());
            now = closure.until();
            pace.tick(now);
            assertEquals(new Pace(1, null), pace.pace(now));
        }
        hear("a", 1, 0, 1);
        now = now.plusSeconds(5);
        hear("a", 0, 1, 1);
        assertEquals(
                Duration.ofSeconds(1),
                Duration.between(now, pace.pace(now).closure().until()));
    }

    @Test
    void is_nothing_until_then_where_it_asks_to_wait_and_begins_with_one() {
        HostClosure closure = new HostClosure(Cause.RETRY_AFTER, now, now.plusSeconds(9), "asks to wait");
        assertTrue(pace.hear("a", new Answers(7, 1, 1), null, closure, 3, now));
        assertFalse(pace.hear("b", Answers.NONE, null, closure, 3, now), "known already");
        assertEquals(new Pace(1, closure), pace.pace(now));
        seconds(8);
        assertEquals(closure, pace.pace(now).closure());
        seconds(1);
        assertEquals(new Pace(1, null), pace.pace(now));
        for (int expected : new int[] {2, 4, 8, 16, 17, 18}) {
            seconds(1);
            assertEquals(expected, limit());
        }
    }

    @Test
    void obeys_the_later_of_two_words() {
        HostClosure near = new HostClosure(Cause.RETRY_AFTER, now, now.plusSeconds(9), "");
        HostClosure far = new HostClosure(Cause.RETRY_AFTER, now, now.plusSeconds(90), "");
        pace.hear("a", Answers.NONE, null, far, 0, now);
        pace.hear("b", Answers.NONE, null, near, 0, now);
        assertEquals(far, pace.pace(now).closure());
        seconds(90);
        assertNull(pace.pace(now).closure());
        pace.hear("b", Answers.NONE, null, near, 0, now);
        assertNull(pace.pace(now).closure(), "what is over is over, whoever repeats it");
    }

    @Test
    void is_known_to_the_nodes_when_its_keeper_is_lost() {
        HostClosure closure = new HostClosure(Cause.RETRY_AFTER, now, now.plusSeconds(9), "asks to wait");
        Answers many = new Answers(1_000_000, 500_000, 400_000);
        pace.hear("a", many, new Pace(5, null), null, 0, now);
        assertEquals(5, limit(), "its figures from before are no news");
        pace.hear("b", many, new Pace(3, null), null, 0, now);
        assertEquals(3, limit());
        pace.hear("b", many, new Pace(1, null), null, 0, now);
        assertEquals(3, limit(), "from here on it only repeats what it is told");
        pace.hear("c", many, new Pace(1, closure), null, 0, now);
        assertEquals(new Pace(1, closure), pace.pace(now));
    }

    @Test
    void is_not_what_the_host_asked_for_once_an_operator_opens_it() {
        HostClosure closure = new HostClosure(Cause.RETRY_AFTER, now, now.plusSeconds(3600), "asks to wait");
        pace.hear("a", Answers.NONE, null, closure, 0, now);
        Instant opened = now.plusSeconds(1);
        assertTrue(pace.open(opened));
        assertFalse(pace.open(now), "a word that comes late");
        assertFalse(pace.hear("b", Answers.NONE, null, closure, 0, opened), "who has not heard of it repeats it");
        assertEquals(new Pace(1, null, 1, opened), pace.pace(opened));
        seconds(2);
        assertEquals(4, limit());

        HostPace next = new HostPace(32);
        next.hear("b", Answers.NONE, new Pace(1, closure), closure, 0, now);
        next.hear("a", Answers.NONE, pace.pace(now), null, 0, now);
        assertEquals(new Pace(1, null, 1, opened), next.pace(now), "its next keeper hears of it, too");
        HostClosure again = new HostClosure(Cause.RETRY_AFTER, now, now.plusSeconds(60), "asks to wait");
        assertTrue(next.hear("a", Answers.NONE, null, again, 0, now));
        assertEquals(again, next.pace(now).closure());
    }

    @Test
    void of_a_node_that_has_forgotten_the_host_counts_anew() {
        hear("a", 1000, 0, 0);
        said.remove("a");
        hear("a", 0, 2, 1);
        assertEquals(16, limit());
    }
}
