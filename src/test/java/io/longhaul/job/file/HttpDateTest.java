package io.longhaul.job.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A date in a header")
class HttpDateTest {
    @ParameterizedTest
    @CsvSource({
        "'Sun, 06 Nov 1994 08:49:37 GMT', 1994-11-06T08:49:37Z",
        "'Sun, 6 Nov 1994 08:49:37 GMT', 1994-11-06T08:49:37Z",
        "'Sunday, 06-Nov-94 08:49:37 GMT', 1994-11-06T08:49:37Z",
        "'Friday, 20-Nov-26 08:49:37 GMT', 2026-11-20T08:49:37Z",
        "'Sun Nov  6 08:49:37 1994', 1994-11-06T08:49:37Z",
        "'Sun Nov 16 08:49:37 1997', 1997-11-16T08:49:37Z",
        "'1994-11-06T08:49:37Z', ",
        "'Sun, 06 Nov 1994 08:49:37 CET', ",
        "'', ",
        "'yesterday', "
    })
    void has_three_forms(String value, Instant instant) {
        assertEquals(Optional.ofNullable(instant), HttpDate.parse(value));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-20T09:00:00Z, 'Fri, 20 Nov 2026 09:00:00 GMT'",
        "2026-12-01T00:00:00.999Z, 'Tue, 01 Dec 2026 00:00:00 GMT'",
        "2026-03-09T23:59:59Z, 'Mon, 09 Mar 2026 23:59:59 GMT'"
    })
    void is_written_in_the_form_of_today_with_a_day_of_two_digits(Instant instant, String written) {
        assertEquals(written, HttpDate.format(instant));
    }
}
