package io.longhaul.transfer;

import io.longhaul.job.http.SecurityFlag;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Whom a job trusts that has security flags: what no flag says to ignore is checked as for every other job, by Java's own
 * path validation. The name is not looked at here, but by the HTTP client.
 */
final class FlaggedTrust extends X509ExtendedTrustManager {
    private static final int LONGEST_CHAIN = 10;
    private static final String FOR_SERVERS = "1.3.6.1.5.5.7.3.1";
    private static final String FOR_ALL = "2.5.29.37.0";

    private final List<X509Certificate> authorities;
    private final Set<SecurityFlag> flags;
    private final RevocationCheck revocations;
    private final Clock clock;

    /**
     * Nobody is trusted yet.
     *
     * @param revocations how it is learnt whether a certificate is revoked, where a flag wants to know
     */
    FlaggedTrust(List<X509Certificate> authorities, Set<SecurityFlag> flags, RevocationCheck revocations, Clock clock) {
        this.authorities = authorities;
        this.flags = flags;
        this.revocations = revocations;
        this.clock = clock;
    }

    /** The certificate is not one for servers. */
    static final class WrongUsageException extends CertificateException {
        private static final long serialVersionUID = 1;

        WrongUsageException() {
            super("The certificate is not one for servers");
        }
    }

    /** From the server's certificate up, without the authority; who has signed the last one. */
    private record Chain(
            List<X509Certificate> path, @Nullable X509Certificate authority) {}

    private void check(X509Certificate[] shown) throws CertificateException {
        if (shown.length == 0 || shown.length > LONGEST_CHAIN)
            throw new CertificateException("A chain has 1 to " + LONGEST_CHAIN + " certificates");
        if (!flags.contains(SecurityFlag.IGNORE_CERT_WRONG_USAGE)) checkUsage(shown[0]);
        Chain chain = chain(shown);
        if (chain.authority() != null) {
            validate(chain.path(), chain.authority(), flags.contains(SecurityFlag.ENABLE_CRL_CHECK));
            return;
        }
        if (!flags.contains(SecurityFlag.IGNORE_UNKNOWN_CA))
            throw new CertificateException(new CertPathValidatorException(
                    "Nobody who is trusted has signed it", null, null, -1, PKIXReason.NO_TRUST_ANCHOR));
        // Whoever is at the top is believed; nobody could say whether he has revoked anything
        List<X509Certificate> path = new ArrayList<>(chain.path());
        X509Certificate top = path.removeLast();
        if (!flags.contains(SecurityFlag.IGNORE_CERT_DATE_INVALID)) top.checkValidity(now());
        validate(path, top, false);
    }

    private static void checkUsage(X509Certificate leaf) throws CertificateException {
        List<String> usages = leaf.getExtendedKeyUsage();
        if (usages != null && !usages.contains(FOR_SERVERS) && !usages.contains(FOR_ALL))
            throw new WrongUsageException();
    }

    private Chain chain(X509Certificate[] shown) {
        List<X509Certificate> path = new ArrayList<>();
        X509Certificate present = shown[0];
        while (!authorities.contains(present)) {
            path.add(present);
            X509Certificate authority = signer(present, authorities);
            if (authority != null) return new Chain(path, authority);
            X509Certificate next = signer(present, Arrays.asList(shown));
            if (next == null || path.contains(next)) return new Chain(path, null);
            present = next;
        }
        return new Chain(path, present);
    }

    private static @Nullable X509Certificate signer(X509Certificate signed, List<X509Certificate> among) {
        for (X509Certificate candidate : among)
            if (candidate.getSubjectX500Principal().equals(signed.getIssuerX500Principal())
                    && hasSigned(candidate, signed)) return candidate;
        return null;
    }

    private static boolean hasSigned(X509Certificate signer, X509Certificate signed) {
        try {
            signed.verify(signer.getPublicKey());
            return true;
        } catch (GeneralSecurityException somebodyElseOfThatName) {
            return false;
        }
    }

    private void validate(List<X509Certificate> path, X509Certificate authority, boolean revocation)
            throws CertificateException {
        if (path.isEmpty()) return;
        try {
            CertPathValidator validator = CertPathValidator.getInstance("PKIX");
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
            parameters.setDate(date(path));
            parameters.setRevocationEnabled(false);
            CertPath valid = CertificateFactory.getInstance("X.509").generateCertPath(path);
            validator.validate(valid, parameters);
            // Only now, for nothing is fetched from where somebody says whom nobody trusts
            if (revocation) revocations.check(validator, valid, parameters);
        } catch (GeneralSecurityException refused) {
            throw new CertificateException(refused);
        }
    }

    /** Where dates are ignored, one at which the whole path was valid, if there is any. */
    private Date date(List<X509Certificate> path) {
        if (!flags.contains(SecurityFlag.IGNORE_CERT_DATE_INVALID)) return now();
        Instant latest = Instant.MIN;
        for (X509Certificate one : path) {
            Instant begin = one.getNotBefore().toInstant();
            if (begin.isAfter(latest)) latest = begin;
        }
        return Date.from(latest);
    }

    private Date now() {
        return Date.from(clock.instant());
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String keyExchange) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String keyExchange, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String keyExchange, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String keyExchange) throws CertificateException {
        throw new CertificateException("This is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String keyExchange, Socket socket)
            throws CertificateException {
        throw new CertificateException("This is no server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String keyExchange, SSLEngine engine)
            throws CertificateException {
        throw new CertificateException("This is no server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new HashSet<>(authorities).toArray(X509Certificate[]::new);
    }
}
