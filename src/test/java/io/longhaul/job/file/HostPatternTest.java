package io.longhaul.job.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A pattern of remote hosts")
class HostPatternTest {
    private static boolean means(String pattern, String hostOrUrl) {
        String host = hostOrUrl.contains("/") ? RemoteHost.of(hostOrUrl) : hostOrUrl;
        return HostPattern.meaning(host).contains(HostPattern.parse(pattern).orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        "a.example.com:443, a.example.com:443",
        "A.Example.com:443, a.example.com:443",
        "a.example.com, a.example.com:443",
        "*.example.com, a.example.com:443",
        "*.example.com, a.b.example.com:80",
        "*.com:443, a.example.com:443",
        "localhost, localhost:80",
        "127.0.0.1:8001, 127.0.0.1:8001",
        "[::1]:8001, [::1]:8001",
        "[::1], [::1]:8001",
        "127.0.0.1:80, http://2130706433",
        "127.0.0.1, http://127.000.000.001:8001",
        "127.0.0.1:8001, http://[::ffff:127.0.0.1]:8001",
        "127.0.0.1:8001, http://[::FFFF:7f00:1]:8001",
        "[::ffff:127.0.0.1]:443, https://127.0.0.1",
        "2130706433, http://127.0.0.1",
        "[0:0::1], http://[::1%25lo]",
        "a.example.com:443, https://a.example.com.",
        "a.example.com., https://a.example.com",
        "*.example.com., http://A.EXAMPLE.COM."
    })
    void means_these(String pattern, String host) {
        assertTrue(means(pattern, host));
    }

    @ParameterizedTest
    @CsvSource({
        "a.example.com:443, a.example.com:80",
        "example.com, a.example.com:443",
        "*.example.com, example.com:443",
        "*.example.com, badexample.com:443",
        "*.example.com:443, a.example.com:80"
    })
    void does_not_mean_these(String pattern, String host) {
        assertFalse(means(pattern, host));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "*.",
                "a.*.com",
                "http://a.example",
                "a/b",
                "a:port",
                "a b",
                "*.[::1]",
                ":80",
                "a:0",
                "a:65536",
                "a\0b"
            })
    void is_not_written_so(String text) {
        assertTrue(HostPattern.parse(text).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "A.example:443,a.example:443",
        "a.example,",
        "*.example:80,",
        "[::1]:80,[::1]:80",
        "a:b:80,",
        "a:65535,a:65535",
        "a.example.:80,a.example:80",
        "2130706433:80,127.0.0.1:80",
        "[::ffff:7f00:1]:80,127.0.0.1:80",
        "[0:0:0:0:0:0:0:1]:80,[::1]:80",
        "a:65536,",
        "a:0,"
    })
    void is_more_than_a_host(String text, String host) {
        assertEquals(host, RemoteHost.parse(text).orElse(null));
    }
}
