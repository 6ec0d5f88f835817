package io.longhaul.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A header")
class HeadersTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "120, 120",
        "' 120 ', 120",
        "86401, 86400",
        "99999999999999999999999, 86400",
        "'Fri, 20 Nov 2026 10:02:00 GMT', 120",
        "'Fri, 20 Nov 2026 09:00:00 GMT', 0",
        "'Sat, 20 Nov 2027 09:00:00 GMT', 86400",
        "-1, ",
        "1.5, ",
        "'', "
    })
    void retry_after_is_bounded(String value, Long seconds) {
        assertEquals(Optional.ofNullable(seconds).map(Duration::ofSeconds), RetryAfter.parse(value, Bench.NOW));
    }

    @ParameterizedTest
    @CsvSource({"bytes 0-0/1, 0, 0, 1", "bytes 5-9/10, 5, 9, 10", "Bytes   5-9/*, 5, 9, ", "bytes */10, , , 10"})
    void content_range_may_be(String value, Long first, Long last, Long total) {
        assertEquals(Optional.of(new ContentRange(first, last, total)), ContentRange.parse(value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes 5-9",
                "bytes 9-5/10",
                "bytes 5-10/10",
                "bytes */*",
                "bytes -5/10",
                "bytes=5-9/10",
                "items 5-9/10",
                "bytes 5-9/10, 12-13/10",
                "bytes 5-9999999999999999999/99999999999999999999"
            })
    void content_range_may_not_be(String value) {
        assertEquals(Optional.empty(), ContentRange.parse(value));
    }

    @ParameterizedTest
    @CsvSource({
        "http://a/b/c, d, http://a/b/d",
        "http://a/b/c, /d?x, http://a/d?x",
        "http://a/b/c, //b/d, http://b/d",
        "http://a/b, https://b:444/d, https://b:444/d",
        "http://a/b, 'HTTP://a/c', 'HTTP://a/c'",
        "http://a/b, '/c d|ä#x', 'http://a/c%20d%7C%C3%A4'",
        "http://a/b, ../../c?d, http://a/c?d",
        "https://a/b, http://a/c, ",
        "http://a/b, ftp://a/c, ",
        "http://a/b, mailto:a, ",
        "http://a/b, http://u:p@a/c, ",
        "http://a/b, http://a:0/c, ",
        "http://a/b, http:///c, ",
        "http://a/b, http://a/b, ",
        "http://a/b, '#x', ",
        "http://a/b, '  ', ",
        "http://a/b, , "
    })
    void location_leads_somewhere_or_nowhere(String from, String location, String to) {
        Redirects hops = new Redirects(URI.create(from), 5, false);
        String problem = hops.follow(location);
        if (to == null) {
            assertNotNull(problem);
            assertFalse(hops.followed());
        } else {
            assertNull(problem);
            assertTrue(hops.followed());
            assertEquals(to, hops.present().toString());
        }
    }

    @Test
    void location_is_followed_so_often_and_no_more() {
        Redirects hops = new Redirects(URI.create("http://a/0"), 2, false);
        assertNull(hops.follow("/1"));
        assertNull(hops.follow("/2"));
        assertNotNull(hops.follow("/3"));
        assertNotNull(new Redirects(URI.create("http://a/0"), 0, false).follow("/1"));
    }

    @Test
    void of_a_request_is_bitss_own_or_the_jobs() {
        TransferPlan.Request request = new TransferPlan.Request(5L, 9L, "\"1\"");
        Map<String, String> custom = Map.of("Range", "bytes=0-0", "X-Site", "7", "HOST", "x", "Accept", "a/b");
        Map<String, String> headers = RequestHeaders.of(request, custom, "L/1", true);
        assertEquals(
                Map.of(
                        "Accept", "a/b",
                        "Accept-Encoding", "identity",
                        "User-Agent", "L/1",
                        "Range", "bytes=5-9",
                        "If-Range", "\"1\"",
                        "X-Site", "7"),
                headers);
    }

    @ParameterizedTest
    @CsvSource({
        "Authorization, true",
        "Proxy-Authorization, true",
        "Cookie, true",
        "X-Auth-Token, true",
        "X-API-Key, true",
        "Private-Token, true",
        "X-Amz-Security-Token, true",
        "X-Site, false",
        "Accept-Language, false",
        "Referer, false"
    })
    void of_a_job_may_be_a_secret(String name, boolean secret) {
        assertEquals(secret, RequestHeaders.mayBeSecret(name));
        Map<String, String> elsewhere =
                RequestHeaders.of(new TransferPlan.Request(null, null, null), Map.of(name, "x"), "L/1", false);
        assertEquals(!secret, elsewhere.containsKey(name));
    }

    @Test
    void of_an_answer_may_name_several_range_units() {
        assertEquals(true, answer("bytes").servesRanges());
        assertEquals(true, answer("none, BYTES").servesRanges());
        assertEquals(false, answer("none").servesRanges());
        assertNull(answer(null).servesRanges());
    }

    private static Answer answer(String acceptRanges) {
        return new Answer(200, null, null, null, acceptRanges, null, null, null, null, null, null);
    }
}
