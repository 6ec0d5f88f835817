package io.longhaul.job;

import static io.longhaul.testkit.JobFixtures.id;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The retry policy")
class RetryPolicyTest {
    private static final Duration MINIMUM = Duration.ofSeconds(600);

    @Test
    void waits_the_minimum_and_up_to_a_tenth_more_spread_over_the_jobs() {
        Set<Duration> delays = new HashSet<>();
        for (int job = 0; job < 100; job++) {
            Duration delay = RetryPolicy.delay(id(job), 1, MINIMUM, null);
            assertTrue(delay.compareTo(MINIMUM) >= 0 && delay.compareTo(MINIMUM.plusSeconds(60)) <= 0);
            delays.add(delay);
        }
        assertTrue(delays.size() > 80, "100 jobs have " + delays.size() + " delays");
    }

    @Test
    void waits_the_same_for_the_same_job_and_error_count() {
        assertEquals(RetryPolicy.delay(id(7), 3, MINIMUM, null), RetryPolicy.delay(id(7), 3, MINIMUM, null));
    }

    @Test
    void does_not_back_off() {
        assertTrue(RetryPolicy.delay(id(7), 1000, MINIMUM, null).compareTo(MINIMUM.plusSeconds(60)) <= 0);
    }

    @Test
    void obeys_the_server_where_it_asks_for_more() {
        assertEquals(Duration.ofHours(1), RetryPolicy.delay(id(7), 0, MINIMUM, Duration.ofHours(1)));
        assertTrue(RetryPolicy.delay(id(7), 0, MINIMUM, Duration.ofSeconds(1)).compareTo(MINIMUM) >= 0);
        assertTrue(RetryPolicy.delay(id(7), 0, MINIMUM, Duration.ofSeconds(-9)).compareTo(MINIMUM) >= 0);
    }

    @Test
    void does_not_wait_for_ever_whatever_the_server_asks() {
        assertEquals(JobRules.LONGEST, RetryPolicy.delay(id(7), 0, MINIMUM, Duration.ofSeconds(Long.MAX_VALUE)));
    }

    @ParameterizedTest
    @CsvSource({"600, 0, true", "0, 0, true", "600, 599, true", "600, 600, false", "600, 1209600, false"})
    void makes_every_error_fatal_where_no_retry_could_be_in_time(int delay, int noProgress, boolean fatal) {
        assertEquals(fatal, RetryPolicy.everyErrorIsFatal(Duration.ofSeconds(delay), Duration.ofSeconds(noProgress)));
    }
}
