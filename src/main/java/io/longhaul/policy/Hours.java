package io.longhaul.policy;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Set;

/**
 * Hours of some days of the week, by the clocks of a time zone. Where they end before they begin, or at the same time,
 * they end on the next day; the days are those on which they begin. A time that the clocks skip is the one that they
 * skip to, and one that they show twice is the first of the two.
 */
public record Hours(Set<DayOfWeek> days, LocalTime from, LocalTime to) {
    /** Hours that reach over midnight may have begun the day before. */
    private static final int DAYS_BACK = 1;

    /** And the next ones begin within a week. */
    private static final int DAYS_AHEAD = 8;

    public Hours {
        if (days.isEmpty()) throw new IllegalArgumentException("At least one day");
        days = Set.copyOf(days);
    }

    boolean include(Instant at, ZoneId zone) {
        LocalDate today = at.atZone(zone).toLocalDate();
        for (LocalDate day = today.minusDays(DAYS_BACK); !day.isAfter(today); day = day.plusDays(1))
            if (days.contains(day.getDayOfWeek()) && !at.isBefore(begin(day, zone)) && at.isBefore(end(day, zone)))
                return true;
        return false;
    }

    /** The first instant after this one at which they begin or end. */
    Instant nextChange(Instant after, ZoneId zone) {
        Instant next = Instant.MAX;
        LocalDate today = after.atZone(zone).toLocalDate();
        for (int ahead = -DAYS_BACK; ahead <= DAYS_AHEAD; ahead++) {
            LocalDate day = today.plusDays(ahead);
            if (!days.contains(day.getDayOfWeek())) continue;
            next = earlier(next, begin(day, zone), after);
            next = earlier(next, end(day, zone), after);
        }
        return next;
    }

    private static Instant earlier(Instant next, Instant candidate, Instant after) {
        return candidate.isAfter(after) && candidate.isBefore(next) ? candidate : next;
    }

    private Instant begin(LocalDate day, ZoneId zone) {
        return day.atTime(from).atZone(zone).toInstant();
    }

    private Instant end(LocalDate day, ZoneId zone) {
        LocalDate lastDay = to.isAfter(from) ? day : day.plusDays(1);
        return lastDay.atTime(to).atZone(zone).toInstant();
    }
}
