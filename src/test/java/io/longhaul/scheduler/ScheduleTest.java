package io.longhaul.scheduler;

import static io.longhaul.testkit.JobFixtures.ANNA;
import static io.longhaul.testkit.JobFixtures.BEN;
import static io.longhaul.testkit.JobFixtures.NODE;
import static io.longhaul.testkit.JobFixtures.SLICE;
import static io.longhaul.testkit.JobFixtures.START;
import static io.longhaul.testkit.JobFixtures.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.HostClosure;
import io.longhaul.entity.Queues;
import io.longhaul.entity.Queues.Reason;
import io.longhaul.entity.Queues.Standing;
import io.longhaul.job.Owner;
import io.longhaul.job.Priority;
import io.longhaul.job.QueuedReason;
import io.longhaul.job.SchedulerCommand;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The schedule of a queue")
class ScheduleTest {
    private static final String HOST = "files.example:80";
    private static final String OTHER_NODE = "127.0.0.2:25520";

    private Schedule schedule = new Schedule(SLICE, 1);
    private Instant now = START;
    private final Map<Long, Standing.Ready> jobs = new HashMap<>();

    private void ready(long job, Priority priority) {
        ready(job, priority, ANNA, HOST);
    }

    /** The job waits for its first slice; each is queued a second after the one before. */
    private void ready(long job, Priority priority, Owner owner, String host) {
        Standing.Ready ready = new Standing.Ready(
                id(job), owner, priority, 1, host, START.minusSeconds(1000).plusSeconds(job));
        jobs.put(job, ready);
        schedule.hear(ready, now);
    }

    private void runs(long job, long slice) {
        runs(job, slice, NODE);
    }

    /** @param node null: so says the index */
    private void runs(long job, long slice, @Nullable String node) {
        Standing.Ready ready = jobs.get(job);
        schedule.hear(
                new Standing.Running(
                        id(job), ready.owner(), ready.priority(), slice, ready.host(), now.plus(SLICE), node),
                now);
    }

    private void isFull(String node, long job) {
        schedule.hear(new Standing.NodeFull(id(job), 1, 1, node), now);
    }

    /** The job is back in the queue. */
    private void waits(long job, long nextSlice) {
        Standing.Ready ready = jobs.get(job);
        schedule.hear(new Standing.Ready(id(job), ready.owner(), ready.priority(), nextSlice, ready.host(), now), now);
    }

    private void gone(long job) {
        schedule.hear(new Standing.Gone(id(job)), now);
    }

    /** What the schedule says now: "+1" grants to job 1, "-1" ends its slice, "=1" renews it. */
    private List<String> plan() {
        return schedule.plan(now).orders().stream().map(ScheduleTest::text).toList();
    }

    private static String text(Plan.Order order) {
        long job = order.job().value().getLeastSignificantBits() & 0xFFFF;
        return switch (order.command()) {
            case SchedulerCommand.GrantSlice grant -> "+" + job;
            case SchedulerCommand.EndSlice end -> "-" + job;
            case SchedulerCommand.RenewSlice renew -> "=" + job;
        };
    }

    private void later(Duration time) {
        now = now.plus(time);
    }

    private void slots(int slots) {
        schedule = new Schedule(SLICE, slots);
    }

    @Test
    void grants_the_most_urgent_first() {
        ready(1, Priority.LOW);
        ready(2, Priority.NORMAL);
        ready(3, Priority.HIGH);
        assertEquals(List.of("+3"), plan());
        gone(3);
        assertEquals(List.of("+2"), plan());
        gone(2);
        assertEquals(List.of("+1"), plan());
    }

    @Test
    void says_nothing_twice() {
        ready(1, Priority.NORMAL);
        assertEquals(List.of("+1"), plan());
        assertEquals(List.of(), plan());
        assertEquals(now.plusSeconds(3), schedule.plan(now).lookAgainAt());
    }

    @Test
    void runs_all_foreground_jobs_at_once_beside_the_background_slots() {
        for (long job = 1; job <= 5; job++) ready(job, Priority.FOREGROUND);
        ready(6, Priority.LOW);
        ready(7, Priority.LOW);
        assertEquals(List.of("+1", "+2", "+3", "+4", "+5", "+6"), plan());
    }

    @Test
    void takes_the_slot_of_a_less_urgent_job() {
        ready(1, Priority.LOW);
        plan();
        runs(1, 1);
        ready(2, Priority.NORMAL);
        assertEquals(List.of("-1"), plan());
        assertEquals(List.of(), plan());
        waits(1, 2);
        assertEquals(List.of("+2"), plan());
    }

