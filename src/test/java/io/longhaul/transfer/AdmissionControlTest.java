package io.longhaul.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.Admission;
import io.longhaul.entity.Admission.HostFull;
import io.longhaul.entity.Admission.NodeFull;
import io.longhaul.entity.HostBlock;
import io.longhaul.entity.HostBlocks;
import io.longhaul.entity.HostClosure;
import io.longhaul.entity.HostPlaces;
import io.longhaul.entity.Queues.Rivals;
import io.longhaul.entity.Rivalry.Claims;
import io.longhaul.job.Priority;
import io.longhaul.job.file.HostPattern;
import io.longhaul.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Admission")
class AdmissionControlTest {
    private final TestClock clock = new TestClock();
    private final List<String> freed = new CopyOnWriteArrayList<>();
    private final Map<String, Rivals> othersWait = new HashMap<>();
    private final AdmissionControl admission = new AdmissionControl(
            3, 2, (queue, host) -> freed.add(host == null ? queue : queue + "@" + host), this::othersWait, clock);

    private void othersWait(String queue, Rivals rivals) {
        othersWait.put(queue, rivals);
    }

    private AdmissionControl.Place admit(String queue, String host) {
        return assertInstanceOf(AdmissionControl.Place.class, admission.admit(queue, Priority.NORMAL, host, false));
    }

    @Test
    void ends_at_the_limit_of_a_host_and_of_the_node() {
        admit("q", "a:80");
        admit("q", "a:80");
        assertEquals(new HostFull("a:80", 2, 2), admission.admit("q", Priority.NORMAL, "a:80", false));
        admit("q", "b:80");
        assertEquals(new NodeFull(3), admission.admit("q", Priority.NORMAL, "c:80", false));
        assertEquals(Map.of("a:80", 2, "b:80", 1), admission.connections());
        assertEquals(3, admission.running());
    }

    @Test
    void is_told_of_in_the_order_of_the_refusals_and_once() {
        AdmissionControl.Place first = admit("q", "a:80");
        AdmissionControl.Place second = admit("q", "a:80");
        admission.admit("x", Priority.NORMAL, "a:80", false);
        admission.admit("y", Priority.NORMAL, "a:80", false);
        admission.admit("x", Priority.NORMAL, "a:80", false);
        assertEquals(List.of(), freed);
        first.release();
        assertEquals(List.of("x@a:80"), freed);
        first.release();
        second.release();
        assertEquals(List.of("x@a:80", "y@a:80"), freed);
        assertEquals(0, admission.running());
        assertEquals(Map.of(), admission.connections());
    }

    @Test
    void to_a_host_is_for_as_many_as_the_node_may_have() {
        List<String> wanted = new ArrayList<>();
        AdmissionControl shared = new AdmissionControl(
                9, 4, 0, (queue, host) -> freed.add(queue + "@" + host), this::othersWait, wanted::add, clock);
        assertEquals(new HostFull("a:80", 4, 0), shared.admit("q", Priority.NORMAL, "a:80", false));
        assertEquals(List.of("a:80"), wanted);
        assertEquals(Map.of("a:80", new HostPlaces.Need(0, 0, true)), shared.needs());
        shared.allow("a:80", 2, null);
        assertEquals(List.of("q@a:80", "q@a:80"), freed, "it may offer as many as there are places");
        assertEquals(Map.of(), shared.needs());
        var first = assertInstanceOf(AdmissionControl.Place.class, shared.admit("q", Priority.NORMAL, "a:80", false));
        assertEquals(Map.of("a:80", new HostPlaces.Need(1, 1, false)), shared.needs());
        var second = assertInstanceOf(AdmissionControl.Place.class, shared.admit("q", Priority.NORMAL, "a:80", false));
        assertEquals(Map.of("a:80", new HostPlaces.Need(2, 2, true)), shared.needs());
        shared.allow("a:80", 1, null);
        shared.admit("x", Priority.NORMAL, "a:80", false);
        first.release();
        assertEquals(2, freed.size(), "one is left, which is all that the node may have");
        second.release();
        assertEquals("x@a:80", freed.getLast());
    }

