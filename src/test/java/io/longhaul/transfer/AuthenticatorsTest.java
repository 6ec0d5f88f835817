package io.longhaul.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.codec.SecretValue.Login;
import io.longhaul.job.http.AuthScheme;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.hc.client5.http.auth.ChallengeType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Those who answer challenges in a run")
class AuthenticatorsTest {
    private static final HttpHost ONE = Connections.host(URI.create("http://one.example/"));
    private static final Login LOGIN = new Login("maps", "open sesame");

    private static Authenticators having(AuthScheme... schemes) {
        Map<AuthScheme, Login> logins = new EnumMap<>(AuthScheme.class);
        for (AuthScheme scheme : schemes) logins.put(scheme, LOGIN);
        Line line = new Line(new Bench.Settings().build(Path.of("none")));
        return new Authenticators(ChallengeType.TARGET, logins, new Kerberos(null, Duration.ZERO), line);
    }

    private static String digest(String realm, String algorithm) {
        return "Digest realm=\"" + realm + "\", qop=\"auth\", nonce=\"" + realm + "\""
                + (algorithm == null ? "" : ", algorithm=" + algorithm);
    }

    private static String header(Authenticators all, HttpHost host) throws TransferFailed {
        return String.valueOf(all.of(host).header(host, new BasicHttpRequest("GET", host, "/")));
    }

    @ParameterizedTest
    @CsvSource({
        "http://two.example/, false",
        "https://one.example/, false",
        "http://one.example:8080/, false",
        "http://ONE.example:80/a, true"
    })
    void say_to_one_server_nothing_that_another_asked_for(String url, boolean same) throws TransferFailed {
        Authenticators all = having(AuthScheme.BASIC);
        HttpHost other = Connections.host(URI.create(url));
        assertTrue(all.of(ONE).challenged(ONE, List.of("Basic realm=\"one\"")));
        assertTrue(header(all, ONE).startsWith("Basic "));
        assertEquals(same, all.of(other).hasAnswer());
    }

    @Test
    void answer_each_server_by_its_own_challenge() throws TransferFailed {
        Authenticators all = having(AuthScheme.DIGEST);
        HttpHost two = Connections.host(URI.create("http://two.example/"));
        assertTrue(all.of(ONE).challenged(ONE, List.of(digest("one", null))));
        assertTrue(all.of(two).challenged(two, List.of(digest("two", null))));
        assertTrue(header(all, ONE).contains("nonce=\"one\""));
        assertTrue(header(all, two).contains("nonce=\"two\""));
        assertFalse(all.of(ONE).challenged(ONE, List.of(digest("one", null))), "refused");
        assertTrue(all.of(two).hasAnswer(), "not refused by the other");
    }

    @Test
    void take_the_first_digest_that_they_know() throws TransferFailed {
        List<String> asks = List.of(digest("a", "SHA-9999") + ", " + digest("b", "SHA-256"), digest("c", "MD5"));
        Authenticators all = having(AuthScheme.DIGEST, AuthScheme.BASIC);
        assertTrue(all.of(ONE).challenged(ONE, asks));
        String said = header(all, ONE);
        assertTrue(said.contains("realm=\"b\"") && said.contains("algorithm=SHA-256"), said);
        assertTrue(all.of(ONE)
                .challenged(
                        ONE,
                        List.of(digest("a", "SHA-9999") + ", stale=true", digest("d", "SHA-256") + ", stale=true")));
        assertTrue(header(all, ONE).contains("realm=\"d\""));
    }

    @Test
    void go_on_to_a_scheme_that_they_know_where_they_know_no_digest_of_the_servers() throws TransferFailed {
        List<String> asks = List.of(digest("a", "SHA-9999"), "Basic realm=\"a\"");
        assertFalse(having(AuthScheme.DIGEST).of(ONE).challenged(ONE, asks));
        Authenticators all = having(AuthScheme.DIGEST, AuthScheme.BASIC);
        assertTrue(all.of(ONE).challenged(ONE, asks));
        assertTrue(header(all, ONE).startsWith("Basic "));
    }
}