    @Test
    void takes_no_slot_of_an_equally_urgent_job() {
        ready(1, Priority.NORMAL);
        plan();
        runs(1, 1);
        ready(2, Priority.NORMAL);
        assertEquals(List.of(), plan());
    }

    @Test
    void takes_the_lowest_and_of_these_the_last() {
        slots(3);
        ready(1, Priority.LOW);
        ready(2, Priority.NORMAL);
        ready(3, Priority.LOW);
        plan();
        runs(1, 1);
        runs(2, 1);
        later(Duration.ofSeconds(1));
        runs(3, 1);
        ready(4, Priority.HIGH);
        assertEquals(List.of("-3"), plan());
        ready(5, Priority.HIGH);
        assertEquals(List.of("-1"), plan());
    }

    @Test
    void takes_a_place_on_a_full_node_for_a_foreground_job() {
        ready(1, Priority.LOW);
        plan();
        runs(1, 1);
        ready(2, Priority.FOREGROUND);
        assertEquals(List.of("+2"), plan());
        schedule.hear(new Standing.NodeFull(id(2), 1, 4, NODE), now);
        assertEquals(List.of("-1"), plan());
        waits(1, 2); // its place is free, without a further word
        assertEquals(List.of("+2"), plan());
    }

    @Test
    void takes_a_connection_to_a_full_host() {
        slots(3);
        ready(1, Priority.LOW);
        ready(2, Priority.LOW, ANNA, "other.example:80");
        plan();
        runs(1, 1);
        runs(2, 1);
        ready(3, Priority.HIGH);
        assertEquals(List.of("+3"), plan());
        schedule.hear(new Standing.HostFull(id(3), 1, HOST, 1, 0), now);
        assertEquals(List.of("-1"), plan());
        assertEquals(List.of(), plan());
    }

    @Test
    void ends_a_slice_when_another_job_of_that_priority_waits() {
        ready(1, Priority.NORMAL);
        plan();
        runs(1, 1);
        ready(2, Priority.NORMAL);
        later(SLICE);
        assertEquals(List.of("-1"), plan());
        waits(1, 2);
        assertEquals(List.of("+2"), plan());
        runs(2, 1);
        later(SLICE);
        assertEquals(List.of("-2"), plan());
        waits(2, 2);
        assertEquals(List.of("+1"), plan());
    }

    @Test
    void lets_a_job_alone_in_its_priority_go_on() {
        ready(1, Priority.NORMAL);
        plan();
        runs(1, 1);
        ready(2, Priority.LOW);
        later(SLICE);
        assertEquals(List.of("=1"), plan());
        runs(1, 2);
        later(SLICE.minusMillis(1));
        assertEquals(List.of(), plan());
        later(Duration.ofMillis(1));
        assertEquals(List.of("=1"), plan());
    }

    @Test
    void ends_no_more_slices_than_others_wait() {
        slots(2);
        ready(1, Priority.NORMAL);
        ready(2, Priority.NORMAL);
        plan();
        runs(1, 1);
        runs(2, 1);
        ready(3, Priority.NORMAL);
        later(SLICE);
        assertEquals(List.of("-1", "=2"), plan());
    }

    @Test
    void goes_round_the_owners_and_then_round_their_jobs() {
        ready(1, Priority.NORMAL, ANNA, HOST);
        ready(2, Priority.NORMAL, ANNA, HOST);
        ready(3, Priority.NORMAL, ANNA, HOST);
        ready(4, Priority.NORMAL, BEN, HOST);
        ready(5, Priority.NORMAL, BEN, HOST);
        StringBuilder turns = new StringBuilder();
        for (long slice = 1; slice <= 10; slice++) {
            List<String> granted = plan();
            assertEquals(1, granted.size());
            long job = Long.parseLong(granted.getFirst().substring(1));
            turns.append(job);
            runs(job, slice);
            later(SLICE);
            assertEquals(List.of("-" + job), plan());
            waits(job, slice + 1);
        }
        assertEquals("1425341524", turns.toString());
    }

    @Test
    void gives_several_slots_to_several_owners() {
        slots(2);
        ready(1, Priority.NORMAL, ANNA, HOST);
        ready(2, Priority.NORMAL, ANNA, HOST);
        ready(3, Priority.NORMAL, BEN, HOST);
        assertEquals(List.of("+1", "+3"), plan());
    }