    @Test
    void to_a_host_is_not_wanted_only_because_all_of_the_nodes_are_taken() {
        AdmissionControl shared =
                new AdmissionControl(9, 4, 0, (queue, host) -> {}, this::othersWait, host -> {}, clock);
        shared.allow("a:80", 1, null);
        shared.admit("q", Priority.NORMAL, "a:80", false);
        assertEquals(Map.of("a:80", new HostPlaces.Need(1, 1, false)), shared.needs());
        shared.admit("q", Priority.NORMAL, "a:80", false);
        shared.remind(); // which leaves nobody waiting, where there is a place
        assertEquals(Map.of("a:80", new HostPlaces.Need(1, 1, true)), shared.needs());
        shared.allow("a:80", 2, null);
        shared.admit("q", Priority.NORMAL, "a:80", false);
        assertEquals(Map.of("a:80", new HostPlaces.Need(2, 2, true)), shared.needs());
        for (int i = 0; i < 12; i++) shared.remind(); // three seconds in which nobody was refused
        assertEquals(Map.of("a:80", new HostPlaces.Need(2, 2, false)), shared.needs());
    }

    @Test
    void lets_the_next_one_to_a_host_while_the_last_one_still_has_its_slot() {
        AdmissionControl.Place first = admit("q", "a:80");
        admit("q", "a:80");
        admission.admit("x", Priority.NORMAL, "a:80", false);
        first.leaveHost();
        first.leaveHost();
        assertEquals(List.of("x@a:80"), freed);
        assertEquals(Map.of("a:80", 1), admission.connections());
        assertEquals(2, admission.running());
        assertFalse(first.moveTo("b:80"));
        first.release();
        first.release();
        assertEquals(List.of("x@a:80"), freed);
        assertEquals(1, admission.running());
    }

    @Test
    void to_the_node_is_told_of_without_a_host() {
        AdmissionControl.Place place = admit("q", "a:80");
        admit("q", "b:80");
        admit("q", "c:80");
        admission.admit("x", Priority.NORMAL, "d:80", false);
        place.release();
        assertEquals(List.of("x"), freed);
    }

    @Test
    void moves_to_another_host_at_once_or_not_at_all() {
        AdmissionControl.Place place = admit("q", "a:80");
        admit("q", "a:80");
        admission.admit("x", Priority.NORMAL, "a:80", false);
        assertTrue(place.moveTo("a:80"));
        assertTrue(place.moveTo("b:80"));
        assertEquals(List.of("x@a:80"), freed);
        assertEquals(Map.of("a:80", 1, "b:80", 1), admission.connections());
        AdmissionControl.Place third = admit("q", "b:80");
        AdmissionControl.Place late = place;
        assertTrue(third.moveTo("a:80"));
        assertFalse(late.moveTo("a:80"));
        assertEquals(Map.of("a:80", 2, "b:80", 1), admission.connections());
        third.release();
        assertEquals(List.of("x@a:80", "q@a:80"), freed); // the queue of the one that could not move
        assertFalse(third.moveTo("c:80"));
        assertEquals(2, admission.running());
    }

    @Test
    void is_offered_again_where_the_one_that_was_told_has_no_use_for_it() {
        AdmissionControl.Place first = admit("q", "a:80");
        admit("q", "a:80");
        admission.admit("x", Priority.NORMAL, "a:80", false);
        admission.admit("y", Priority.NORMAL, "a:80", false);
        admission.remind();
        assertEquals(List.of(), freed);
        first.release(); // x is told, and does nothing
        admission.remind();
        assertEquals(List.of("x@a:80", "y@a:80"), freed);
        admission.remind();
        assertEquals(2, freed.size());
    }

