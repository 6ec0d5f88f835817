package io.longhaul.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.longhaul.job.BitsError;
import io.longhaul.job.ErrorContext;
import io.longhaul.job.HttpError;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.security.auth.login.LoginException;
import org.apache.hc.client5.http.auth.ChallengeType;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A failure")
class FailureKindTest {
    @ParameterizedTest
    @CsvSource({
        "300, true", "301, true", "304, true", "305, true", "306, false", "307, true", "308, true", "399, false",
        "400, true", "401, true", "403, true", "404, true", "407, true", "408, false", "409, false", "410, true",
        "413, true", "416, true", "429, false", "451, true", "500, false", "501, true", "502, false", "503, false",
        "504, false", "505, true", "507, false", "599, false", "600, false", "999, false", "202, false", "204, false"
    })
    void of_a_status_is_fatal_or_transient(int status, boolean fatal) {
        Failure failure = FailureKind.ofStatus(status, Optional.of(Duration.ofSeconds(9)));
        assertEquals(fatal, failure.fatal());
        assertEquals(new HttpError(status), failure.code());
        assertEquals(ErrorContext.REMOTE_FILE, failure.context());
        assertEquals(fatal ? null : Duration.ofSeconds(9), failure.retryAfter());
    }

    @ParameterizedTest
    @CsvSource({
        "EXPIRED, ERROR_WINHTTP_SECURE_CERT_DATE_INVALID",
        "NOT_YET_VALID, ERROR_WINHTTP_SECURE_CERT_DATE_INVALID",
        "INVALID_SIGNATURE, ERROR_WINHTTP_SECURE_INVALID_CA",
        "REVOKED, ERROR_WINHTTP_SECURE_CERT_REVOKED",
        "UNDETERMINED_REVOCATION_STATUS, ERROR_WINHTTP_SECURE_CERT_REV_FAILED",
        "ALGORITHM_CONSTRAINED, "
    })
    void of_a_certificate_says_what_is_wrong_with_it(BasicReason reason, BitsError cause) {
        CertPathValidatorException path = new CertPathValidatorException("no", null, null, -1, reason);
        SSLException refused = tls(new SSLHandshakeException("PKIX"), new CertificateException(path));
        Failure failure = FailureKind.ofConnection(refused, FailureKind.Phase.CONNECTING);
        assertEquals(BitsError.ERROR_WINHTTP_SECURE_FAILURE, failure.code());
        assertEquals(cause, failure.cause());
    }

    @ParameterizedTest
    @CsvSource({
        "6, true",
        "7, true",
        "12, true",
        "14, true",
        "18, true",
        "23, true",
        "24, true",
        "31, true",
        "29, false",
        "37, false",
        "60, true"
    })
    void of_kerberos_follows_from_its_number(int number, boolean fatal) {
        LoginException refusal = new LoginException("In words (" + number + ") - and in the KDC's (99)");
        Failure failure = FailureKind.ofKerberos(ChallengeType.PROXY, refusal);
        assertEquals(fatal, failure.fatal());
        assertEquals(fatal ? new HttpError(407) : BitsError.ERROR_SERVICE_UNAVAILABLE, failure.code());
        assertEquals(ErrorContext.GENERAL_TRANSPORT, failure.context());
    }

    private static SSLException tls(SSLException problem, Throwable cause) {
        problem.initCause(cause);
        return problem;
    }

