package io.longhaul.transfer;

import io.longhaul.codec.SecretValue.Login;
import java.security.Principal;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletionException;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.kerberos.KerberosTicket;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;
import org.apache.hc.client5.http.auth.AuthChallenge;
import org.apache.hc.client5.http.auth.AuthScheme;
import org.apache.hc.client5.http.auth.AuthenticationException;
import org.apache.hc.client5.http.auth.ChallengeType;
import org.apache.hc.client5.http.auth.CredentialsProvider;
import org.apache.hc.client5.http.auth.MalformedChallengeException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.GSSName;
import org.ietf.jgss.Oid;
import org.jspecify.annotations.Nullable;

/**
 * Negotiate (RFC 4559), with Kerberos and nothing else inside. The user name and password of the job get a ticket, and each
 * request carries a token made of it: some servers let a connection in, others each request.
 */
final class NegotiateScheme implements AuthScheme {
    static final String NAME = "Negotiate";

    private static final String SPNEGO = "1.3.6.1.5.5.2";
    private static final String MODULE = "com.sun.security.auth.module.Krb5LoginModule";
    private static final byte[] NOTHING = {};

    private final ChallengeType type;
    private final Login login;
    private final Kerberos kerberos;
    private final Line line;

    private @Nullable Subject subject;
    private @Nullable GSSContext context;
    private byte @Nullable [] received;
    private boolean sent;
    private boolean refused;

    /**
     * Asks nobody yet.
     *
     * @param line of the run, which may be cut while the KDC is waited for
     */
    NegotiateScheme(ChallengeType type, Login login, Kerberos kerberos, Line line) {
        this.type = type;
        this.login = login;
        this.kerberos = kerberos;
        this.line = line;
    }

    @Override
    public String getName() {
        return NAME;
    }

    /** What it says is said with each request; that nobody else uses the connection is seen to elsewhere. */
    @Override
    public boolean isConnectionBased() {
        return false;
    }

    @Override
    public void processChallenge(AuthChallenge challenge, HttpContext http) throws MalformedChallengeException {
        received = token(challenge);
        refused = sent && received == null;
    }

    @Override
    public boolean isChallengeComplete() {
        return refused;
    }

    @Override
    public @Nullable String getRealm() {
        return null;
    }

    @Override
    public boolean isResponseReady(HttpHost host, CredentialsProvider provider, HttpContext http) {
        return !refused;
    }

    @Override
    public @Nullable Principal getPrincipal() {
        return null;
    }

    /** The exception's cause is a {@link TransferFailed}. */
    @Override
    public String generateAuthResponse(HttpHost host, HttpRequest request, HttpContext http)
            throws AuthenticationException {
        try {
            byte[] token = next(host.getHostName());
            sent = true;
            return NAME + " " + Base64.getEncoder().encodeToString(token);
        } catch (TransferFailed failed) {
            throw new AuthenticationException(failed.getMessage(), failed);
        }
    }

    /**
     * Hears that the request was let through, and whether that was the server that the ticket is for, where it says so.
     *
     * @param challenge what came with the answer; null: nothing
     * @throws TransferFailed where it is another one
     */
    void accepted(@Nullable AuthChallenge challenge) throws TransferFailed {
        GSSContext present = context;
        sent = false;
        context = null;
        received = null;
        if (present == null || challenge == null || challenge.getValue() == null) return;
        try {
            byte[] proof = token(challenge);
            if (proof == null) return;
            answer(present, proof); // asks no KDC
            if (!present.isEstablished()) throw new TransferFailed(FailureKind.ofFalseProof(type), null);
        } catch (MalformedChallengeException | GSSException wrong) {
            throw new TransferFailed(FailureKind.ofFalseProof(type), wrong);
        }
    }

    private static byte @Nullable [] token(AuthChallenge challenge) throws MalformedChallengeException {
        if (challenge.getValue() == null) return null;
        try {
            return Base64.getDecoder().decode(challenge.getValue());
        } catch (IllegalArgumentException notBase64) {
            throw new MalformedChallengeException("The token is not Base64", notBase64);
        }
    }

    private byte[] next(String host) throws TransferFailed {
        if (!kerberos.isPresent()) throw new Kerberos.LoginFailed(FailureKind.ofNoKerberos(type), null);
        byte[] question = received;
        received = null;
        try {
            return kerberos.ask(line, () -> {
                Subject known = known();
                GSSContext going = question == null ? null : context;
                if (going == null) going = begin(known, host);
                context = going;
                return answer(known, going, question == null ? NOTHING : question);
            });
        } catch (GSSException foreign) {
            Failure failure =
                    question == null ? FailureKind.ofKerberos(type, foreign) : FailureKind.ofForeignMechanism(type);
            throw new Kerberos.LoginFailed(failure, foreign);
        } catch (LoginException refusal) {
            throw new Kerberos.LoginFailed(FailureKind.ofKerberos(type, refusal), refusal);
        }
    }

    /** Who has a ticket that is still good, got anew where it is not. */
    private Subject known() throws LoginException {
        Subject present = subject;
        boolean good = present != null
                && present.getPrivateCredentials(KerberosTicket.class).stream().allMatch(KerberosTicket::isCurrent);
        if (present != null && good) return present;
        LoginContext context = new LoginContext(MODULE, null, this::fillIn, configuration(kerberos.readsFile()));
        context.login();
        subject = context.getSubject();
        return context.getSubject();
    }

    private void fillIn(Callback[] asked) {
        for (Callback callback : asked) {
            if (callback instanceof NameCallback name) name.setName(login.userName());
            if (callback instanceof PasswordCallback password)
                password.setPassword(login.password().toCharArray());
        }
    }

    /** No file of the JVM's, no ticket that somebody else has left. */
    private static Configuration configuration(boolean readsFile) {
        Map<String, String> options = Map.of("refreshKrb5Config", String.valueOf(readsFile), "useTicketCache", "false");
        AppConfigurationEntry[] entries = {new AppConfigurationEntry(MODULE, LoginModuleControlFlag.REQUIRED, options)};
        return new Configuration() {
            @Override
            public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
                return entries;
            }
        };
    }

    private static GSSContext begin(Subject known, String host) throws GSSException {
        return as(known, () -> {
            GSSManager manager = GSSManager.getInstance();
            GSSName server = manager.createName("HTTP@" + host, GSSName.NT_HOSTBASED_SERVICE);
            GSSContext context = manager.createContext(server, new Oid(SPNEGO), null, GSSContext.DEFAULT_LIFETIME);
            context.requestMutualAuth(true);
            return context;
        });
    }

    private static byte[] answer(Subject known, GSSContext context, byte[] token) throws GSSException {
        return as(known, () -> answer(context, token));
    }

    private static byte[] answer(GSSContext context, byte[] token) throws GSSException {
        byte[] answer = context.initSecContext(token, 0, token.length);
        return answer == null ? NOTHING : answer;
    }

    private interface Act<T> {
        T perform() throws GSSException;
    }

    private static <T> T as(Subject known, Act<T> act) throws GSSException {
        try {
            return Subject.callAs(known, act::perform);
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof GSSException refusal) throw refusal;
            throw failed;
        }
    }
}
