package io.longhaul.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.Audit;
import io.longhaul.entity.JobSummary;
import io.longhaul.entity.Webhooks.Reply;
import io.longhaul.testkit.Behaviour;
import io.longhaul.testkit.Behaviours;
import io.longhaul.testkit.FakePolicies;
import io.longhaul.testkit.JobFixtures;
import io.longhaul.testkit.MisbehavingOrigin;
import io.longhaul.testkit.TestAuthority;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A call of a webhook")
class WebhookCallerTest {
    private static final Duration TIMEOUT = Duration.ofMillis(600);

    private static final JobSummary JOB = JobSummary.of(JobFixtures.job(1).job());

    private final MisbehavingOrigin receiver = new MisbehavingOrigin();
    private final FakePolicies audit = new FakePolicies(Clock.systemUTC(), List::of);
    private final WebhookCaller caller = caller(null);

    private WebhookCaller caller(List<String> allowedAddresses) {
        try {
            return new WebhookCaller(
                    TIMEOUT,
                    8,
                    null,
                    allowedAddresses,
                    "Longhaul/test",
                    Clock.systemUTC(),
                    new RefusedAddresses(audit, Clock.systemUTC()));
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @AfterEach
    void close() {
        caller.close();
        receiver.close();
    }

    private static Reply post(WebhookCaller caller, String url) throws Exception {
        return caller.post(JOB, url, Map.of("webhook-id", "one"), "{\"a\":\"ä\"}".getBytes(StandardCharsets.UTF_8))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    private Reply answered(Behaviour behaviour) throws Exception {
        receiver.on("/hook", behaviour);
        return post(caller, receiver.url("/hook"));
    }

    @Test
    void brings_the_body_and_the_headers_and_the_status_back() throws Exception {
        var script = receiver.on("/hook", Behaviours.status(204));
        assertEquals(new Reply(204, "HTTP status 204.", null), post(caller, receiver.url("/hook?a=b")));
        var seen = script.requests().getFirst();
        assertEquals("POST", seen.method());
        assertEquals("/hook?a=b", seen.target());
        assertEquals("{\"a\":\"ä\"}", seen.body());
        assertTrue(seen.header("content-type").startsWith("application/json"));
        assertEquals("one", seen.header("webhook-id"));
        assertEquals("Longhaul/test", seen.header("user-agent"));
        assertEquals("", seen.header("upgrade"));
    }

    @Test
    void keeps_its_connection_after_a_short_answer() throws Exception {
        for (int i = 0; i < 3; i++)
            assertEquals(200, answered(Behaviours.status(200)).status());
        assertEquals(1, receiver.connectionsMade());
    }

    @Test
    void follows_no_redirect() throws Exception {
        var target = receiver.on("/target", Behaviours.status(200));
        assertEquals(
                307, answered(Behaviours.redirect(307, receiver.url("/target"))).status());
        assertEquals(List.of(), target.requests());
    }

    @Test
    void tells_what_the_receiver_asks_for() throws Exception {
        assertEquals(
                Duration.ofSeconds(7),
                answered(Behaviours.status(503, "Retry-After: 7")).retryAfter());
        assertNull(answered(Behaviours.status(503, "Retry-After: soon")).retryAfter());
    }

    @Test
    void ends_in_time_whatever_the_receiver_does() throws Exception {
        long began = System.nanoTime();
        assertEquals(
                "No answer within 600 ms.",
                answered(Behaviours.hangsBeforeAnswer()).text());
        assertNull(answered(Behaviours.tricklesHead(50)).status());
        assertTrue(System.nanoTime() - began < 4 * TIMEOUT.toNanos(), "and not only after the last byte");
    }

    @Test
    void does_not_read_a_body_without_end() throws Exception {
        long began = System.nanoTime();
        assertEquals(200, answered(Behaviours.endless()).status());
        assertTrue(System.nanoTime() - began < TIMEOUT.toNanos(), "the status says all");
    }

    @Test
    void says_why_there_is_no_answer() throws Exception {
        assertNull(answered(Behaviours.garbage()).status());
        assertTrue(answered(Behaviours.closesWithoutAnswer()).text().startsWith("ERROR_WINHTTP_CONNECTION_ERROR"));
        String nobody = receiver.url("/hook");
        receiver.close();
        assertTrue(post(caller, nobody).text().startsWith("ERROR_WINHTTP_CANNOT_CONNECT"));
    }

    @Test
    void goes_to_no_address_that_is_not_allowed() throws Exception {
        try (WebhookCaller careful = caller(List.of("10.0.0.0/8"))) {
            receiver.on("/hook", Behaviours.status(200));
            for (String host : List.of("127.0.0.1", "localhost", "[::1]")) {
                Reply reply = post(careful, "http://" + host + ":" + receiver.port() + "/hook");
                assertNull(reply.status());
                assertTrue(reply.text().startsWith("E_ACCESSDENIED"), reply.text());
            }
            assertEquals(0, receiver.connectionsMade());
            Audit.Line line = audit.lines().getFirst();
            assertEquals("anna ADDRESS_REFUSED", line.by() + " " + line.action());
            assertEquals(receiver.host() + " (127.0.0.1): webhook of job " + JOB.id(), line.subject());
            assertEquals(3, audit.lines().size());
        }
    }

    @Test
    void trusts_no_certificate_of_an_unknown_authority() throws Exception {
        try (MisbehavingOrigin secure = new MisbehavingOrigin(new TestAuthority())) {
            assertTrue(post(caller, secure.url("/hook")).text().startsWith("ERROR_WINHTTP_SECURE_FAILURE"));
        }
    }
}