    @Test
    void may_be_asked_for_by_the_one_that_is_told() {
        List<Admission> answers = new ArrayList<>();
        AdmissionControl[] own = new AdmissionControl[1];
        own[0] = new AdmissionControl(
                1,
                1,
                (queue, host) -> answers.add(own[0].admit(queue, Priority.NORMAL, "b:80", false)),
                this::othersWait,
                clock);
        Admission.Admitted place = (Admission.Admitted) own[0].admit("q", Priority.NORMAL, "a:80", false);
        own[0].admit("x", Priority.NORMAL, "b:80", false);
        place.release();
        assertInstanceOf(Admission.Admitted.class, answers.getFirst());
        assertEquals(1, own[0].running());
    }

    @Test
    void keeps_its_limits_whoever_comes() throws InterruptedException {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(8);
        for (int i = 0; i < 8; i++) {
            Thread.ofVirtual().start(() -> {
                ThreadLocalRandom random = ThreadLocalRandom.current();
                for (int round = 0; round < 2000; round++) {
                    if (admission.admit("q" + random.nextInt(5), Priority.NORMAL, "h" + random.nextInt(4), false)
                            instanceof AdmissionControl.Place place) {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        place.moveTo("h" + random.nextInt(4));
                        inside.decrementAndGet();
                        place.release();
                    }
                }
                done.countDown();
            });
        }
        done.await();
        assertTrue(most.get() <= 3, "inside: " + most.get());
        assertEquals(0, admission.running());
        assertEquals(Map.of(), admission.connections());
    }

    @Test
    void to_a_host_that_asks_to_wait_is_for_nobody_until_then() {
        HostClosure closure = new HostClosure(
                HostClosure.Cause.RETRY_AFTER, clock.instant(), clock.instant().plusSeconds(9), "asks to wait");
        AdmissionControl.Place place = admit("q", "a:80");
        admission.close("a:80", closure);
        assertEquals(new HostFull("a:80", 2, 1, closure), admission.admit("q", Priority.NORMAL, "a:80", false));
        admit("q", "b:80");
        assertFalse(place.moveTo("a:80"), "nor for a further request of one who is there");
        assertFalse(place.moveTo("a:80"));
        assertEquals(new HostPlaces.Need(1, 1, true, closure), admission.needs().get("a:80"));
        place.release();
        admission.remind();
        assertEquals(List.of(), freed);
        clock.advance(Duration.ofSeconds(9));
        admission.remind();
        assertEquals(List.of("q@a:80"), freed);
        assertTrue(admit("q", "a:80").moveTo("a:80"));
    }

    @Test
    void tells_the_limit_that_the_cluster_keeps_to() {
        HostClosure closure = new HostClosure(
                HostClosure.Cause.BACK_OFF, clock.instant(), clock.instant().plusSeconds(1), "answers 503");
        admission.allow("a:80", 1, new HostPlaces.Pace(1, null));
        admit("q", "a:80");
        assertEquals(new HostFull("a:80", 1, 1), admission.admit("q", Priority.NORMAL, "a:80", false));
        admission.allow("a:80", 1, new HostPlaces.Pace(1, closure));
        assertEquals(new HostFull("a:80", 1, 1, closure), admission.admit("q", Priority.NORMAL, "a:80", false));
    }

    @Test
    void to_a_closed_host_is_free_again_when_an_operator_opens_it() {
        Instant now = clock.instant();
        admission.close("a:80", new HostClosure(HostClosure.Cause.RETRY_AFTER, now, now.plusSeconds(3600), "asks"));
        assertInstanceOf(HostFull.class, admission.admit("q", Priority.NORMAL, "a:80", false));
        admission.allow("a:80", 1, new HostPlaces.Pace(1, null, 1, now));
        assertEquals(List.of("q@a:80"), freed);
        assertEquals(null, admission.needs().get("a:80"), "nothing is left that the keeper might hear of");
        clock.advance(Duration.ofSeconds(1));
        HostClosure next = new HostClosure(HostClosure.Cause.RETRY_AFTER, clock.instant(), now.plusSeconds(60), "asks");
        admission.close("a:80", next);
        admission.allow("a:80", 1, new HostPlaces.Pace(1, null, 1, now));
        assertEquals(
                new HostFull("a:80", 1, 0, next),
                admission.admit("q", Priority.NORMAL, "a:80", false),
                "what it asks for since");
    }