    static Stream<Arguments> connections() {
        return Stream.of(
                row(new UnknownHostException("a"), "CONNECTING", "ERROR_WINHTTP_NAME_NOT_RESOLVED", false),
                row(new ConnectException("refused"), "CONNECTING", "ERROR_WINHTTP_CANNOT_CONNECT", false),
                row(new NoRouteToHostException(), "CONNECTING", "ERROR_WINHTTP_CANNOT_CONNECT", false),
                row(new SocketException("unreachable"), "CONNECTING", "ERROR_WINHTTP_CANNOT_CONNECT", false),
                row(new SocketTimeoutException(), "CONNECTING", "ERROR_WINHTTP_TIMEOUT", false),
                row(new SocketException("reset"), "TALKING", "ERROR_WINHTTP_CONNECTION_ERROR", false),
                row(new NoHttpResponseException("none"), "TALKING", "ERROR_WINHTTP_CONNECTION_ERROR", false),
                row(new ConnectionClosedException(), "TALKING", "ERROR_WINHTTP_CONNECTION_ERROR", false),
                row(new EOFException(), "TALKING", "ERROR_WINHTTP_CONNECTION_ERROR", false),
                row(new TruncatedChunkException("x"), "TALKING", "ERROR_WINHTTP_CONNECTION_ERROR", false),
                row(new MalformedChunkCodingException(), "TALKING", "ERROR_WINHTTP_INVALID_SERVER_RESPONSE", false),
                row(new ParseException("x"), "TALKING", "ERROR_WINHTTP_INVALID_SERVER_RESPONSE", false),
                row(new MessageConstraintException("x"), "TALKING", "ERROR_WINHTTP_INVALID_SERVER_RESPONSE", false),
                row(new SSLHandshakeException("PKIX"), "CONNECTING", "ERROR_WINHTTP_SECURE_FAILURE", true),
                row(
                        tls(new SSLHandshakeException("ended"), new EOFException()),
                        "CONNECTING",
                        "ERROR_WINHTTP_CONNECTION_ERROR",
                        false),
                row(
                        tls(new SSLException("x"), new SocketException("reset")),
                        "TALKING",
                        "ERROR_WINHTTP_CONNECTION_ERROR",
                        false),
                row(new SocketException("Connection reset"), "SECURING", "ERROR_WINHTTP_CONNECTION_ERROR", false),
                row(
                        tls(new SSLException("readHandshakeRecord"), new IOException("Broken pipe")),
                        "SECURING",
                        "ERROR_WINHTTP_CONNECTION_ERROR",
                        false),
                row(
                        tls(
                                new SSLHandshakeException("PKIX"),
                                new CertificateException(new ConnectException("refused"))),
                        "SECURING",
                        "ERROR_WINHTTP_SECURE_FAILURE",
                        true),
                row(new SSLException("bad record"), "TALKING", "ERROR_WINHTTP_CONNECTION_ERROR", false),
                row(
                        new SSLHandshakeException("Received fatal alert: certificate_required"),
                        "TALKING",
                        "ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED",
                        true));
    }

    private static Arguments row(Exception problem, String phase, String code, boolean fatal) {
        return Arguments.of(problem, phase, code, fatal);
    }

    @ParameterizedTest
    @MethodSource("connections")
    void of_a_connection_has_a_name(Exception problem, FailureKind.Phase phase, BitsError code, boolean fatal) {
        Failure failure = FailureKind.ofConnection(problem, phase);
        assertEquals(code, failure.code());
        assertEquals(fatal, failure.fatal());
        assertEquals(ErrorContext.GENERAL_TRANSPORT, failure.context());
    }

    @Test
    void to_reach_a_forbidden_address_is_the_remote_files() {
        Failure failure = FailureKind.ofConnection(new ForbiddenAddressException("a"), FailureKind.Phase.CONNECTING);
        assertEquals(Failure.fatal(ErrorContext.REMOTE_FILE, BitsError.E_ACCESSDENIED, failure.description()), failure);
    }

    static Stream<Arguments> stores() {
        return Stream.of(
                Arguments.of(new IOException("No space left on device"), false, "ERROR_DISK_FULL", true),
                Arguments.of(new IOException("Kein Platz"), true, "ERROR_DISK_FULL", true),
                Arguments.of(new FileSystemException("a", null, "Disk quota exceeded"), false, "ERROR_DISK_FULL", true),
                Arguments.of(new AccessDeniedException("a"), false, "E_ACCESSDENIED", true),
                Arguments.of(new ForbiddenPathException("a", "a link"), false, "E_ACCESSDENIED", true),
                Arguments.of(
                        new FileSystemException("a", null, "Read-only file system"), false, "E_ACCESSDENIED", true),
                Arguments.of(new FileSystemException("a", null, "File name too long"), false, "E_ACCESSDENIED", true),
                Arguments.of(
                        new AtomicMoveNotSupportedException("a", "b", "Invalid cross-device link"),
                        false,
                        "E_ACCESSDENIED",
                        true),
                Arguments.of(new DestinationTakenException("a"), false, "BG_E_DESTINATION_LOCKED", false),
                Arguments.of(
                        new FileSystemException("a", null, "Is a directory"), false, "BG_E_DESTINATION_LOCKED", false),
                Arguments.of(new IOException("Input/output error"), false, "E_FAIL", false),
                Arguments.of(new NoSuchFileException("a"), false, "E_FAIL", false));
    }

    @ParameterizedTest
    @MethodSource("stores")
    void of_the_store_has_a_name(IOException problem, boolean full, BitsError code, boolean fatal) {
        Failure failure = FailureKind.ofStore(problem, full);
        assertEquals(code, failure.code());
        assertEquals(fatal, failure.fatal());
        assertEquals(ErrorContext.LOCAL_FILE, failure.context());
    }
}
