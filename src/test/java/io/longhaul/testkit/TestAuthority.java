package io.longhaul.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority that nobody knows, for servers on 127.0.0.1. */
public final class TestAuthority {
    private static final X500Name NAME = new X500Name("CN=Testkit authority");
    private static final char[] PASSWORD = "testkit".toCharArray();
    private static final Duration VALID = Duration.ofDays(30);

    private final AtomicLong serial = new AtomicLong(1);
    private final KeyPair keys = keys();
    private final X509Certificate certificate = sign(NAME, keys, true, "127.0.0.1");

    /** Its certificate as PEM. */
    public String pem() {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException problem) {
            throw new IllegalStateException(problem);
        }
    }

    /** Writes its certificate as PEM. */
    public Path writePem(Path file) {
        try {
            return Files.writeString(file, pem(), StandardCharsets.US_ASCII);
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    /** Client sockets that trust this authority and have no certificate. */
    public SSLSocketFactory clientSockets() {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("authority", certificate);
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException | IOException problem) {
            throw new IllegalStateException(problem);
        }
    }

    /** Server sockets with a certificate for 127.0.0.1. */
    public ServerSocketFactory serverSockets() {
        return serverSockets("127.0.0.1");
    }

    /** Server sockets with a certificate for that address, whether or not it is theirs. */
    public ServerSocketFactory serverSockets(String address) {
        try {
            KeyPair server = keys();
            X509Certificate leaf = sign(new X500Name("CN=" + address), server, false, address);
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            PrivateKey key = server.getPrivate();
            store.setKeyEntry("server", key, PASSWORD, new Certificate[] {leaf, certificate});
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(factory.getKeyManagers(), null, null);
            return context.getServerSocketFactory();
        } catch (GeneralSecurityException | IOException problem) {
            throw new IllegalStateException(problem);
        }
    }

    /** Writes a new certificate of that name for 127.0.0.1, {@code <name>.crt}, and its key, {@code <name>.key}. */
    public void writeIdentity(Path folder, String name) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA"); // Akka reads no other keys
            generator.initialize(2048);
            KeyPair identity = generator.generateKeyPair();
            X509Certificate leaf = sign(new X500Name("CN=" + name), identity, false, "127.0.0.1");
            Files.writeString(folder.resolve(name + ".crt"), pem("CERTIFICATE", leaf.getEncoded()));
            Files.writeString(
                    folder.resolve(name + ".key"),
                    pem("PRIVATE KEY", identity.getPrivate().getEncoded()));
        } catch (GeneralSecurityException | IOException problem) {
            throw new IllegalStateException(problem);
        }
    }

    private static String pem(String kind, byte[] content) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END " + kind + "-----\n";
    }

    private X509Certificate sign(X500Name subject, KeyPair subjectKeys, boolean authority, String address) {
        try {
            Instant now = Instant.now();
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                            NAME,
                            BigInteger.valueOf(serial.getAndIncrement()),
                            Date.from(now.minus(VALID)),
                            Date.from(now.plus(VALID)),
                            subject,
                            subjectKeys.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(authority))
                    .addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            new GeneralNames(new GeneralName(GeneralName.iPAddress, address)));
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (GeneralSecurityException | OperatorCreationException | IOException problem) {
            throw new IllegalStateException(problem);
        }
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException problem) {
            throw new IllegalStateException(problem);
        }
    }
}