    @Test
    void passes_over_a_full_host_until_a_place_there_is_free() {
        slots(4);
        ready(1, Priority.NORMAL);
        assertEquals(List.of("+1"), plan());
        schedule.hear(new Standing.HostFull(id(1), 1, HOST, 2, 0), now);
        ready(2, Priority.NORMAL);
        ready(3, Priority.NORMAL, ANNA, "other.example:80");
        assertEquals(List.of("+3"), plan());
        schedule.freed(HOST, now);
        assertEquals(List.of("+1"), plan());
        assertEquals(List.of(), plan());
    }

    private static HostClosure asksToWait(Instant until) {
        return new HostClosure(HostClosure.Cause.RETRY_AFTER, START, until, "asks to wait");
    }

    @Test
    void passes_over_a_closed_host_until_then_and_says_so() {
        slots(4);
        ready(1, Priority.NORMAL);
        plan();
        Instant until = now.plusSeconds(9);
        schedule.hear(new Standing.HostFull(id(1), 1, HOST, 2, 0, asksToWait(until)), now);
        ready(2, Priority.NORMAL);
        ready(3, Priority.NORMAL, ANNA, "other.example:80");
        assertEquals(List.of("+3"), plan());
        assertEquals(
                new Queues.Reason("HOST_RETRY_AFTER", HOST + " asks to wait.", START, until),
                schedule.explain(id(2)).getFirst());
        runs(3, 1);
        later(Duration.ofSeconds(8));
        assertEquals(List.of(), plan());
        assertEquals(until, schedule.plan(now).lookAgainAt());
        later(Duration.ofSeconds(1));
        assertEquals(List.of("+1"), plan(), "one at first");
    }

    @Test
    void lets_those_who_have_not_tried_yet_by_where_retries_are_too_many() {
        slots(8);
        for (long job = 1; job <= 3; job++) {
            ready(job, Priority.HIGH);
            schedule.hear(new Standing.Ready(id(job), ANNA, Priority.HIGH, 1, HOST, now, true), now);
        }
        assertEquals(List.of("+1", "+2", "+3"), plan());
        runs(1, 1);
        Instant until = now.plusSeconds(1);
        HostClosure budget = new HostClosure(HostClosure.Cause.RETRY_BUDGET, now, until, "has enough");
        for (long job = 2; job <= 3; job++) schedule.hear(new Standing.HostFull(id(job), 1, HOST, 32, 1, budget), now);
        ready(4, Priority.NORMAL);
        assertEquals(List.of("+4"), plan(), "of the same host, and of a lower priority");
        assertEquals(
                new Queues.Reason("HOST_RETRY_BUDGET", HOST + " has enough.", now, until),
                schedule.explain(id(2)).getFirst());
        later(Duration.ofSeconds(1));
        assertEquals(List.of("+2"), plan(), "one more than runs");
        runs(2, 1);
        schedule.hear(new Standing.HostFull(id(3), 1, HOST, 32, 2), now);
        assertEquals(List.of(), plan());
    }

    @Test
    void takes_no_connection_to_a_closed_host_away() {
        slots(2);
        ready(1, Priority.LOW);
        plan();
        runs(1, 1);
        later(SLICE.minusSeconds(5));
        ready(2, Priority.HIGH);
        assertEquals(List.of("+2"), plan());
        schedule.hear(new Standing.HostFull(id(2), 1, HOST, 2, 1, asksToWait(now.plusSeconds(9000))), now);
        assertEquals(List.of(), plan());
        ready(3, Priority.LOW);
        later(Duration.ofSeconds(5));
        assertEquals(List.of("=1"), plan(), "it goes on in its next slice");
    }

    @Test
    void offers_as_many_as_were_there_when_refusals_are_heard_late() {
        slots(8);
        for (long job = 1; job <= 12; job++) ready(job, Priority.NORMAL);
        assertEquals(8, plan().size());
        for (long job = 1; job <= 4; job++) runs(job, 1);
        for (long job = 1; job <= 4; job++) gone(job);
        for (long job = 5; job <= 8; job++) schedule.hear(new Standing.HostFull(id(job), 1, HOST, 4, 4), now);
        assertEquals(List.of("+5", "+6", "+7", "+8"), plan());
    }

