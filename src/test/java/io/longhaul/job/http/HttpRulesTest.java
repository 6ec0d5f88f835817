package io.longhaul.job.http;

import static io.longhaul.testkit.JobFixtures.LIMITS;
import static io.longhaul.testkit.JobFixtures.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.job.BitsError;
import io.longhaul.job.Decision;
import io.longhaul.job.Job;
import io.longhaul.job.JobSpec;
import io.longhaul.job.OwnerCommand;
import io.longhaul.job.Priority;
import io.longhaul.job.file.ByteRange;
import io.longhaul.job.file.FileSource;
import java.net.URI;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("How a job speaks HTTP")
class HttpRulesTest {
    private static HttpChange proxied(ProxyUsage usage, String list, String bypass) {
        return new HttpChange(
                new ProxySettings(usage, list, bypass), null, null, null, null, null, null, null, List.of());
    }

    private static HttpChange method(String name) {
        return new HttpChange(null, null, null, name, null, null, null, null, List.of());
    }

    private static Object decision(JobSpec spec, HttpChange change, FileSource... files) {
        JobSpec changed = spec.with(new TreeMap<>(), change.applyTo(spec.httpOptions()));
        Decision decision = Job.create(new OwnerCommand.Create(changed, List.of(files), false, LIMITS));
        return decision instanceof Decision.Refused refused ? refused.code() : "fine";
    }

    private static Object decision(HttpChange change) {
        return decision(spec(), change);
    }

    @ParameterizedTest
    @CsvSource({
        "PRECONFIG,,,fine",
        "NO_PROXY,,,fine",
        "AUTODETECT,,,fine",
        "PRECONFIG,proxy,,E_INVALIDARG",
        "NO_PROXY,,<local>,E_INVALIDARG",
        "OVERRIDE,,,E_INVALIDARG",
        "OVERRIDE,proxy,,fine",
        "OVERRIDE,http=proxy:3128 https=http://other.example:8080 [::1]:80,*.example.com <local>,fine",
        "OVERRIDE,socks5://proxy:1080,,BG_E_INVALID_PROXY_INFO",
        "OVERRIDE,proxy:0,,BG_E_INVALID_PROXY_INFO",
        "OVERRIDE,proxy:65536,,BG_E_INVALID_PROXY_INFO",
        "OVERRIDE,' ',,BG_E_INVALID_PROXY_INFO",
        "OVERRIDE,user:password@proxy,,BG_E_INVALID_PROXY_INFO",
        "OVERRIDE,proxy,192.168.*,BG_E_INVALID_PROXY_INFO",
        "OVERRIDE,proxy,::1 localhost:18150 10.0.0.0/8 [::1]:80,fine",
        "OVERRIDE,proxy,a:b,BG_E_INVALID_PROXY_INFO",
        "OVERRIDE,proxy,a:65536,BG_E_INVALID_PROXY_INFO",
        "OVERRIDE,proxy,10.0.0.0/33,BG_E_INVALID_PROXY_INFO",
        "OVERRIDE,proxy,[::g],BG_E_INVALID_PROXY_INFO"
    })
    void has_a_proxy_list_with_the_usage_override_alone(ProxyUsage usage, String list, String bypass, String expected) {
        assertEquals(expected, String.valueOf(decision(proxied(usage, list, bypass))));
    }

    @Test
    void has_lists_of_32_kib_at_most() {
        String long32 = "a".repeat(253) + " " + "b ".repeat(16_257);
        assertEquals(32 * 1024, long32.length());
        assertEquals(BitsError.BG_E_INVALID_PROXY_INFO, decision(proxied(ProxyUsage.OVERRIDE, long32, null)));
        assertEquals(BitsError.BG_E_PROXY_LIST_TOO_LARGE, decision(proxied(ProxyUsage.OVERRIDE, long32 + "c", null)));
        assertEquals(
                BitsError.BG_E_PROXY_BYPASS_LIST_TOO_LARGE,
                decision(proxied(ProxyUsage.OVERRIDE, "proxy", long32 + "c")));
    }

