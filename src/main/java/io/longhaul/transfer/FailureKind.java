package io.longhaul.transfer;

import static io.longhaul.job.BitsError.BG_E_DESTINATION_LOCKED;
import static io.longhaul.job.BitsError.BG_E_INVALID_CREDENTIALS;
import static io.longhaul.job.BitsError.ERROR_DISK_FULL;
import static io.longhaul.job.BitsError.ERROR_SERVICE_UNAVAILABLE;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_CANNOT_CONNECT;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_CONNECTION_ERROR;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_INVALID_SERVER_RESPONSE;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_NAME_NOT_RESOLVED;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_SECURE_CERT_CN_INVALID;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_SECURE_CERT_DATE_INVALID;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_SECURE_CERT_REVOKED;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_SECURE_CERT_REV_FAILED;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_SECURE_CERT_WRONG_USAGE;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_SECURE_FAILURE;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_SECURE_INVALID_CA;
import static io.longhaul.job.BitsError.E_ACCESSDENIED;
import static io.longhaul.job.BitsError.E_FAIL;
import static io.longhaul.job.BitsError.E_NOTIMPL;
import static io.longhaul.job.BitsError.WSAETIMEDOUT;
import static io.longhaul.job.ErrorContext.GENERAL_QUEUE_MANAGER;
import static io.longhaul.job.ErrorContext.GENERAL_TRANSPORT;
import static io.longhaul.job.ErrorContext.LOCAL_FILE;
import static io.longhaul.job.ErrorContext.REMOTE_FILE;

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
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXReason;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.auth.ChallengeType;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.jspecify.annotations.Nullable;

/** What a status or an exception means: transient or fatal, with which code, in which context. Pure. */
final class FailureKind {
    private static final int UNAUTHORIZED = 401;
    private static final int PROXY_AUTHENTICATION_REQUIRED = 407;
    private static final int REQUEST_TIMEOUT = 408;
    private static final int CONFLICT = 409;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int VERSION_NOT_SUPPORTED = 505;

    /** Its number, behind its text and before the words of the KDC. */
    private static final Pattern KERBEROS_ERROR = Pattern.compile("\\((\\d{1,3})\\)");

    /** How Java tells of an alert that the other side has sent; it has no exception of its own for it. */
    private static final String ALERT = "Received fatal alert";

    private FailureKind() {}

    /** Where an exception arose. */
    enum Phase {
        /** Name, TCP. */
        CONNECTING,
        /** TLS. */
        SECURING,
        /** Everything after. */
        TALKING
    }

    /** A status that is not the one hoped for. */
    static Failure ofStatus(int status, Optional<Duration> retryAfter) {
        boolean fatal = isFatal(status);
        String description = "The remote server answered with HTTP status " + status + "."
                + retryAfter
                        .filter(asked -> !fatal)
                        .map(asked -> " It asks to wait " + asked.toSeconds() + " s.")
                        .orElse("");
        return new Failure(
                REMOTE_FILE, new HttpError(status), fatal, description, fatal ? null : retryAfter.orElse(null), null);
    }

    static boolean isFatal(int status) {
        // The request was right and its time was not.
        if (status == REQUEST_TIMEOUT || status == CONFLICT || status == TOO_MANY_REQUESTS) return false;
        // What the client asked for will not become right by waiting.
        if (status >= 400 && status < 500) return true;
        // The server will not learn the method or the version by itself.
        if (status == NOT_IMPLEMENTED || status == VERSION_NOT_SUPPORTED) return true;
        // A redirect that names no target, a choice, a proxy: nothing that waiting helps with.
        if ((status >= 300 && status <= 305) || status == 307 || status == 308) return true;
        // 5xx, the unknown 3xx, a success that is none for a GET: may heal.
        return false;
    }