    @Test
    void needs_no_word_of_a_free_place_where_a_job_leaves() {
        slots(3);
        for (long job = 1; job <= 4; job++) ready(job, Priority.NORMAL);
        plan();
        runs(1, 1);
        runs(2, 1);
        schedule.hear(new Standing.HostFull(id(3), 1, HOST, 2, 2), now);
        assertEquals(List.of(), plan());
        gone(1);
        assertEquals(List.of("+3"), plan());
        gone(2);
        assertEquals(List.of("+4"), plan());
    }

    @Test
    void waits_for_the_host_that_was_full_though_the_job_named_another() {
        ready(1, Priority.NORMAL, ANNA, "mirror.example:80"); // where a redirect led last time
        plan();
        schedule.hear(new Standing.HostFull(id(1), 1, HOST, 2, 0), now);
        assertEquals(List.of(), plan());
        assertEquals("HOST_LIMIT", schedule.explain(id(1)).getFirst().code());
        schedule.freed(HOST, now);
        assertEquals(List.of("+1"), plan());
    }

    @Test
    void tries_a_full_host_and_a_full_node_again_after_a_while() {
        slots(4);
        ready(1, Priority.NORMAL);
        plan();
        schedule.hear(new Standing.HostFull(id(1), 1, HOST, 2, 0), now);
        assertEquals(List.of(), plan());
        assertEquals(now.plusSeconds(2), schedule.plan(now).lookAgainAt());
        later(Duration.ofSeconds(2));
        assertEquals(List.of("+1"), plan());
        schedule.hear(new Standing.NodeFull(id(1), 1, 2, NODE), now);
        assertEquals(List.of(), plan());
        later(Duration.ofSeconds(2));
        assertEquals(List.of("+1"), plan());
    }

    @Test
    void lets_one_job_through_for_each_place_that_is_freed_on_a_full_node() {
        slots(4);
        ready(1, Priority.NORMAL);
        plan();
        schedule.hear(new Standing.NodeFull(id(1), 1, 2, NODE), now);
        ready(2, Priority.NORMAL);
        ready(3, Priority.NORMAL);
        schedule.freedOn(NODE, now);
        assertEquals(List.of("+1"), plan());
        schedule.freedOn(NODE, now);
        schedule.freedOn(NODE, now);
        assertEquals(List.of("+2", "+3"), plan());
    }

    @Test
    void ends_no_slice_for_a_job_that_only_the_index_says_to_run() {
        ready(1, Priority.LOW);
        plan();
        runs(1, 1);
        ready(2, Priority.NORMAL);
        runs(2, 1, null);
        assertEquals(List.of(), plan(), "it may have ended since");
        runs(2, 1);
        assertEquals(List.of("-1"), plan());
    }

    @Test
    void lets_jobs_of_other_nodes_past_those_of_a_full_one() {
        slots(8);
        for (long job = 1; job <= 4; job++) ready(job, Priority.NORMAL);
        assertEquals(List.of("+1", "+2", "+3", "+4"), plan());
        runs(1, 1, NODE);
        isFull(NODE, 2);
        runs(3, 1, OTHER_NODE);
        isFull(NODE, 4);
        ready(5, Priority.NORMAL);
        assertEquals(List.of("+5"), plan(), "it may be on the other one");
        runs(5, 1, OTHER_NODE);
        assertEquals("NODE_LIMIT", schedule.explain(id(2)).getFirst().code());
        gone(1);
        assertEquals(List.of("+2"), plan(), "the longest waiting of those that were there");
    }

    @Test
    void passes_over_jobs_of_a_full_node_without_asking_them() {
        schedule = new Schedule(
                SLICE,
                100,
                new WaitingByHost.Queue(),
                id -> id.value().getLeastSignificantBits() % 2 == 0 ? "even" : "odd");
        for (long job = 1; job <= 3; job++) ready(job, Priority.NORMAL);
        plan();
        runs(1, 1, NODE);
        runs(2, 1, OTHER_NODE);
        isFull(NODE, 3);
        for (long job = 5; job <= 10; job++) ready(job, Priority.NORMAL);
        assertEquals(List.of("+6", "+8", "+10"), plan());
        gone(1);
        assertEquals(List.of("+3"), plan());
    }