    @Test
    void to_a_blocked_host_is_for_nobody_and_no_matter_of_the_host() {
        HostBlock block = new HostBlock(new HostPattern("*.example"), "maintenance", "anna", clock.instant(), null);
        AdmissionControl.Place place = admit("q", "a.example:80");
        assertEquals("a.example:80", place.host());
        admission.block(HostBlocks.of(List.of(block)));
        HostFull full = assertInstanceOf(HostFull.class, admission.admit("q", Priority.NORMAL, "a.example:80", false));
        assertEquals(HostClosure.Cause.BLOCKED, full.closure().cause());
        assertFalse(place.moveTo("a.example:80"));
        assertEquals(null, admission.needs().get("a.example:80").closure(), "which the keeper must not hear of");
        place.release();
        assertEquals(null, place.host());
        admission.remind();
        assertEquals(List.of(), freed);
        admission.block(HostBlocks.NONE);
        admission.remind();
        assertEquals(List.of("q@a.example:80"), freed);
    }

    @Test
    void of_retries_to_a_host_ends_where_they_are_too_many() {
        AdmissionControl wide =
                new AdmissionControl(1000, 1000, (queue, host) -> freed.add(queue), this::othersWait, clock);
        List<AdmissionControl.Place> retries = new ArrayList<>();
        while (wide.admit("q", Priority.NORMAL, "a:80", true) instanceof AdmissionControl.Place place)
            retries.add(place);
        assertEquals(100, retries.size());
        HostFull full = assertInstanceOf(HostFull.class, wide.admit("q", Priority.NORMAL, "a:80", true));
        assertEquals(HostClosure.Cause.RETRY_BUDGET, full.closure().cause());
        assertEquals(clock.instant().plusSeconds(1), full.closure().until());
        for (int i = 0; i < 5; i++)
            assertInstanceOf(AdmissionControl.Place.class, wide.admit("q", Priority.NORMAL, "a:80", false));
        assertInstanceOf(
                AdmissionControl.Place.class,
                wide.admit("q", Priority.NORMAL, "a:80", true),
                "a fifth of the first attempts");
        assertInstanceOf(HostFull.class, wide.admit("q", Priority.NORMAL, "a:80", true));
        assertInstanceOf(AdmissionControl.Place.class, wide.admit("q", Priority.NORMAL, "b:80", true), "another host");
        retries.getFirst().answeredWell();
        retries.getFirst().answeredWell();
        assertInstanceOf(AdmissionControl.Place.class, wide.admit("q", Priority.NORMAL, "a:80", true));
        assertInstanceOf(HostFull.class, wide.admit("q", Priority.NORMAL, "a:80", true));
        retries.getLast().hostNotAsked();
        assertInstanceOf(
                AdmissionControl.Place.class, wide.admit("q", Priority.NORMAL, "a:80", true), "by a proxy it is none");
        assertInstanceOf(HostFull.class, wide.admit("q", Priority.NORMAL, "a:80", true));
        assertFalse(wide.needs().get("a:80").wanted(), "it is not connections that are missing");
    }

    @Test
    void tells_who_holds_most_that_others_wait_for_a_host() {
        admit("q", "a:80");
        admit("q", "a:80");
        admission.tellRivals();
        assertEquals(Map.of(), othersWait);
        admission.admit("x", Priority.LOW, "a:80", false);
        admission.admit("x", Priority.LOW, "a:80", false);
        admission.tellRivals();
        assertEquals(Map.of("q", new Rivals("a:80", 2, 0, 0, 1)), othersWait, "however often it was refused");
    }

