package io.longhaul.transfer;

import static io.longhaul.job.BitsError.ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_CONNECTION_ERROR;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_SECURE_FAILURE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.job.ErrorCode;
import io.longhaul.job.TransferReport.RunFailed;
import io.longhaul.job.http.SecurityFlag;
import io.longhaul.testkit.Behaviour;
import io.longhaul.testkit.Behaviours;
import io.longhaul.testkit.Content;
import io.longhaul.testkit.MisbehavingOrigin;
import io.longhaul.testkit.TestAuthority;
import io.longhaul.transfer.Bench.Ran;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A server that asks a job without a client certificate for one")
class ClientIdentityTest {
    private static final Content CONTENT = new Content(1, 100_000);

    @TempDir
    Path root;

    private final TestAuthority authority = new TestAuthority();
    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        Path trusted = authority.writePem(root.resolve("authority.pem"));
        bench = Bench.ofToday(root.resolve("store"), settings -> {
            settings.trusted = trusted;
            return settings;
        });
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private Ran run(TestAuthority shown, Consumer<SSLServerSocket> asks, Behaviour... behaviours) {
        try (MisbehavingOrigin origin = new MisbehavingOrigin(shown.serverSockets(asks))) {
            origin.on("/a", behaviours);
            return bench.run(Bench.job(origin.url("/a"), "a"));
        }
    }

    private static void wants(SSLServerSocket socket) {
        socket.setWantClientAuth(true);
    }

    private static void assertFails(ErrorCode code, boolean fatal, Ran ran) {
        RunFailed failure = ran.failure();
        assertEquals(code, failure.error().code(), failure.error().description());
        assertEquals(fatal, failure.fatal());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void is_one_that_needs_it_where_it_says_so(String version) {
        Ran ran = run(
                authority,
                socket -> {
                    socket.setEnabledProtocols(new String[] {version});
                    socket.setNeedClientAuth(true);
                },
                Behaviours.file(CONTENT));
        assertFails(ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED, true, ran);
    }

    @Test
    void is_one_that_needs_it_where_it_resets_the_connection() {
        Ran ran = run(authority, ClientIdentityTest::wants, (request, reply) -> reply.reset());
        assertFails(ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED, true, ran);
    }

    @Test
    void is_one_that_needs_it_where_it_closes_the_connection() {
        Ran ran = run(authority, ClientIdentityTest::wants, Behaviours.closesWithoutAnswer());
        assertFails(ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED, true, ran);
    }

    @Test
    void may_do_without() {
        Ran ran = run(authority, ClientIdentityTest::wants, Behaviours.file(CONTENT));
        assertTrue(ran.isDone(), ran.reports()::toString);
    }

    @Test
    void has_done_without_where_it_breaks_off_later() {
        Ran ran = run(authority, ClientIdentityTest::wants, Behaviours.closesEarly(CONTENT, 1000));
        assertFails(ERROR_WINHTTP_CONNECTION_ERROR, false, ran);
    }

    @Test
    void is_not_to_be_trusted_for_that() {
        Ran ran = run(new TestAuthority(), ClientIdentityTest::wants, Behaviours.file(CONTENT));
        assertFails(ERROR_WINHTTP_SECURE_FAILURE, true, ran);
    }

    @Test
    void is_one_that_needs_it_of_a_job_with_connections_of_its_own_too() {
        try (MisbehavingOrigin origin = new MisbehavingOrigin(authority.serverSockets(ClientIdentityTest::wants))) {
            origin.on("/a", Behaviours.closesWithoutAnswer());
            Bench.Draft draft = Bench.draft().file(origin.url("/a"), "a");
            draft.with(SecurityFlag.IGNORE_CERT_DATE_INVALID);
            assertFails(ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED, true, bench.run(draft.job()));
        }
    }
}