    @Test
    void takes_a_place_on_the_node_of_the_job_that_is_more_urgent() {
        slots(8);
        ready(1, Priority.LOW);
        ready(2, Priority.LOW);
        plan();
        runs(1, 1, NODE);
        runs(2, 1, OTHER_NODE);
        ready(3, Priority.HIGH);
        assertEquals(List.of("+3"), plan());
        isFull(NODE, 3);
        assertEquals(List.of("-1"), plan(), "not the one that began last, which is elsewhere");
        waits(1, 2);
        assertEquals(List.of("+3"), plan());
    }

    @Test
    void follows_jobs_that_move_to_another_node() {
        slots(8);
        ready(1, Priority.NORMAL);
        ready(2, Priority.NORMAL);
        plan();
        runs(1, 1, NODE);
        isFull(NODE, 2);
        assertEquals(List.of(), plan());
        later(Duration.ofSeconds(2));
        assertEquals(List.of("+2"), plan(), "tries again");
        runs(2, 1, OTHER_NODE);
        ready(3, Priority.NORMAL);
        assertEquals(List.of("+3"), plan());
    }

    @Test
    void takes_nodes_that_do_not_say_their_names_for_one() {
        slots(4);
        ready(1, Priority.NORMAL);
        plan();
        schedule.hear(new Standing.NodeFull(id(1), 1, 2, null), now);
        ready(2, Priority.NORMAL);
        assertEquals(List.of(), plan());
        schedule.freedOn(null, now);
        assertEquals(List.of("+1"), plan());
    }

    @Test
    void stops_the_jobs_of_an_owner_who_logs_off_and_starts_no_other() {
        slots(4);
        ready(1, Priority.NORMAL, ANNA, HOST);
        ready(2, Priority.NORMAL, BEN, HOST);
        plan();
        runs(1, 1);
        runs(2, 1);
        schedule.logOff(ANNA, now);
        List<Plan.Order> orders = schedule.plan(now).orders();
        assertEquals(
                List.of(new Plan.Order(id(1), new SchedulerCommand.EndSlice(1, QueuedReason.OWNER_LOGGED_OFF))),
                orders);
        waits(1, 2);
        assertEquals(List.of(), plan());
        assertEquals("OWNER_LOGGED_OFF", schedule.explain(id(1)).getFirst().code());
        schedule.logOn(ANNA, now.plusSeconds(9));
        later(Duration.ofSeconds(10));
        assertEquals(List.of("+1"), plan());
    }

    @Test
    void says_how_long_the_owner_was_away_while_the_job_waited() {
        schedule.logOff(ANNA, START.minus(Duration.ofDays(9)));
        ready(1, Priority.NORMAL);
        Instant queued = jobs.get(1L).queuedAt();
        schedule.logOn(ANNA, queued.plusSeconds(100));
        schedule.logOff(ANNA, queued.plusSeconds(200));
        schedule.logOn(ANNA, queued.plusSeconds(250));
        SchedulerCommand.GrantSlice grant = (SchedulerCommand.GrantSlice)
                schedule.plan(now).orders().getFirst().command();
        assertEquals(Duration.ofSeconds(150), grant.held());
    }

    @Test
    void says_how_long_earlier_owners_were_away_while_the_job_was_theirs() {
        schedule.logOff(ANNA, START);
        schedule.logOff(BEN, START);
        ready(1, Priority.NORMAL);
        assertEquals(List.of(), plan());
        later(Duration.ofSeconds(9));
        Standing.Ready annas = jobs.get(1L);
        Standing.Ready bens = new Standing.Ready(annas.id(), BEN, annas.priority(), 1, annas.host(), annas.queuedAt());
        schedule.hear(bens, now);
        schedule.hear(bens, now);
        later(Duration.ofSeconds(2));
        schedule.logOn(BEN, now);
        schedule.logOn(ANNA, now.plusSeconds(5));
        SchedulerCommand.GrantSlice grant = (SchedulerCommand.GrantSlice)
                schedule.plan(now).orders().getFirst().command();
        assertEquals(Duration.ofSeconds(11), grant.held(), "nine of the one and two of the other");
    }

    @Test
    void ends_what_exceeds_the_slots_at_once() {
        slots(3);
        for (long job = 1; job <= 3; job++) ready(job, Priority.NORMAL);
        ready(4, Priority.FOREGROUND);
        plan();
        for (long job = 1; job <= 4; job++) runs(job, 1);
        schedule.backgroundSlots(1);
        assertEquals(2, plan().size());
        assertEquals(List.of(), plan());
        schedule.backgroundSlots(4);
        ready(5, Priority.NORMAL);
        assertEquals(List.of("+5"), plan());
    }

