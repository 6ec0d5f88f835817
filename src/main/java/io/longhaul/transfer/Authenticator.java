package io.longhaul.transfer;

import io.longhaul.codec.SecretValue.Login;
import io.longhaul.job.http.AuthScheme;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hc.client5.http.auth.AuthChallenge;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.AuthenticationException;
import org.apache.hc.client5.http.auth.ChallengeType;
import org.apache.hc.client5.http.auth.Credentials;
import org.apache.hc.client5.http.auth.MalformedChallengeException;
import org.apache.hc.client5.http.auth.NTCredentials;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.impl.auth.AuthChallengeParser;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.auth.BasicScheme;
import org.apache.hc.client5.http.impl.auth.DigestScheme;
import org.apache.hc.client5.http.impl.auth.NTLMScheme;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.message.ParserCursor;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.jspecify.annotations.Nullable;

/**
 * Answers the challenges of one server, or one proxy, in one run. Nothing is said before somebody asks; then the strongest
 * scheme that is asked for and that the job has a login for is used, and a second refusal is an error.
 */
final class Authenticator {
    /** NTLM needs two answers, a stale nonce one more. */
    private static final int MOST_CHALLENGES = 4;

    private final ChallengeType type;
    private final Map<AuthScheme, Login> logins;
    private final Kerberos kerberos;
    private final Line line;

    private org.apache.hc.client5.http.auth.@Nullable AuthScheme present;
    private boolean refused;
    private int challenges;

    /**
     * Nothing is said yet.
     *
     * @param line of the run, which may be cut while a KDC is waited for
     */
    Authenticator(ChallengeType type, Map<AuthScheme, Login> logins, Kerberos kerberos, Line line) {
        this.type = type;
        this.logins = logins;
        this.kerberos = kerberos;
        this.line = line;
    }

    /** Whether somebody has asked, and there is an answer. */
    boolean hasAnswer() {
        return present != null;
    }

    /** The value of the header that a request carries now; null: none. */
    @Nullable
    String header(HttpHost host, HttpRequest request) throws TransferFailed {
        if (present == null) return null;
        try {
            return present.generateAuthResponse(host, request, HttpCoreContext.create());
        } catch (AuthenticationException unusable) {
            if (unusable.getCause() instanceof TransferFailed failed) throw failed;
            throw new TransferFailed(FailureKind.ofLogin(type), unusable);
        }
    }

    /**
     * Hears a 401 or 407.
     *
     * @param headers the values of WWW-Authenticate or Proxy-Authenticate
     * @return whether the request is worth sending again
     */
    boolean challenged(HttpHost host, List<String> headers) {
        if (refused || logins.isEmpty() || ++challenges > MOST_CHALLENGES) return false;
        Map<String, List<AuthChallenge>> asked = byScheme(headers);
        boolean answer = present == null ? begin(host, asked) : goOn(host, asked);
        refused = !answer;
        if (refused) present = null;
        return answer;
    }

    /**
     * Hears that the request was let through. What was said for a connection is not said again on it.
     *
     * @param headers the values of WWW-Authenticate or Proxy-Authenticate
     * @throws TransferFailed where somebody was to say who he is, and is another one
     */
    void accepted(List<String> headers) throws TransferFailed {
        challenges = 0;
        if (present instanceof NegotiateScheme negotiate)
            negotiate.accepted(byScheme(headers).getOrDefault(key(present), List.of()).stream()
                    .findFirst()
                    .orElse(null));
        if (present != null && present.isConnectionBased()) present = null;
    }

    private boolean begin(HttpHost host, Map<String, List<AuthChallenge>> asked) {
        AuthScheme[] schemes = AuthScheme.values();
        for (int strongest = schemes.length - 1; strongest >= 0; strongest--) {
            AuthScheme scheme = schemes[strongest];
            Login login = logins.get(scheme);
            if (login == null) continue;
            AuthChallenge challenge = answerable(host, scheme, login, asked);
            if (challenge == null) continue;
            present = scheme(scheme, login);
            if (isReady(present, host, challenge, credentials(scheme, login))) return true;
        }
        return false;
    }

