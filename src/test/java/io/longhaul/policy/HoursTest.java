package io.longhaul.policy;

import static java.time.DayOfWeek.FRIDAY;
import static java.time.DayOfWeek.MONDAY;
import static java.time.DayOfWeek.SATURDAY;
import static java.time.DayOfWeek.SUNDAY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The dates: 2026-11-20 is a Friday, and so is 2026-11-27. */
@DisplayName("Hours")
class HoursTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Set<DayOfWeek> WORKDAYS = EnumSet.range(MONDAY, FRIDAY);

    private static Hours hours(Set<DayOfWeek> days, String from, String to) {
        return new Hours(days, LocalTime.parse(from), LocalTime.parse(to));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-20T06:59:59Z, false, 2026-11-20T07:00:00Z",
        "2026-11-20T07:00:00Z, true,  2026-11-20T16:00:00Z",
        "2026-11-20T15:59:59Z, true,  2026-11-20T16:00:00Z",
        "2026-11-20T16:00:00Z, false, 2026-11-23T07:00:00Z", // then comes the weekend
        "2026-11-21T10:00:00Z, false, 2026-11-23T07:00:00Z"
    })
    void are_by_the_clocks_of_their_zone(Instant at, boolean in, Instant next) {
        Hours work = hours(WORKDAYS, "08:00", "17:00");
        assertEquals(in, work.include(at, BERLIN));
        assertEquals(next, work.nextChange(at, BERLIN));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-20T21:59:59Z, false, 2026-11-20T22:00:00Z",
        "2026-11-20T22:00:00Z, true,  2026-11-21T04:00:00Z",
        "2026-11-21T03:59:59Z, true,  2026-11-21T04:00:00Z", // Saturday, but they began on Friday
        "2026-11-21T04:00:00Z, false, 2026-11-27T22:00:00Z",
        "2026-11-21T22:00:00Z, false, 2026-11-27T22:00:00Z"
    })
    void that_reach_over_midnight_belong_to_the_day_on_which_they_begin(Instant at, boolean in, Instant next) {
        Hours night = hours(Set.of(FRIDAY), "22:00", "04:00");
        assertEquals(in, night.include(at, ZoneOffset.UTC));
        assertEquals(next, night.nextChange(at, ZoneOffset.UTC));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-20T23:59:59Z, false",
        "2026-11-21T00:00:00Z, true",
        "2026-11-22T23:59:59Z, true",
        "2026-11-23T00:00:00Z, false"
    })
    void that_end_when_they_begin_are_the_whole_day(Instant at, boolean in) {
        assertEquals(in, hours(Set.of(SATURDAY, SUNDAY), "00:00", "00:00").include(at, ZoneOffset.UTC));
    }

    /** On 2026-03-29 the clocks of Berlin go from 02:00 to 03:00; on 2026-10-25 they show 02:00 to 03:00 twice. */
    @ParameterizedTest
    @CsvSource({
        "2026-03-29T00:59:59Z, true", // 01:59:59
        "2026-03-29T01:00:00Z, true", // 03:00
        "2026-03-29T01:29:59Z, true", // 02:30 is skipped: it is half past three
        "2026-03-29T01:30:00Z, false",
        "2026-10-25T00:29:59Z, true", // the first time that it is 02:29:59
        "2026-10-25T00:30:00Z, false",
        "2026-10-25T01:15:00Z, false" // the second time that it is 02:15
    })
    void end_once_when_the_clocks_are_set(Instant at, boolean in) {
        assertEquals(in, hours(EnumSet.allOf(DayOfWeek.class), "01:00", "02:30").include(at, BERLIN));
    }

    @Test
    void change_exactly_when_they_say_that_they_will() {
        Hours odd = hours(Set.of(SATURDAY, SUNDAY, MONDAY), "23:30", "02:30");
        Instant at = Instant.parse("2026-03-20T00:00:00Z");
        for (int change = 0; change < 20; change++) {
            Instant next = odd.nextChange(at, BERLIN);
            boolean before = odd.include(at, BERLIN);
            assertEquals(before, odd.include(next.minusNanos(1), BERLIN), "until " + next);
            assertEquals(!before, odd.include(next, BERLIN), "from " + next);
            assertTrue(Duration.between(at, next).toDays() < 8);
            at = next;
        }
    }

    @Test
    void have_at_least_a_day() {
        assertThrows(IllegalArgumentException.class, () -> hours(Set.of(), "08:00", "17:00"));
    }
}
