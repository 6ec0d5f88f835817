package io.longhaul.transfer;

import static io.longhaul.job.BitsError.ERROR_WINHTTP_SECURE_CERT_REVOKED;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_SECURE_CERT_REV_FAILED;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_SECURE_FAILURE;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.HostPlaces.Answers;
import io.longhaul.entity.Transfers.Awaited;
import io.longhaul.job.BitsError;
import io.longhaul.job.Job;
import io.longhaul.job.JobError;
import io.longhaul.job.http.SecurityFlag;
import io.longhaul.testkit.Behaviour;
import io.longhaul.testkit.Behaviours;
import io.longhaul.testkit.Content;
import io.longhaul.testkit.FreePort;
import io.longhaul.testkit.MisbehavingOrigin;
import io.longhaul.testkit.Script;
import io.longhaul.testkit.TestAuthority;
import io.longhaul.testkit.TestAuthority.Leaf;
import io.longhaul.testkit.TestProxy;
import io.longhaul.transfer.Bench.Ran;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A list of revoked certificates that a job wants looked at")
class RevocationCheckTest {
    private static final Content CONTENT = new Content(1, 1000);

    @TempDir
    Path root;

    private final TestAuthority authority = new TestAuthority();
    private final MisbehavingOrigin lists = new MisbehavingOrigin();
    private MisbehavingOrigin origin;
    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench(settings -> {});
    }

    @AfterEach
    void close() {
        bench.close();
        lists.close();
        if (origin != null) origin.close();
    }

    private void bench(Consumer<Bench.Settings> change) throws IOException {
        if (bench != null) bench.close();
        Path trusted = authority.writePem(root.resolve("authority.pem"));
        bench = Bench.ofToday(root.resolve("store"), settings -> {
            settings.trusted = trusted;
            change.accept(settings);
            return settings;
        });
    }

    private void shortLimits() throws IOException {
        bench(settings -> settings.connect = Duration.ofMillis(200));
    }

    /** A job for a file of a server whose certificate names those lists. */
    private Bench.Draft draft(String... urls) {
        origin = new MisbehavingOrigin(authority.serverSockets(Leaf.USUAL.revocableAt(urls)));
        origin.on("/a", Behaviours.file(CONTENT));
        Bench.Draft draft = Bench.draft().file(origin.url("/a"), "a");
        draft.with(SecurityFlag.ENABLE_CRL_CHECK);
        return draft;
    }

    private Job job(String... urls) {
        return draft(urls).job();
    }

    private static Behaviour tells(byte[] list) {
        return (request, reply) ->
                reply.head(200, "Content-Length: " + list.length).body(list);
    }

    private static void assertRefused(BitsError cause, Ran ran) {
        JobError error = ran.failure().error();
        assertEquals(ERROR_WINHTTP_SECURE_FAILURE, error.code(), ran.reports()::toString);
        assertEquals(cause, requireNonNull(error.cause()).code());
        assertTrue(ran.failure().fatal());
    }

    /** And nothing of it is held against the server. */
    private void assertNobodySays(Ran ran) {
        assertRefused(ERROR_WINHTTP_SECURE_CERT_REV_FAILED, ran);
        assertEquals(Answers.NONE, bench.engine.answersOfAll());
        assertEquals(0, bench.engine.running());
    }

    @Nested
    @DisplayName("is believed")
    class Believed {
        @Test
        void where_it_does_not_name_the_certificate() {
            Script list = lists.on("/list", tells(authority.revocations(false)));
            assertTrue(bench.run(job(lists.url("/list"))).isDone());
            assertEquals(1, list.requests().size());
            assertEquals("", list.requests().getFirst().header("authorization"));
        }

        @Test
        void where_it_names_the_certificate() {
            Job job = job(lists.url("/list"));
            lists.on("/list", tells(authority.revocations(true)));
            assertRefused(ERROR_WINHTTP_SECURE_CERT_REVOKED, bench.run(job));
        }

        @Test
        void as_pem() {
            String pem = "-----BEGIN X509 CRL-----\n"
                    + Base64.getMimeEncoder().encodeToString(authority.revocations(false))
                    + "\n-----END X509 CRL-----\n";
            lists.on("/list", tells(pem.getBytes(StandardCharsets.US_ASCII)));
            assertTrue(bench.run(job(lists.url("/list"))).isDone());
        }

        @Test
        void from_whichever_place_has_it() {
            lists.on("/garbage", Behaviours.garbage());
            lists.on("/strange", tells(new TestAuthority().revocations(false)));
            lists.on("/list", Behaviours.redirect(302, lists.url("/moved")));
            lists.on("/moved", tells(authority.revocations(false)));
            assertTrue(bench.run(job(
                            "ldap://127.0.0.1/list",
                            "http://127.0.0.1:" + FreePort.find() + "/list",
                            lists.url("/missing"),
                            lists.url("/garbage"),
                            lists.url("/strange"),
                            lists.url("/list")))
                    .isDone());
        }

        @Test
        void by_the_proxy_of_the_job() {
            lists.on("/list", tells(authority.revocations(false)));
            try (TestProxy proxy = TestProxy.open()) {
                Bench.Draft draft = draft(lists.url("/list")).by(proxy.address());
                assertTrue(bench.run(draft.job()).isDone());
                assertEquals(List.of("CONNECT " + origin.host(), "GET " + lists.host()), proxy.seen());
            }
        }
    }

    @Nested
    @DisplayName("says nothing")
    class SaysNothing {
        @Test
        void where_there_is_none() {
            assertNobodySays(bench.run(job("ldap://127.0.0.1/list")));
        }

        @Test
        void where_its_server_is_down_and_again() {
            Job job = job("http://127.0.0.1:" + FreePort.find() + "/list");
            assertNobodySays(bench.run(job));
            assertNobodySays(bench.run(job, 2));
        }

        @Test
        void where_its_server_resets_the_connection() {
            lists.on("/list", (request, reply) -> reply.reset());
            assertNobodySays(bench.run(job(lists.url("/list"))));
        }

        @Test
        void where_it_has_no_end() {
            Script list = lists.on("/list", Behaviours.endless());
            assertNobodySays(bench.run(job(lists.url("/list"))));
            assertTrue(list.bytesSent() < 2L * RevocationTurns.MOST_BYTES, "bytes were read: " + list.bytesSent());
        }

        @Test
        void where_it_announces_more_than_any_memory_holds() {
            byte[] list = {0x30, (byte) 0x84, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff, 5, 0};
            lists.on("/list", tells(list));
            assertNobodySays(bench.run(job(lists.url("/list"))));
        }

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void where_it_does_not_come_in_time(boolean trickles) throws IOException {
            shortLimits();
            Behaviour slow = trickles ? Behaviours.trickles(CONTENT, 1, 20) : Behaviours.hangsBeforeAnswer();
            lists.on("/list", (request, reply) -> {
                slow.answer(request, reply);
                reply.close();
            });
            assertNobodySays(bench.run(job(lists.url("/list"), lists.url("/list"))));
        }

        @Test
        void where_its_server_may_not_be_fetched_from() throws IOException {
            bench(settings -> settings.allowed = List.of("127.0.0.1"));
            Job job = job("http://127.0.0.2:1/list");
            assertNobodySays(bench.run(job));
            assertEquals(
                    List.of("alice ADDRESS_REFUSED 127.0.0.2:1 (127.0.0.2): list of revoked certificates for job "
                            + job.id()),
                    bench.audited());
        }
    }

    @Test
    void is_told_as_what_is_waited_for_until_the_job_is_stopped() {
        Script list = lists.on("/list", Behaviours.hangsBeforeAnswer());
        Ran ran = bench.start(job(lists.url("/list")));
        list.awaitRequests(1);
        Awaited awaited = ran.run.awaited().orElseThrow();
        assertEquals(Awaited.What.REVOCATIONS, awaited.what());
        assertEquals(origin.host(), awaited.host());
        long begin = System.nanoTime();
        ran.stop();
        assertTrue(Duration.ofNanos(System.nanoTime() - begin).toMillis() < 1000);
        assertEquals(List.of(), ran.reports());
        assertEquals(0, bench.engine.running());
    }

    @Test
    void is_read_by_no_more_runs_at_once_than_there_is_room_for() throws Exception {
        RevocationTurns turns = new RevocationTurns(1);
        Line line = new Line(new Bench.Settings().build(root));
        turns.take(line);
        Line late = new Line(new Bench.Settings().build(root));
        Thread waits = Thread.ofVirtual()
                .start(() -> assertThrows(RevocationTurns.NoTurnException.class, () -> turns.take(late)));
        late.stop();
        waits.join();
        turns.giveBack();
        turns.take(line);
        turns.giveBack();
    }
}