    /** An exception on the way to the server or from it. */
    static Failure ofConnection(Exception problem, Phase phase) {
        // A name that means only forbidden addresses stays so until the operator acts.
        if (problem instanceof ForbiddenAddressException)
            return Failure.fatal(REMOTE_FILE, E_ACCESSDENIED, "The host has no address that may be fetched from.");
        if (problem instanceof UnknownHostException)
            return connection(ERROR_WINHTTP_NAME_NOT_RESOLVED, ERROR_WINHTTP_NAME_NOT_RESOLVED.text());
        if (problem instanceof SSLException tls) return ofTls(tls, phase);
        if (problem instanceof SocketTimeoutException) return Failure.timeout(WSAETIMEDOUT, WSAETIMEDOUT.text());
        // Refused, no route, network down: the server was not reached.
        if (problem instanceof ConnectException || problem instanceof NoRouteToHostException)
            return connection(ERROR_WINHTTP_CANNOT_CONNECT, ERROR_WINHTTP_CANNOT_CONNECT.text());
        if (problem instanceof SocketException && phase == Phase.CONNECTING)
            return connection(ERROR_WINHTTP_CANNOT_CONNECT, ERROR_WINHTTP_CANNOT_CONNECT.text());
        // The chunks stop before the last one.
        if (problem instanceof TruncatedChunkException) return closedTooEarly();
        // Not HTTP, or HTTP beyond every measure.
        if (problem instanceof HttpException
                || problem instanceof MalformedChunkCodingException
                || problem instanceof MessageConstraintException)
            return connection(ERROR_WINHTTP_INVALID_SERVER_RESPONSE, "The remote server did not answer in HTTP.");
        if (problem instanceof NoHttpResponseException)
            return connection(ERROR_WINHTTP_CONNECTION_ERROR, "The connection was closed before an answer came.");
        if (problem instanceof ConnectionClosedException || problem instanceof EOFException) return closedTooEarly();
        // Reset, broken pipe and whatever else a connection dies of.
        return connection(ERROR_WINHTTP_CONNECTION_ERROR, ERROR_WINHTTP_CONNECTION_ERROR.text());
    }

    /** The same on a connection whose server has asked for a certificate, got none, and answered nothing. */
    static Failure withoutCertificate(Exception problem, Phase phase) {
        Failure failure = ofConnection(problem, phase);
        boolean broken = failure.code() == ERROR_WINHTTP_CONNECTION_ERROR || problem instanceof SocketException;
        boolean alert = problem instanceof SSLException
                && String.valueOf(problem.getMessage()).contains(ALERT);
        return broken || alert ? noCertificate() : failure;
    }

    private static Failure noCertificate() {
        return Failure.fatal(
                GENERAL_TRANSPORT, ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED, ERROR_WINHTTP_CLIENT_AUTH_CERT_NEEDED.text());
    }

    private static Failure ofTls(SSLException tls, Phase phase) {
        String message = String.valueOf(tls.getMessage()).toLowerCase(Locale.ROOT);
        // The server says so in the alert of TLS 1.3; it may come after the handshake.
        if (message.contains("certificate_required")) return noCertificate();
        for (Throwable cause = tls.getCause(); cause != null; cause = cause.getCause())
            if (cause instanceof RevocationTurns.NoTurnException)
                return Failure.transientOf(
                        GENERAL_QUEUE_MANAGER,
                        ERROR_SERVICE_UNAVAILABLE,
                        "The node reads too many lists of revoked certificates at once.");
        // The connection under the secure channel broke: that is not the channel's fault.
        Throwable below = tls.getCause();
        while (below instanceof SSLException) below = below.getCause();
        if (below instanceof IOException)
            return connection(ERROR_WINHTTP_CONNECTION_ERROR, ERROR_WINHTTP_CONNECTION_ERROR.text());
        if (phase == Phase.TALKING)
            return connection(ERROR_WINHTTP_CONNECTION_ERROR, "The secure channel broke in mid-transfer.");
        BitsError reason = ofCertificate(tls);
        String why = reason == null ? "The server's certificate or its TLS is not acceptable." : reason.text();
        return new Failure(
                GENERAL_TRANSPORT,
                ERROR_WINHTTP_SECURE_FAILURE,
                true,
                "The secure channel could not be set up: " + why,
                null,
                reason);
    }

