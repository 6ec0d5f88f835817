package io.longhaul.transfer;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whom transfers over https trust: the JVM's certificates, and those of the operator's PEM file. */
final class TrustedCertificates {
    private TrustedCertificates() {}

    /**
     * A context that trusts both.
     *
     * @throws IOException where the file cannot be read or holds no certificate
     */
    static SSLContext context(@Nullable Path pem) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(ClientIdentity.none(), pem == null ? null : managers(pem), null);
            return context;
        } catch (GeneralSecurityException problem) {
            throw new IOException("The trusted certificates cannot be used: " + problem.getMessage(), problem);
        }
    }

    /** Both, one by one. */
    static List<X509Certificate> all(@Nullable Path pem) throws IOException, GeneralSecurityException {
        List<X509Certificate> all = new ArrayList<>(Arrays.asList(ofTheJvm()));
        if (pem != null)
            for (Certificate certificate : read(pem)) if (certificate instanceof X509Certificate x509) all.add(x509);
        return all;
    }

    static TrustManager[] managers(@Nullable Path pem) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        int number = 0;
        for (X509Certificate certificate : all(pem)) trusted.setCertificateEntry("trusted-" + number++, certificate);
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return factory.getTrustManagers();
    }

    private static X509Certificate[] ofTheJvm() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        for (TrustManager manager : factory.getTrustManagers())
            if (manager instanceof X509TrustManager x509) return x509.getAcceptedIssuers();
        return new X509Certificate[0];
    }

    private static Collection<? extends Certificate> read(Path pem) throws IOException, GeneralSecurityException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(pem))) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) throw new IOException(pem + " holds no certificate");
            return certificates;
        }
    }
}
