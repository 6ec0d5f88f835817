package io.longhaul.transfer;

import io.longhaul.codec.SecretValue.Login;
import io.longhaul.job.http.AuthScheme;
import java.util.HashMap;
import java.util.Map;
import org.apache.hc.client5.http.auth.ChallengeType;
import org.apache.hc.core5.http.HttpHost;

/**
 * Who answers in one run: one for each server, or each proxy, by its scheme, name and port. What one of them asked is
 * no question of another, and what one refused another may take. There are no more of them than hosts that the job, or
 * its list of proxies, names.
 */
final class Authenticators {
    private final ChallengeType type;
    private final Map<AuthScheme, Login> logins;
    private final Kerberos kerberos;
    private final Line line;
    private final Map<HttpHost, Authenticator> byHost = new HashMap<>();

    /**
     * Nothing is said yet.
     *
     * @param line of the run, which may be cut while a KDC is waited for
     */
    Authenticators(ChallengeType type, Map<AuthScheme, Login> logins, Kerberos kerberos, Line line) {
        this.type = type;
        this.logins = logins;
        this.kerberos = kerberos;
        this.line = line;
    }

    boolean hasLogins() {
        return !logins.isEmpty();
    }

    /** Whether one of the schemes may be for a connection, and not for a request. */
    boolean maySpeakForConnections() {
        return logins.containsKey(AuthScheme.NTLM) || logins.containsKey(AuthScheme.NEGOTIATE);
    }

    Authenticator of(HttpHost host) {
        return byHost.computeIfAbsent(host, asks -> new Authenticator(type, logins, kerberos, line));
    }
}
