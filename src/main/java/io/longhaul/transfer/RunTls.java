package io.longhaul.transfer;

import io.longhaul.codec.ClientKeys;
import io.longhaul.codec.SecretValue.Identity;
import io.longhaul.job.http.HttpOptions;
import io.longhaul.job.http.SecurityFlag;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.jspecify.annotations.Nullable;

/** TLS as one job wants it: with its client certificate, and with what its security flags say of the server's. */
final class RunTls {
    private RunTls() {}

    /** Whether a job's TLS is that of all jobs. */
    static boolean isUsual(HttpOptions http, @Nullable Identity identity) {
        return identity == null && flags(http).isEmpty();
    }

    /** Whether a certificate says who has answered, and not only that somebody has. */
    static boolean provesServer(HttpOptions http) {
        Set<SecurityFlag> flags = flags(http);
        flags.remove(SecurityFlag.ENABLE_CRL_CHECK);
        return flags.isEmpty();
    }

    static TlsSocketStrategy strategy(
            TransferSettings settings,
            HttpOptions http,
            @Nullable Identity identity,
            RevocationCheck revocations,
            Clock clock)
            throws IOException, GeneralSecurityException {
        KeyManager[] keys = identity == null ? ClientIdentity.none() : ClientIdentity.of(ClientKeys.managers(identity));
        Set<SecurityFlag> flags = flags(http);
        SSLContext context = SSLContext.getInstance("TLS");
        if (flags.isEmpty()) {
            context.init(keys, TrustedCertificates.managers(settings.trustedCertificates()), null);
            return new DefaultClientTlsStrategy(context);
        }
        TrustManager trust =
                new FlaggedTrust(TrustedCertificates.all(settings.trustedCertificates()), flags, revocations, clock);
        context.init(keys, new TrustManager[] {trust}, null);
        return new DefaultClientTlsStrategy(
                context,
                HostnameVerificationPolicy.CLIENT,
                flags.contains(SecurityFlag.IGNORE_CERT_CN_INVALID)
                        ? NoopHostnameVerifier.INSTANCE
                        : new DefaultHostnameVerifier());
    }

    private static Set<SecurityFlag> flags(HttpOptions http) {
        Set<SecurityFlag> flags = EnumSet.noneOf(SecurityFlag.class);
        flags.addAll(http.securityFlags());
        flags.remove(SecurityFlag.ALLOW_HTTPS_TO_HTTP);
        return flags;
    }
}