    @Test
    void tells_nobody_of_a_queue_that_asks_no_more_or_is_offered_a_place() {
        AdmissionControl.Place place = admit("q", "a:80");
        admit("q", "a:80");
        admission.admit("x", Priority.LOW, "a:80", false);
        clock.advance(Duration.ofSeconds(6));
        admission.tellRivals();
        assertEquals(Map.of(), othersWait);
        admission.admit("x", Priority.LOW, "a:80", false);
        place.release();
        admission.tellRivals();
        assertEquals(Map.of(), othersWait);
    }

    @Test
    void tells_nobody_of_a_queue_that_has_got_a_place_since_it_was_refused() {
        AdmissionControl.Place place = admit("q", "a:80");
        admit("q", "a:80");
        admission.admit("y", Priority.LOW, "a:80", false);
        admission.admit("x", Priority.LOW, "a:80", false);
        place.release();
        admit("x", "a:80");
        admission.admit("y", Priority.LOW, "a:80", false);
        admission.tellRivals();
        assertEquals(Map.of("q", new Rivals("a:80", 2, 0, 0, 1)), othersWait, "of the other one");
    }

    @Test
    void tells_nobody_to_give_up_what_would_make_the_parts_less_equal() {
        admit("q", "a:80");
        admit("x", "a:80");
        admission.admit("x", Priority.HIGH, "a:80", false);
        admission.tellRivals();
        assertEquals(Map.of(), othersWait);
    }

    @Test
    void tells_of_a_foreground_job_that_waits_for_a_place_on_the_node_and_offers_it_one_first() {
        AdmissionControl.Place place = admit("q", "a:80");
        admit("q", "b:80");
        admit("q", "c:80");
        admission.admit("x", Priority.LOW, "d:80", false);
        admission.admit("y", Priority.FOREGROUND, "d:80", false);
        admission.tellRivals();
        assertEquals(Map.of("q", new Rivals(null, 3, 1, 0, 1)), othersWait);
        place.release();
        assertEquals(List.of("y"), freed);
    }

    @Test
    void tells_of_rivals_only_those_whose_places_are_open_to_them() {
        admit("q", "a:80");
        admit("q", "a:80");
        admission.close("a:80", new HostClosure(HostClosure.Cause.RETRY_AFTER, clock.instant(), null, "asks to wait"));
        admission.admit("x", Priority.LOW, "a:80", false);
        admission.tellRivals();
        assertEquals(Map.of(), othersWait, "nobody would get what is given back");
    }

    @Test
    void tells_nobody_on_a_full_node_of_a_job_whose_host_is_full_too() {
        admit("q", "a:80");
        admit("q", "a:80");
        admit("q", "b:80");
        admission.admit("x", Priority.FOREGROUND, "a:80", false);
        admission.tellRivals();
        assertEquals(Map.of(), othersWait);
        admission.admit("x", Priority.FOREGROUND, "b:80", false);
        admission.tellRivals();
        assertEquals(Map.of("q", new Rivals(null, 3, 1, 0, 0)), othersWait);
    }

    @Test
    void tells_who_holds_most_that_other_nodes_wait_for_as_long_as_they_do() {
        admit("q", "a:80");
        admit("q", "a:80");
        assertEquals(Map.of(), admission.asks());
        admission.othersWait("a:80", new Claims(0, 0, 1));
        admission.tellRivals();
        assertEquals(Map.of("q", new Rivals("a:80", 2, 0, 0, 1)), othersWait);
        othersWait.clear();
        clock.advance(Duration.ofSeconds(4));
        admission.tellRivals();
        assertEquals(Map.of(), othersWait);
    }

    @Test
    void says_for_whom_it_asks_and_who_is_there() {
        admission.admit("q", Priority.FOREGROUND, "a:80", false);
        admit("q", "a:80");
        admission.admit("x", Priority.LOW, "a:80", false);
        assertEquals(Map.of("a:80", new HostPlaces.Asks(1, false, true)), admission.asks());
        clock.advance(Duration.ofSeconds(6));
        admission.admit("y", Priority.FOREGROUND, "a:80", false);
        assertEquals(Map.of("a:80", new HostPlaces.Asks(1, true, false)), admission.asks());
    }
}
