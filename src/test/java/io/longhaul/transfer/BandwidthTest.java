package io.longhaul.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A bandwidth")
class BandwidthTest {
    private static final long SECOND = 1_000_000_000L;

    @ParameterizedTest
    @ValueSource(longs = {1, 10, 1000, 1_000_000, 10_000_000_000L})
    void holds_in_the_long_run(long rate) {
        Random random = new Random(rate);
        long now = 0;
        long sum = 0;
        Bandwidth bandwidth = new Bandwidth(rate, now);
        for (int i = 0; i < 1000; i++) {
            int bytes = 1 + random.nextInt(bandwidth.atOnce(500_000));
            sum += bytes;
            now += random.nextInt(1000);
            now += bandwidth.took(bytes, now);
        }
        double seconds = (double) now / SECOND;
        assertTrue(sum <= rate * (seconds + 0.11) + 1, sum + " bytes in " + seconds + " s");
        if (rate < 1_000_000_000L) assertTrue(sum >= rate * seconds * 0.99 - 1, sum + " bytes in " + seconds + " s");
    }

    @Test
    void is_not_saved_up_in_a_silence() {
        Bandwidth bandwidth = new Bandwidth(1000, 0);
        assertEquals(SECOND, bandwidth.took(1000, 0));
        assertEquals(SECOND - SECOND / 10, bandwidth.took(1000, 3600 * SECOND));
    }

    @ParameterizedTest
    @CsvSource({"1, 16384, 512", "100000, 16384, 10000", "100000000, 16384, 16384", "100000, 300, 300"})
    void is_asked_for_a_tenth_of_a_second_at_once(long rate, int most, int atOnce) {
        assertEquals(atOnce, new Bandwidth(rate, 0).atOnce(most));
    }

    @Test
    void is_at_least_a_byte_a_second() {
        assertThrows(IllegalArgumentException.class, () -> new Bandwidth(0, 0));
    }

    @Test
    void that_is_too_low_is_a_stall() {
        StallWindow window = new StallWindow(10 * SECOND, 0);
        for (int second = 1; second < 10; second++) window.received(1, second * SECOND);
        assertFalse(window.stalled(10 * SECOND - 1));
        assertTrue(window.stalled(10 * SECOND));
    }

    @Test
    void that_brings_a_kilobyte_in_time_is_none() {
        StallWindow window = new StallWindow(10 * SECOND, 0);
        for (int second = 9; second < 1000; second += 9) {
            window.received(StallWindow.SLOWEST_BYTES, second * SECOND);
            assertFalse(window.stalled((second + 9) * SECOND));
        }
    }

    @Test
    void of_our_own_choice_is_none() {
        StallWindow window = new StallWindow(10 * SECOND, 0);
        window.paused(5 * SECOND);
        assertFalse(window.stalled(100 * SECOND));
        window.resumed(100 * SECOND);
        assertFalse(window.stalled(104 * SECOND));
        assertTrue(window.stalled(105 * SECOND));
    }
}
