package io.longhaul.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.longhaul.codec.JobTypes;
import io.longhaul.job.JobLimits;
import io.longhaul.job.Owner;
import io.longhaul.job.Priority;
import io.longhaul.policy.BandwidthPolicy.Time;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Policies")
class PoliciesTest {
    private static final Owner ALICE = new Owner("alice");
    private static final Instant FRIDAY_NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final Instant FRIDAY_NIGHT = Instant.parse("2026-11-20T23:00:00Z");
    private static final Policy CONFIGURED =
            new Policy(Duration.ofDays(7), Duration.ofDays(8), null, null, 20, 50, null);

    private static Policy bandwidth(BandwidthPolicy bandwidth) {
        return new Policy(null, null, null, null, null, null, bandwidth);
    }

    private static BandwidthPolicy always(Map<Priority, Long> limits) {
        return new BandwidthPolicy(ZoneOffset.UTC, limits, null, null);
    }

    private static BandwidthPolicy.Period period(int from, int to, Map<Priority, Long> limits) {
        return new BandwidthPolicy.Period(
                new Hours(EnumSet.allOf(DayOfWeek.class), LocalTime.of(from, 0), LocalTime.of(to, 0)), limits);
    }

    private static Policies policies(Preset preset, Policy fleet, Policy queue, Policy owner) {
        return new Policies(
                preset, fleet, new TreeMap<>(Map.of("site", queue)), new TreeMap<>(Map.of(ALICE.name(), owner)));
    }

    private static PoliciesInForce inForce(Policies policies) {
        return policies.of("site", ALICE, CONFIGURED);
    }

    @Test
    void are_each_the_word_of_whoever_speaks_for_the_fewest_jobs() {
        Policy fleet = new Policy(Duration.ofDays(1), Duration.ofDays(1), 1L, 1L, 1, null, null);
        Policy queue = new Policy(Duration.ofDays(2), Duration.ofDays(2), 2L, null, null, null, null);
        Policy owner = new Policy(Duration.ofDays(3), null, null, null, null, null, null);
        PoliciesInForce rows = inForce(policies(Preset.FLEET, fleet, queue, owner));
        assertEquals(
                Optional.of(new InForce<>(Duration.ofDays(3), Source.OWNER, "alice")), rows.jobInactivityTimeout());
        assertEquals(Optional.of(new InForce<>(Duration.ofDays(2), Source.QUEUE, "site")), rows.maxDownloadTime());
        assertEquals(Optional.of(new InForce<>(2L, Source.QUEUE, "site")), rows.maxJobsPerMachine());
        assertEquals(Optional.of(new InForce<>(1L, Source.FLEET, "")), rows.maxJobsPerUser());
        assertEquals(Optional.of(new InForce<>(50, Source.CONFIGURATION, "")), rows.maxRangesPerFile());
        assertEquals(new JobLimits(1, 50), rows.jobLimits());
    }

    @Test
    void tell_after_how_long_some_job_may_be_cancelled() {
        Policy days = new Policy(Duration.ofDays(3), null, null, null, null, null, null);
        Policy hours = new Policy(Duration.ofHours(3), null, null, null, null, null, null);
        assertEquals(Optional.empty(), Policies.NONE.shortestInactivityTimeout(Policy.NONE));
        assertEquals(Optional.of(Duration.ofDays(3)), Policies.NONE.shortestInactivityTimeout(days));
        assertEquals(
                Optional.of(Duration.ofHours(3)),
                policies(Preset.BITS, days, Policy.NONE, hours).shortestInactivityTimeout(days));
    }

    @Test
    void are_bits_own_figures_where_that_is_the_preset() {
        PoliciesInForce rows = inForce(policies(Preset.BITS, Policy.NONE, Policy.NONE, Policy.NONE));
        assertEquals(Optional.of(new InForce<>(60L, Source.PRESET, "BITS")), rows.maxJobsPerUser());
        assertEquals(Optional.of(new InForce<>(300L, Source.PRESET, "BITS")), rows.maxJobsPerMachine());
        assertEquals(new JobLimits(200, 500), rows.jobLimits());
        assertEquals(Duration.ofDays(90), rows.maxDownloadTime().orElseThrow().value());
    }

    @Test
    void lift_a_limit_that_others_set() {
        Policy unlimited = new Policy(null, null, Policy.UNLIMITED, Policy.UNLIMITED, null, null, null);
        PoliciesInForce rows = inForce(policies(Preset.BITS, Policy.NONE, Policy.NONE, unlimited));
        assertEquals(Optional.empty(), rows.maxJobsPerUser());
        assertEquals(Optional.empty(), rows.maxJobsPerMachine());
    }

    @Test
    void of_the_fleet_as_shipped_limit_no_number_of_jobs_and_no_bandwidth() {
        PoliciesInForce rows = Policies.NONE.of("site", ALICE, CONFIGURED);
        assertEquals(Optional.empty(), rows.maxJobsPerUser());
        assertEquals(Optional.empty(), rows.maxJobsPerMachine());
        for (Priority priority : Priority.values())
            assertEquals(Optional.empty(), rows.bandwidth(priority, FRIDAY_NOON));
    }