    @Test
    void repeats_an_offer_until_it_is_answered() {
        ready(1, Priority.NORMAL);
        plan();
        later(Duration.ofMillis(2999));
        assertEquals(List.of(), plan());
        later(Duration.ofMillis(1));
        assertEquals(List.of("+1"), plan());
    }

    @Test
    void gives_the_slot_of_a_job_that_answers_nothing_to_others_and_tries_it_again() {
        ready(1, Priority.HIGH);
        ready(2, Priority.NORMAL);
        for (int second = 0; second < 21; second += 3) {
            assertEquals(List.of("+1"), plan());
            later(Duration.ofSeconds(3));
        }
        assertEquals(List.of("+2"), plan());
        assertEquals("NO_ANSWER", schedule.explain(id(1)).getFirst().code());
        runs(2, 1);
        assertEquals(now.plusSeconds(30), schedule.plan(now).lookAgainAt());
        later(Duration.ofSeconds(30));
        assertEquals(List.of("-2"), plan());
        waits(2, 2);
        assertEquals(List.of("+1"), plan());
        later(Duration.ofSeconds(3));
        assertEquals(List.of("+2"), plan());
    }

    @Test
    void takes_a_silent_job_back_when_it_speaks() {
        ready(1, Priority.NORMAL);
        for (int second = 0; second < 24; second += 3) {
            plan();
            later(Duration.ofSeconds(3));
        }
        assertEquals(0, schedule.running());
        waits(1, 1);
        assertEquals(List.of("+1"), plan());
        runs(1, 1);
        assertEquals(1, schedule.running());
    }

    @Test
    void repeats_the_end_of_a_slice_until_it_is_answered() {
        ready(1, Priority.LOW);
        plan();
        runs(1, 1);
        ready(2, Priority.HIGH);
        assertEquals(List.of("-1"), plan());
        runs(1, 1); // crossed
        assertEquals(List.of(), plan());
        later(Duration.ofSeconds(3));
        assertEquals(List.of("-1"), plan());
    }

    @Test
    void repeats_a_renewal_until_it_is_answered() {
        ready(1, Priority.NORMAL);
        plan();
        runs(1, 1);
        later(SLICE);
        assertEquals(List.of("=1"), plan());
        runs(1, 1); // an answer to something else: the renewal got lost
        later(Duration.ofSeconds(3));
        assertEquals(List.of("=1"), plan());
        runs(1, 2);
        later(Duration.ofSeconds(3));
        assertEquals(List.of(), plan());
    }

    @Test
    void offers_again_when_a_renewal_came_too_late() {
        ready(1, Priority.NORMAL);
        plan();
        runs(1, 1);
        later(SLICE);
        plan();
        waits(1, 2);
        assertEquals(
                new SchedulerCommand.GrantSlice(2, now.plus(SLICE), Duration.ZERO, ""),
                schedule.plan(now).orders().getFirst().command());
    }

    @Test
    void ignores_old_words_of_a_job_that_runs() {
        ready(1, Priority.NORMAL);
        ready(2, Priority.NORMAL);
        plan();
        runs(1, 1);
        waits(1, 1);
        assertEquals(List.of(), plan());
        waits(1, 2);
        runs(1, 1);
        assertEquals(List.of("+2"), plan());
    }

    @Test
    void follows_a_job_that_becomes_more_urgent_while_it_waits() {
        ready(1, Priority.NORMAL);
        ready(2, Priority.LOW);
        plan();
        runs(1, 1);
        ready(2, Priority.HIGH);
        assertEquals(List.of("-1"), plan());
    }

    @Test
    void says_why_a_job_waits() {
        ready(1, Priority.HIGH);
        plan();
        runs(1, 1);
        ready(2, Priority.LOW);
        plan();
        assertEquals(
                List.of("HIGHER_PRIORITY"),
                schedule.explain(id(2)).stream().map(Reason::code).toList());
        assertEquals(List.of(), schedule.explain(id(1)));
        assertEquals(List.of(), schedule.explain(id(3)));
    }

    @Test
    void looks_again_when_the_first_slice_ends() {
        ready(1, Priority.NORMAL);
        plan();
        runs(1, 1);
        assertEquals(now.plus(SLICE), schedule.plan(now).lookAgainAt());
        gone(1);
        assertTrue(schedule.isEmpty());
        assertEquals(Instant.MAX, schedule.plan(now).lookAgainAt());
    }