    private boolean goOn(HttpHost host, Map<String, List<AuthChallenge>> asked) {
        if (present == null) return false;
        AuthScheme scheme = AuthScheme.valueOf(present.getName().toUpperCase(Locale.ROOT));
        Login login = logins.get(scheme);
        if (login == null) return false;
        AuthChallenge challenge = answerable(host, scheme, login, asked);
        return challenge != null
                && isReady(present, host, challenge, credentials(scheme, login))
                && !present.isChallengeComplete();
    }

    /** RFC 7616, 3.7: a server that knows several algorithms asks by each of them, the one it likes best first. */
    private static @Nullable AuthChallenge answerable(
            HttpHost host, AuthScheme scheme, Login login, Map<String, List<AuthChallenge>> asked) {
        return asked.getOrDefault(scheme.name().toLowerCase(Locale.ROOT), List.of()).stream()
                .filter(challenge ->
                        scheme != AuthScheme.DIGEST || hasDigest(host, challenge, credentials(scheme, login)))
                .findFirst()
                .orElse(null);
    }

    /** Whether we know the algorithm, and all else that the challenge demands, shows when an answer is made. */
    private static boolean hasDigest(HttpHost host, AuthChallenge challenge, Credentials credentials) {
        DigestScheme trial = new DigestScheme();
        try {
            return isReady(trial, host, challenge, credentials)
                    && trial.generateAuthResponse(
                                    host, new BasicHttpRequest("GET", host, "/"), HttpCoreContext.create())
                            != null;
        } catch (AuthenticationException unknown) {
            return false; // then the next challenge, or scheme, or the refusal stands
        }
    }

    private static boolean isReady(
            org.apache.hc.client5.http.auth.AuthScheme scheme,
            HttpHost host,
            AuthChallenge challenge,
            Credentials credentials) {
        BasicCredentialsProvider provider = new BasicCredentialsProvider();
        provider.setCredentials(new AuthScope(null, null, -1, null, null), credentials);
        try {
            HttpCoreContext context = HttpCoreContext.create();
            scheme.processChallenge(challenge, context);
            return scheme.isResponseReady(host, provider, context);
        } catch (MalformedChallengeException | AuthenticationException unusable) {
            return false; // then the refusal stands
        }
    }

    @SuppressWarnings("deprecation") // Microsoft has given NTLM up; BITS has it, and so have old proxies
    private org.apache.hc.client5.http.auth.AuthScheme scheme(AuthScheme scheme, Login login) {
        return switch (scheme) {
            case BASIC -> new BasicScheme(StandardCharsets.UTF_8);
            case DIGEST -> new DigestScheme();
            case NTLM -> new NTLMScheme();
            case NEGOTIATE -> new NegotiateScheme(type, login, kerberos, line);
        };
    }

    @SuppressWarnings("deprecation") // see above
    private static Credentials credentials(AuthScheme scheme, Login login) {
        char[] password = login.password().toCharArray();
        if (scheme != AuthScheme.NTLM) return new UsernamePasswordCredentials(login.userName(), password);
        int domain = login.userName().indexOf('\\');
        return new NTCredentials(
                login.userName().substring(domain + 1),
                password,
                null,
                domain < 0 ? null : login.userName().substring(0, domain));
    }

    private static String key(org.apache.hc.client5.http.auth.AuthScheme scheme) {
        return scheme.getName().toLowerCase(Locale.ROOT);
    }

    /** Those of each scheme in their order, by its name in small letters. */
    private Map<String, List<AuthChallenge>> byScheme(List<String> headers) {
        Map<String, List<AuthChallenge>> asked = new HashMap<>();
        for (String header : headers)
            for (AuthChallenge challenge : parse(header))
                asked.computeIfAbsent(challenge.getSchemeName().toLowerCase(Locale.ROOT), first -> new ArrayList<>())
                        .add(challenge);
        return asked;
    }

    private List<AuthChallenge> parse(String header) {
        try {
            return AuthChallengeParser.INSTANCE.parse(type, header, new ParserCursor(0, header.length()));
        } catch (ParseException malformed) {
            return List.of(); // perhaps another one is not
        }
    }
}
