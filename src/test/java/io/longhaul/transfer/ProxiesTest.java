package io.longhaul.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.job.http.ProxyServer;
import io.longhaul.job.http.ProxySettings;
import io.longhaul.job.http.ProxyUsage;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The proxies of the environment")
class ProxiesTest {
    private static final List<ProxyServer> PROXY = List.of(new ProxyServer("http", "proxy.example", 3128));

    private final List<String> warnings = new ArrayList<>();

    private Proxies proxies(String noProxy) {
        return Proxies.ofEnvironment(
                Map.of("http_proxy", "http://proxy.example:3128", "NO_PROXY", noProxy), warnings::add);
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, true",
        "11.1.2.3, false",
        "167903747, true",
        "192.168.7.7, true",
        "192.168.7.8, false",
        "[fd00::17], true",
        "[fe00::17], false",
        "[::1], true",
        "cluster.local, true",
        "api.cluster.local, true",
        "api.cluster.local., true",
        "notcluster.local, false",
        "below.star.example, true",
        "star.example, false",
        "only.example:8080, true",
        "www.only.example:8080, true",
        "only.example, false",
        "127.0.0.1:8080, true",
        "127.0.0.1:8081, false",
        "public.example, false"
    })
    void are_not_for_what_no_proxy_has(String host, boolean straight) {
        Proxies proxies = proxies("10.0.0.0/8,192.168.7.7/32, fd00::/8,::1,.cluster.local,*.star.example,,"
                + "only.example:8080 127.0.0.1:8080");
        assertEquals(straight ? List.of() : PROXY, proxies.forUrl(URI.create("http://" + host + "/a")));
        assertEquals(List.of(), warnings);
    }

    @Test
    void are_for_nothing_where_no_proxy_is_a_star() {
        assertEquals(List.of(), proxies("*").forUrl(URI.create("http://[2001:db8::1]/a")));
    }

    @Test
    void tell_of_what_is_not_understood_and_keep_to_the_rest() {
        Proxies proxies = proxies("inner.example,10.0.0.0/33,http://x,a*b");
        assertEquals(List.of(), proxies.forUrl(URI.create("http://inner.example/a")));
        assertEquals(
                List.of("no_proxy has entries that are neither hosts nor networks, and are passed over: "
                        + "10.0.0.0/33, http://x, a*b."),
                warnings);
    }

    @Test
    void tell_of_it_in_one_line_of_a_bounded_length() {
        proxies(("a*" + "b".repeat(200) + ",").repeat(50));
        assertEquals(1, warnings.size());
        assertTrue(warnings.getFirst().endsWith("… and 40 more."));
        assertTrue(warnings.getFirst().length() < 1200);
    }

    @Test
    void of_a_job_pass_over_what_an_older_version_let_in() {
        ProxySettings settings =
                new ProxySettings(ProxyUsage.OVERRIDE, "http=proxy.example:3128", "a:b:c [::g] inner.example");
        Proxies proxies = Proxies.ofJob(settings);
        assertEquals(List.of(), proxies.forUrl(URI.create("http://inner.example/a")));
        assertEquals(PROXY, proxies.forUrl(URI.create("http://outer.example/a")));
    }
}
