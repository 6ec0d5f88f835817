package io.longhaul.job.file;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** HTTP-date of RFC 9110, section 5.6.7: the form of today, which is written, and the two old ones. */
public final class HttpDate {
    private static final int LONGEST = 64;

    /** RFC 850 has years of two digits; none of its dates lies before this century's beginning in practice. */
    private static final int FIRST_YEAR_OF_TWO_DIGITS = 1990;

    private static final DateTimeFormatter WRITTEN =
            DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.US);

    /** Some write the days 1 to 9 with one digit. */
    private static final List<DateTimeFormatter> READ = List.of(
            DateTimeFormatter.ofPattern("EEE, d MMM uuuu HH:mm:ss 'GMT'", Locale.US),
            new DateTimeFormatterBuilder()
                    .appendPattern("EEEE, dd-MMM-")
                    .appendValueReduced(ChronoField.YEAR, 2, 2, FIRST_YEAR_OF_TWO_DIGITS)
                    .appendPattern(" HH:mm:ss 'GMT'")
                    .toFormatter(Locale.US),
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss uuuu", Locale.US));

    private HttpDate() {}

    /** The date to the second, as a header has it. */
    public static String format(Instant at) {
        return WRITTEN.format(at.atOffset(ZoneOffset.UTC));
    }

    /** The instant that the header's value means; empty where it is no HTTP-date. */
    public static Optional<Instant> parse(String value) {
        if (value.length() > LONGEST) return Optional.empty();
        for (DateTimeFormatter form : READ) {
            try {
                return Optional.of(LocalDateTime.parse(value, form).toInstant(ZoneOffset.UTC));
            } catch (DateTimeException notThisForm) {
                // the next one, then
            }
        }
        return Optional.empty();
    }
}
