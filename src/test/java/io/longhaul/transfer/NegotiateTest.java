package io.longhaul.transfer;

import static io.longhaul.job.BitsError.BG_E_INVALID_CREDENTIALS;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_CANNOT_CONNECT;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_INVALID_SERVER_RESPONSE;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_TIMEOUT;
import static io.longhaul.job.BitsError.E_NOTIMPL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.codec.SecretValue.Login;
import io.longhaul.job.HttpError;
import io.longhaul.job.http.AuthScheme;
import io.longhaul.testkit.TestKdc;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.auth.ChallengeType;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Negotiate")
class NegotiateTest {
    private static final HttpHost HOST = new HttpHost("http", "127.0.0.1", 80);
    private static final List<String> ASKS = List.of("Basic realm=\"files\"", "Negotiate");

    @TempDir
    static Path folder;

    private static TestKdc kdc;
    private static Kerberos kerberos;

    private final Line line = new Line(new Bench.Settings().build(folder));

    @BeforeAll
    static void start() {
        kdc = new TestKdc(folder, "maps", "open sesame");
        kerberos = new Kerberos(kdc.krb5Conf(), Duration.ofSeconds(10));
    }

    @AfterAll
    static void end() {
        kerberos.close();
        kdc.close();
    }

    private Authenticator of(String user, String password) {
        return of(ChallengeType.TARGET, user, password, kerberos);
    }

    private Authenticator of(ChallengeType type, String user, String password, Kerberos by) {
        return new Authenticator(
                type,
                Map.of(
                        AuthScheme.NEGOTIATE,
                        new Login(user, password),
                        AuthScheme.BASIC,
                        new Login("maps", "not as strong")),
                by,
                line);
    }

    private static String header(Authenticator authenticator, HttpHost host) throws TransferFailed {
        return String.valueOf(authenticator.header(host, new BasicHttpRequest("GET", host, "/")));
    }

    private static Failure failure(Authenticator authenticator, HttpHost host) {
        assertTrue(authenticator.challenged(host, ASKS));
        return assertThrows(TransferFailed.class, () -> header(authenticator, host))
                .failure();
    }

    @Test
    void proves_who_asks_and_hears_who_answers_anew_with_each_request() throws Exception {
        Authenticator server = of("maps", "open sesame");
        assertFalse(server.hasAnswer());
        assertTrue(server.challenged(HOST, ASKS));
        String first = header(server, HOST);
        TestKdc.Guest guest = kdc.admit(first);
        assertEquals("maps@" + TestKdc.REALM, guest.user());
        server.accepted(List.of(guest.proof()));
        String second = header(server, HOST);
        assertNotEquals(first, second);
        assertEquals("maps@" + TestKdc.REALM, kdc.admit(second).user());
        server.accepted(List.of()); // who lets in without a proof is believed
        assertTrue(server.hasAnswer());
    }

    @Test
    void finds_out_an_answer_that_is_for_another_request() throws Exception {
        Authenticator server = of("maps@" + TestKdc.REALM, "open sesame");
        assertTrue(server.challenged(HOST, ASKS));
        String old = kdc.admit(header(server, HOST)).proof();
        server.accepted(List.of(old));
        kdc.admit(header(server, HOST));
        Failure failure = assertThrows(TransferFailed.class, () -> server.accepted(List.of(old)))
                .failure();
        assertEquals(ERROR_WINHTTP_INVALID_SERVER_RESPONSE, failure.code());
        assertTrue(failure.fatal());
    }

    @Test
    void does_not_ask_again_a_server_that_has_refused_the_ticket() throws Exception {
        Authenticator server = of("maps", "open sesame");
        assertTrue(server.challenged(HOST, ASKS));
        header(server, HOST);
        assertFalse(server.challenged(HOST, ASKS));
        assertFalse(server.hasAnswer());
    }

    @Test
    void has_nothing_but_kerberos_inside() throws Exception {
        Authenticator server = of("maps", "open sesame");
        assertTrue(server.challenged(HOST, ASKS));
        header(server, HOST);
        assertTrue(server.challenged(HOST, List.of("Negotiate TlRMTVNTUAACAAAA")), "it has a question");
        Failure failure =
                assertThrows(TransferFailed.class, () -> header(server, HOST)).failure();
        assertEquals(new HttpError(401), failure.code());
        assertEquals("The server does not take Kerberos inside of Negotiate.", failure.description());
    }

    @ParameterizedTest
    @CsvSource({
        "maps, wrong, 127.0.0.1, The KDC refuses the password.",
        "maps, '', 127.0.0.1, The KDC refuses the password.",
        "nobody, open sesame, 127.0.0.1, The KDC does not know the user.",
        "maps, open sesame, 127.0.0.2, The KDC does not know the server."
    })
    void tells_what_the_kdc_refuses(String user, String password, String host, String description) {
        Failure failure = failure(of(user, password), new HttpHost("http", host, 80));
        assertEquals(description, failure.description());
        assertEquals(new HttpError(401), failure.code());
        assertTrue(failure.fatal());
    }

    @Test
    void knows_the_realms_of_the_operator_alone() {
        Failure failure = failure(of("maps@ELSEWHERE.TEST", "open sesame"), HOST);
        assertEquals(BG_E_INVALID_CREDENTIALS, failure.cause());
        assertTrue(failure.fatal());
        assertTrue(failure.description().contains("names no KDC of its realm"));
        Kerberos none = new Kerberos(null, Duration.ofSeconds(10));
        Failure absent = failure(of(ChallengeType.PROXY, "maps", "open sesame", none), HOST);
        assertEquals(new HttpError(407), absent.code());
        assertEquals(E_NOTIMPL, absent.cause());
        none.close();
    }

    @Test
    void tries_again_later_where_the_kdc_is_away() {
        Failure failure = failure(of("maps@" + TestKdc.AWAY, "open sesame"), HOST);
        assertEquals(ERROR_WINHTTP_CANNOT_CONNECT, failure.code());
        assertFalse(failure.fatal());
    }

    @Test
    void waits_for_a_kdc_no_longer_than_the_limit() {
        Kerberos impatient = new Kerberos(kdc.krb5Conf(), Duration.ofMillis(100));
        Failure failure = failure(of(ChallengeType.TARGET, "maps@" + TestKdc.SILENT, "open sesame", impatient), HOST);
        assertEquals(ERROR_WINHTTP_TIMEOUT, failure.code());
        assertFalse(failure.fatal());
        impatient.close();
    }

    @Test
    void waits_no_longer_once_the_run_is_stopped() throws Exception {
        Kerberos patient = new Kerberos(kdc.krb5Conf(), Duration.ofHours(1));
        Authenticator server = of(ChallengeType.TARGET, "maps@" + TestKdc.SILENT, "open sesame", patient);
        FutureTask<Failure> waiting = new FutureTask<>(() -> failure(server, HOST));
        Thread.ofVirtual().start(waiting);
        line.stop();
        assertFalse(waiting.get(5, TimeUnit.SECONDS).fatal());
        patient.close();
    }
}