    /** What is wrong with the server's certificate; null: something else is, or nobody says. */
    private static @Nullable BitsError ofCertificate(SSLException tls) {
        if (tls instanceof SSLPeerUnverifiedException) return ERROR_WINHTTP_SECURE_CERT_CN_INVALID;
        for (Throwable cause = tls; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateExpiredException || cause instanceof CertificateNotYetValidException)
                return ERROR_WINHTTP_SECURE_CERT_DATE_INVALID;
            if (cause instanceof FlaggedTrust.WrongUsageException) return ERROR_WINHTTP_SECURE_CERT_WRONG_USAGE;
            if (cause instanceof CertPathBuilderException && cause.getCause() == null)
                return ERROR_WINHTTP_SECURE_INVALID_CA;
            if (cause instanceof CertPathValidatorException path) {
                BitsError reason = ofPath(path.getReason());
                if (reason != null) return reason;
            }
            String message = String.valueOf(cause.getMessage());
            // Java's own check of names and of usages has no exceptions of its own
            if (message.startsWith("No subject alternative") || message.startsWith("No name matching"))
                return ERROR_WINHTTP_SECURE_CERT_CN_INVALID;
            if (message.contains("key usage")) return ERROR_WINHTTP_SECURE_CERT_WRONG_USAGE;
        }
        return null;
    }

    private static @Nullable BitsError ofPath(CertPathValidatorException.Reason reason) {
        if (reason == BasicReason.EXPIRED || reason == BasicReason.NOT_YET_VALID)
            return ERROR_WINHTTP_SECURE_CERT_DATE_INVALID;
        if (reason == BasicReason.REVOKED) return ERROR_WINHTTP_SECURE_CERT_REVOKED;
        if (reason == BasicReason.UNDETERMINED_REVOCATION_STATUS) return ERROR_WINHTTP_SECURE_CERT_REV_FAILED;
        // Who has the name of an authority and not its key is none
        return reason == PKIXReason.NO_TRUST_ANCHOR || reason == BasicReason.INVALID_SIGNATURE
                ? ERROR_WINHTTP_SECURE_INVALID_CA
                : null;
    }

    private static Failure closedTooEarly() {
        return connection(ERROR_WINHTTP_CONNECTION_ERROR, "The connection was closed before the file was whole.");
    }

    private static Failure connection(BitsError code, String description) {
        return Failure.transientOf(GENERAL_TRANSPORT, code, description);
    }

    /** The proxy does not let us through, or cannot reach the server: its status is not the server's. */
    static Failure ofProxyStatus(String name, int status) {
        return new Failure(
                GENERAL_TRANSPORT,
                new HttpError(status),
                isFatal(status),
                "The proxy " + name + " answered with HTTP status " + status + ".",
                null,
                null);
    }

    /** The proxy itself cannot be reached, or does not answer when it is asked for a way to the server. */
    static Failure ofProxy(String name, Exception problem, Phase phase) {
        Failure failure = ofConnection(problem, phase);
        return new Failure(
                GENERAL_TRANSPORT,
                failure.code(),
                failure.fatal(),
                "The proxy " + name + " cannot be used: " + failure.description(),
                null,
                failure.cause());
    }

    /** A login that the scheme has no use for. */
    static Failure ofLogin(ChallengeType target) {
        return Failure.fatal(contextOf(target), BG_E_INVALID_CREDENTIALS, BG_E_INVALID_CREDENTIALS.text());
    }

    /** Kerberos is asked for, and the operator has not set it up. */
    static Failure ofNoKerberos(ChallengeType target) {
        return login(target, "The operator has set up no Kerberos here.", E_NOTIMPL);
    }

    /** Inside of Negotiate something else is wanted: NTLM, as a rule. */
    static Failure ofForeignMechanism(ChallengeType target) {
        return login(target, "The server does not take Kerberos inside of Negotiate.", null);
    }

    /** Who let us in is not whom the ticket is for. */
    static Failure ofFalseProof(ChallengeType target) {
        return Failure.fatal(
                contextOf(target),
                ERROR_WINHTTP_INVALID_SERVER_RESPONSE,
                "The answer does not prove that it comes from the "
                        + (target == ChallengeType.PROXY ? "proxy" : "server") + " that the Kerberos ticket is for.");
    }

    /** A login by Kerberos that came to nothing. The JVM has the KDC's reason in words alone, of which its number is one. */
    static Failure ofKerberos(ChallengeType target, Exception problem) {
        for (Throwable cause = problem; cause != null; cause = cause.getCause())
            if (cause instanceof IOException)
                return connection(ERROR_WINHTTP_CANNOT_CONNECT, "The KDC could not be reached.");
        Matcher number = KERBEROS_ERROR.matcher(String.valueOf(problem.getMessage()));
        if (!number.find())
            return login(
                    target,
                    "Kerberos has no use for the user name: the node's krb5.conf names no KDC of its realm, or no cipher.",
                    BG_E_INVALID_CREDENTIALS);
        int error = Integer.parseInt(number.group(1));
        return switch (error) {
            case 6 -> login(target, "The KDC does not know the user.", BG_E_INVALID_CREDENTIALS);
            case 7 -> login(target, "The KDC does not know the server.", null);
            case 18 -> login(target, "The user's account is locked.", BG_E_INVALID_CREDENTIALS);
            case 23 -> login(target, "The user's password has expired.", BG_E_INVALID_CREDENTIALS);
            case 24, 31 -> login(target, "The KDC refuses the password.", BG_E_INVALID_CREDENTIALS);
            // Its service is away, clocks differ: nobody has to change the job
            case 29, 37 ->
                Failure.transientOf(
                        GENERAL_TRANSPORT, ERROR_SERVICE_UNAVAILABLE, "The KDC gave the Kerberos error " + error + ".");
            default -> login(target, "The KDC gave the Kerberos error " + error + ".", BG_E_INVALID_CREDENTIALS);
        };
    }

    /** Who is not let in has the status that the server gave. */
    private static Failure login(ChallengeType target, String description, @Nullable BitsError cause) {
        int status = target == ChallengeType.PROXY ? PROXY_AUTHENTICATION_REQUIRED : UNAUTHORIZED;
        return new Failure(contextOf(target), new HttpError(status), true, description, null, cause);
    }

    private static ErrorContext contextOf(ChallengeType target) {
        return target == ChallengeType.PROXY ? GENERAL_TRANSPORT : REMOTE_FILE;
    }

    /**
     * An exception of the store.
     *
     * @param full whether the disk has no space left now; the system's own words may be in any language
     */
    static Failure ofStore(IOException told, boolean full) {
        IOException problem = FailedBefore.origin(told);
        String reason = reason(problem);
        // A link, a device, a folder where a file should be: never followed.
        if (problem instanceof ForbiddenPathException)
            return Failure.fatal(LOCAL_FILE, E_ACCESSDENIED, "The local name is refused: " + reason + ".");
        if (problem instanceof DestinationTakenException)
            return Failure.transientOf(
                    LOCAL_FILE, BG_E_DESTINATION_LOCKED, "A folder stands where the file should be.");
        if (full || says(reason, "no space left", "quota exceeded", "file too large"))
            return Failure.fatal(LOCAL_FILE, ERROR_DISK_FULL, ERROR_DISK_FULL.text());
        if (problem instanceof AccessDeniedException
                || says(reason, "permission denied", "operation not permitted", "read-only file system"))
            return Failure.fatal(LOCAL_FILE, E_ACCESSDENIED, "The store refuses access.");
        // The name is too long for this store, or a file stands where a folder should be: waiting does not help.
        if (says(reason, "name too long", "not a directory"))
            return Failure.fatal(LOCAL_FILE, E_ACCESSDENIED, "The local name cannot exist in this store.");
        // Folders and files are made elsewhere in the store, or beside, and moved to where they belong.
        if (problem instanceof AtomicMoveNotSupportedException)
            return Failure.fatal(
                    LOCAL_FILE,
                    E_ACCESSDENIED,
                    "Another file system is mounted there: the store has to be one, from its root on.");
        if (problem instanceof DirectoryNotEmptyException || says(reason, "is a directory", "busy"))
            return Failure.transientOf(LOCAL_FILE, BG_E_DESTINATION_LOCKED, BG_E_DESTINATION_LOCKED.text());
        // A disk that fails may be back later.
        return Failure.transientOf(LOCAL_FILE, E_FAIL, "The store failed: " + reason + ".");
    }

    private static String reason(IOException problem) {
        String reason = problem instanceof FileSystemException named ? named.getReason() : problem.getMessage();
        return reason == null ? problem.getClass().getSimpleName() : reason;
    }

    private static boolean says(String reason, String... texts) {
        String lower = reason.toLowerCase(Locale.ROOT);
        for (String text : texts) if (lower.contains(text)) return true;
        return false;
    }
}
