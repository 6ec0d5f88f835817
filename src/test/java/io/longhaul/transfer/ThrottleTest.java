package io.longhaul.transfer;

import static io.longhaul.entity.BandwidthParts.WHOLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.job.Priority;
import io.longhaul.policy.BandwidthLimit;
import io.longhaul.policy.BandwidthPolicy.Time;
import io.longhaul.policy.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A limit of bandwidth on a node")
class ThrottleTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int BUFFER = 16_384;
    private static final BandwidthLimit LIMIT =
            new BandwidthLimit(1000, Source.FLEET, "", Priority.LOW, Time.ALWAYS, null);

    private final Passed passed = new Passed();

    /** Runs in virtual time, each of which reads, waits for its turn, and reads again. */
    private static final class Runs {
        private final Throttle throttle;
        private final List<Run> runs = new ArrayList<>();

        private static final class Run {
            private long at;
            private long bytes;
        }

        Runs(int count, long bytesPerSecond, long part) {
            throttle = new Throttle(LIMIT, part, 0, new Passed());
            throttle.limit(bytesPerSecond, 0);
            for (int i = 0; i < count; i++) {
                runs.add(new Run());
                throttle.join();
            }
        }

        long bytes() {
            return runs.stream().mapToLong(run -> run.bytes).sum();
        }

        void until(long end) {
            while (true) {
                Run next = runs.stream()
                        .min(Comparator.comparingLong(run -> run.at))
                        .orElseThrow();
                if (next.at >= end) return;
                int bytes = throttle.atOnce(BUFFER);
                double ticket = throttle.take(bytes, next.at);
                next.bytes += bytes;
                long left = throttle.waitFor(ticket, next.at);
                while (left > 0 && next.at < end) {
                    next.at += Math.min(left, SECOND / 10);
                    left = throttle.waitFor(ticket, next.at);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 100000, 1000000", "10, 1000000, 1000000", "100, 1000000, 500000", "7, 50000000, 333333"})
    void is_exact_within_two_hundredths_over_ten_seconds_and_fair(int count, long bytesPerSecond, long part) {
        Runs all = new Runs(count, bytesPerSecond, part);
        all.until(SECOND);
        long before = all.bytes();
        all.until(11 * SECOND);
        double expected = 10.0 * bytesPerSecond * part / WHOLE;
        assertEquals(expected, (double) (all.bytes() - before), expected * 0.02);
        long least = all.runs.stream().mapToLong(run -> run.bytes).min().orElseThrow();
        long most = all.runs.stream().mapToLong(run -> run.bytes).max().orElseThrow();
        assertTrue(most - least <= most * 0.1 + BUFFER, least + " to " + most);
    }

    @Test
    void changes_for_those_who_wait() {
        Throttle throttle = new Throttle(LIMIT, WHOLE, 0, passed);
        throttle.limit(1000, 0);
        double ticket = throttle.take(1000, 0);
        assertEquals((double) SECOND, (double) throttle.waitFor(ticket, 0), SECOND / 1000.0);
        throttle.limit(2000, SECOND / 2);
        assertEquals((double) (SECOND / 4), (double) throttle.waitFor(ticket, SECOND / 2), SECOND / 1000.0);
        throttle.allow(WHOLE / 10, SECOND / 2);
        assertEquals((double) (5 * SECOND / 2), (double) throttle.waitFor(ticket, SECOND / 2), SECOND / 1000.0);
        throttle.allow(0, SECOND / 2);
        assertEquals(Long.MAX_VALUE, throttle.waitFor(ticket, 100 * SECOND), "until there is a part");
        throttle.allow(WHOLE, 100 * SECOND);
        assertEquals(0, throttle.waitFor(ticket, 101 * SECOND));
    }

    @Test
    void is_not_saved_up_in_a_silence() {
        Throttle throttle = new Throttle(LIMIT, WHOLE, 0, passed);
        throttle.limit(1000, 0);
        double ticket = throttle.take(1000, 3600 * SECOND);
        assertEquals(0.9 * SECOND, (double) throttle.waitFor(ticket, 3600 * SECOND), SECOND / 100.0);
    }

    @Test
    void needs_all_where_runs_wait_and_a_little_more_than_they_use_where_they_do_not() {
        Throttle throttle = new Throttle(LIMIT, WHOLE, 0, passed);
        throttle.limit(1000, 0);
        throttle.join();
        assertEquals(WHOLE, throttle.need(0).part(), "nobody knows yet");
        throttle.take(50, SECOND);
        assertEquals(WHOLE * 0.053, (double) throttle.need(SECOND).part(), 10);
        throttle.take(500, SECOND);
        assertEquals(WHOLE, throttle.need(2 * SECOND).part());
        assertEquals(1, throttle.need(2 * SECOND).runs());
        throttle.leave();
        assertTrue(!throttle.isUsed());
    }

    @Test
    void counts_what_it_lets_through_and_how_long_runs_have_waited() {
        Throttle throttle = new Throttle(LIMIT, WHOLE, 0, passed);
        throttle.limit(1000, 0);
        throttle.join();
        throttle.take(700, 0);
        throttle.take(300, SECOND);
        throttle.waited(SECOND);
        assertEquals(1000, passed.bytes().sum());
        assertEquals(SECOND, passed.waitedNanos().sum());
        assertEquals(new LimitInUse(LIMIT, 1000, 1), throttle.inUse());
    }
}