    @Test
    void name_the_bandwidth_of_a_priority_and_who_has_it_together() {
        Policies policies = policies(
                Preset.FLEET,
                bandwidth(always(Map.of(Priority.LOW, 1000L, Priority.NORMAL, 2000L))),
                bandwidth(always(Map.of(Priority.LOW, 500L))),
                bandwidth(always(Map.of(Priority.HIGH, Policy.UNLIMITED))));
        assertEquals(
                Optional.of(new BandwidthLimit(500, Source.QUEUE, "site", Priority.LOW, Time.ALWAYS, null)),
                inForce(policies).bandwidth(Priority.LOW, FRIDAY_NOON));
        BandwidthLimit normal =
                inForce(policies).bandwidth(Priority.NORMAL, FRIDAY_NOON).orElseThrow();
        assertEquals(Source.FLEET, normal.source());
        assertEquals(Optional.empty(), inForce(policies).bandwidth(Priority.HIGH, FRIDAY_NOON));
        assertEquals(Optional.empty(), inForce(policies).bandwidth(Priority.FOREGROUND, FRIDAY_NOON));

        BandwidthLimit elsewhere = policies.of("other", new Owner("bob"), CONFIGURED)
                .bandwidth(Priority.NORMAL, FRIDAY_NOON)
                .orElseThrow();
        assertEquals(normal.budget(), elsewhere.budget());
    }

    @Test
    void change_with_the_hours_maintenance_before_work_and_work_before_the_rest() {
        BandwidthPolicy hours = new BandwidthPolicy(
                ZoneId.of("Europe/Berlin"),
                Map.of(Priority.NORMAL, 3000L, Priority.LOW, Policy.UNLIMITED),
                period(8, 17, Map.of(Priority.NORMAL, 2000L, Priority.LOW, 0L)),
                period(12, 14, Map.of(Priority.NORMAL, 1000L)));
        PoliciesInForce rows = inForce(policies(Preset.FLEET, bandwidth(hours), Policy.NONE, Policy.NONE));
        BandwidthLimit noon = rows.bandwidth(Priority.NORMAL, FRIDAY_NOON).orElseThrow();
        assertEquals(1000, noon.bytesPerSecond());
        assertEquals(Time.MAINTENANCE, noon.time());
        assertEquals(Instant.parse("2026-11-20T13:00:00Z"), noon.until());

        BandwidthLimit afternoon = rows.bandwidth(Priority.NORMAL, noon.until()).orElseThrow();
        assertEquals(2000, afternoon.bytesPerSecond());
        assertEquals(Time.WORK, afternoon.time());
        assertEquals(Instant.parse("2026-11-20T16:00:00Z"), afternoon.until());

        BandwidthLimit night = rows.bandwidth(Priority.NORMAL, FRIDAY_NIGHT).orElseThrow();
        assertEquals(3000, night.bytesPerSecond());
        assertEquals(Instant.parse("2026-11-21T07:00:00Z"), night.until());

        // Maintenance hours do not name LOW, so work hours hold in them too
        BandwidthLimit low = rows.bandwidth(Priority.LOW, FRIDAY_NOON).orElseThrow();
        assertTrue(low.blocks());
        assertEquals(Instant.parse("2026-11-20T16:00:00Z"), low.until());
        assertEquals("The policy of the fleet, in work hours, lets jobs of priority LOW move nothing.", low.inWords());
        assertEquals(Optional.empty(), rows.bandwidth(Priority.LOW, FRIDAY_NIGHT));
    }

    @Test
    void are_looked_at_again_when_whoever_speaks_first_begins_to() {
        Policy owner = bandwidth(
                new BandwidthPolicy(ZoneOffset.UTC, Map.of(), period(14, 15, Map.of(Priority.LOW, 0L)), null));
        BandwidthLimit now = inForce(
                        policies(Preset.FLEET, bandwidth(always(Map.of(Priority.LOW, 1000L))), Policy.NONE, owner))
                .bandwidth(Priority.LOW, FRIDAY_NOON)
                .orElseThrow();
        assertEquals(1000, now.bytesPerSecond());
        assertEquals(Instant.parse("2026-11-20T14:00:00Z"), now.until());
        assertFalse(now.blocks());
    }

    @Test
    void of_queues_and_owners_are_ten_thousand_at_most() {
        TreeMap<String, Policy> queues = new TreeMap<>();
        for (int queue = 0; queue < 9_999; queue++) queues.put("q" + queue, Policy.NONE);
        Policies policies = new Policies(Preset.FLEET, Policy.NONE, queues, new TreeMap<>(Map.of("a", Policy.NONE)));
        assertFalse(policies.areTooMany());
        assertFalse(policies.withQueue("q7", CONFIGURED).areTooMany());
        assertTrue(policies.withQueue("another", CONFIGURED).areTooMany());
        assertEquals(policies, policies.withQueue("another", CONFIGURED).withQueue("another", null));
    }

    @Test
    void are_read_as_they_were_written() throws JsonProcessingException {
        Policy everything = new Policy(
                Duration.ofDays(1),
                Duration.ofSeconds(90),
                300L,
                Policy.UNLIMITED,
                10,
                20,
                new BandwidthPolicy(
                        ZoneId.of("Europe/Berlin"),
                        Map.of(Priority.LOW, 0L),
                        period(8, 17, Map.of(Priority.HIGH, Policy.UNLIMITED)),
                        period(22, 4, Map.of())));
        Policies policies = policies(Preset.BITS, everything, Policy.NONE, everything);
        String text = JobTypes.JSON.writeValueAsString(policies);
        assertEquals(policies, JobTypes.JSON.readValue(text, Policies.class));
        assertEquals(
                Policies.NONE,
                JobTypes.JSON.readValue(JobTypes.JSON.writeValueAsString(Policies.NONE), Policies.class));
    }
}
