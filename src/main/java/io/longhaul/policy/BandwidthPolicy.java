package io.longhaul.policy;

import io.longhaul.job.Priority;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Bytes a second for each priority, of all jobs together that this holds for: {@link Policy#UNLIMITED}, or 0, which
 * holds them back altogether. The figure in force is the one for the maintenance hours, where it is in them and they name
 * the priority; else the one for the work hours; else the one that holds otherwise.
 *
 * @param timeZone by whose clocks hours begin and end
 * @param limits by priority, where no hours say otherwise; a priority that is not named is not spoken of
 */
public record BandwidthPolicy(
        ZoneId timeZone,
        Map<Priority, Long> limits,
        @Nullable Period work,
        @Nullable Period maintenance) {

    /** BITS's two kilobits a second: what is less, and not zero, counts as this. */
    public static final long LOWEST = 250;

    /** Limits for some hours. */
    public record Period(Hours hours, Map<Priority, Long> limits) {
        public Period {
            limits = copyOf(limits);
        }
    }

    /** Which of the three it is. */
    public enum Time {
        ALWAYS,
        WORK,
        MAINTENANCE
    }

    /** A figure that is in force. */
    record Figure(long bytesPerSecond, Time time) {}

    public BandwidthPolicy {
        limits = copyOf(limits);
    }

    @Nullable
    Figure at(Priority priority, Instant now) {
        Figure figure = in(maintenance, Time.MAINTENANCE, priority, now);
        if (figure == null) figure = in(work, Time.WORK, priority, now);
        Long otherwise = limits.get(priority);
        return figure == null && otherwise != null ? new Figure(otherwise, Time.ALWAYS) : figure;
    }

    private @Nullable Figure in(@Nullable Period period, Time time, Priority priority, Instant now) {
        if (period == null) return null;
        Long figure = period.limits().get(priority);
        return figure != null && period.hours().include(now, timeZone) ? new Figure(figure, time) : null;
    }

    /** When hours begin or end next that name the priority; {@link Instant#MAX}: never. */
    Instant nextChange(Priority priority, Instant now) {
        Instant next = nextChange(work, priority, now);
        Instant other = nextChange(maintenance, priority, now);
        return other.isBefore(next) ? other : next;
    }

    private Instant nextChange(@Nullable Period period, Priority priority, Instant now) {
        return period != null && period.limits().containsKey(priority)
                ? period.hours().nextChange(now, timeZone)
                : Instant.MAX;
    }

    private static Map<Priority, Long> copyOf(Map<Priority, Long> limits) {
        return limits.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(limits));
    }
}