    @Test
    void tries_the_proxies_in_order() {
        assertEquals(
                List.of(
                        new ProxyServer("http", "one", 80),
                        new ProxyServer(null, "two.example", 3128),
                        new ProxyServer("https", "::1", 8080)),
                ProxyServer.parse("http=one; http://two.example:3128/ https=[::1]:8080")
                        .orElseThrow());
        assertTrue(new ProxyServer("http", "one", 80).isFor("HTTP"));
        assertFalse(new ProxyServer("http", "one", 80).isFor("https"));
    }

    @ParameterizedTest
    @CsvSource({
        "www.example.com,true",
        "WWW.EXAMPLE.COM,true",
        "example.com,false",
        "intranet,true",
        "10.0.0.1,true",
        "10.0.0.2,false",
        "10.0.0.1:8080,true",
        "167772161,true",
        "[::1],true",
        "[0:0::1]:8080,true",
        "[::2],false",
        "[::3],true",
        "localhost:18150,true",
        "a.b:18150,true",
        "a.b:18151,false",
        "172.16.9.9,true",
        "172.32.9.9,false"
    })
    void goes_straight_to_hosts_that_are_bypassed(String host, boolean bypassed) {
        ProxyBypass bypass = ProxyBypass.parse("*.Example.com;<local> 10.0.0.1 [::1] ::3 a.b:18150 172.16.0.0/12")
                .orElseThrow();
        assertEquals(bypassed, bypass.holds(URI.create("http://" + host + "/a")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECT", "connect", "", "GET /", "Ä"})
    void has_a_method_that_is_one(String name) {
        assertEquals(BitsError.E_INVALIDARG, decision(spec(Priority.FOREGROUND), method(name)));
    }

    @Test
    void is_in_the_foreground_and_without_ranges_where_the_method_is_not_get() {
        assertEquals("fine", decision(spec(Priority.FOREGROUND), method("POST")));
        assertEquals(
                BitsError.BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD, decision(spec(Priority.HIGH), method("POST")));
        FileSource ranged = new FileSource("http://h/a", "a", List.of(new ByteRange(0, 5L)), null);
        assertEquals(
                BitsError.BG_E_NOT_SUPPORTED_WITH_CUSTOM_HTTP_METHOD,
                decision(spec(Priority.FOREGROUND), method("POST"), ranged));
    }

    @Test
    void never_has_write_only_headers_in_the_job_itself() {
        TreeMap<String, String> headers = new TreeMap<>();
        headers.put("X-Key", "1");
        JobSpec spec =
                spec().with(headers, HttpChange.of(null, UUID.randomUUID()).applyTo(HttpOptions.USUAL));
        assertInstanceOf(Decision.Refused.class, Job.create(new OwnerCommand.Create(spec, List.of(), false, LIMITS)));
    }

    @Test
    void has_one_login_of_a_kind() {
        UUID one = UUID.randomUUID();
        UUID two = UUID.randomUUID();
        StoredCredentials basic = new StoredCredentials(AuthTarget.SERVER, AuthScheme.BASIC, one);
        HttpOptions options = HttpChange.setting(basic).applyTo(HttpOptions.USUAL);
        StoredCredentials digest = new StoredCredentials(AuthTarget.SERVER, AuthScheme.DIGEST, two);
        StoredCredentials newer = new StoredCredentials(AuthTarget.SERVER, AuthScheme.BASIC, two);
        HttpOptions both = HttpChange.setting(digest).applyTo(options);
        assertEquals(List.of(basic, digest), both.credentials());
        assertEquals(
                List.of(digest, newer), HttpChange.setting(newer).applyTo(both).credentials());
        assertEquals(
                List.of(digest),
                HttpChange.removing(List.of(basic.kind())).applyTo(both).credentials());
        assertEquals(List.of(), both.withoutSecrets().credentials());
    }
}