    @Test
    void goes_on_in_another_plan_where_one_is_not_enough() {
        for (long job = 1; job <= 300; job++) ready(job, Priority.FOREGROUND);
        assertEquals(256, plan().size());
        assertEquals(44, plan().size());
    }

    private void othersWaitAt(@Nullable String host, int atOnce, int foreground, int background) {
        schedule.othersWait(NODE, new Queues.Rivals(host, 2, atOnce, foreground, background), now);
    }

    private void runsOf(Priority priority, long... running) {
        for (long job : running) ready(job, priority);
        plan();
        for (long job : running) runs(job, 1);
    }

    @Test
    void gives_one_place_at_a_full_host_to_another_queue_that_waits_when_a_slice_ends() {
        slots(9);
        runsOf(Priority.NORMAL, 1, 2);
        othersWaitAt(HOST, 0, 0, 1);
        assertEquals(List.of(), plan(), "not before");
        later(SLICE);
        othersWaitAt(HOST, 0, 0, 1);
        assertEquals(List.of("-1", "=2"), plan());
        runs(2, 2);
        gone(1);
        othersWaitAt(HOST, 0, 0, 1);
        assertEquals(List.of(), plan());
        waits(1, 2);
        assertEquals(List.of(), plan(), "the place is for the other queue");
        assertEquals("HOST_LIMIT", schedule.explain(id(1)).getFirst().code());
        later(Duration.ofSeconds(5));
        assertEquals(List.of("+1"), plan());
    }

    @Test
    void gives_a_place_on_a_full_node_to_another_queue_likewise() {
        slots(9);
        runsOf(Priority.HIGH, 1, 2);
        later(SLICE);
        othersWaitAt(null, 0, 0, 1);
        assertEquals(List.of("-1", "=2"), plan());
        gone(1);
        waits(1, 2);
        assertEquals(List.of(), plan());
        assertEquals("NODE_LIMIT", schedule.explain(id(1)).getFirst().code());
    }

    @Test
    void gives_as_many_places_as_other_queues_wait_and_then_its_own_their_turn() {
        slots(3);
        runsOf(Priority.NORMAL, 1, 2, 3);
        ready(4, Priority.NORMAL);
        later(SLICE);
        othersWaitAt(HOST, 0, 0, 1);
        assertEquals(List.of("-1", "-2", "=3"), plan());
    }

    @Test
    void gives_nothing_for_a_queue_of_which_nothing_was_heard_for_a_while() {
        slots(9);
        runsOf(Priority.NORMAL, 1);
        later(SLICE.minusSeconds(4));
        othersWaitAt(HOST, 0, 0, 1);
        later(Duration.ofSeconds(4));
        assertEquals(List.of("=1"), plan());
    }

    @Test
    void gives_nothing_that_others_do_not_wait_for() {
        slots(9);
        runsOf(Priority.NORMAL, 1);
        later(SLICE);
        othersWaitAt("other.example:80", 0, 0, 1);
        schedule.othersWait(OTHER_NODE, new Queues.Rivals(HOST, 2, 1, 0, 1), now);
        assertEquals(List.of("=1"), plan());
    }

    @Test
    void gives_the_place_of_a_background_job_at_once_for_a_foreground_job_of_another_queue() {
        slots(9);
        runsOf(Priority.FOREGROUND, 1);
        runsOf(Priority.NORMAL, 2);
        runsOf(Priority.LOW, 3);
        othersWaitAt(null, 1, 0, 0);
        assertEquals(List.of("-3"), plan());
        othersWaitAt(null, 1, 0, 0);
        assertEquals(List.of(), plan(), "one for each that waits");
        gone(3);
        othersWaitAt(null, 2, 0, 0);
        assertEquals(List.of("-2"), plan());
        gone(2);
        othersWaitAt(null, 9, 0, 0);
        assertEquals(List.of(), plan(), "a foreground job has no less of a right to it");
    }

    @Test
    void gives_the_place_of_a_foreground_job_only_for_one_and_at_the_end_of_its_slice() {
        runsOf(Priority.FOREGROUND, 1, 2);
        later(SLICE);
        othersWaitAt(HOST, 0, 0, 1);
        assertEquals(List.of("=1", "=2"), plan());
        runs(1, 2);
        runs(2, 2);
        later(SLICE);
        othersWaitAt(HOST, 0, 1, 0);
        assertEquals(List.of("-1", "=2"), plan());
    }
}
