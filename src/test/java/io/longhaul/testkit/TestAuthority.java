package io.longhaul.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
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
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException | IOException problem) {
            throw new IllegalStateException(problem);
        }
    }

    private TrustManager[] trust() throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        return trust.getTrustManagers();
    }

    /** Changes every socket before it listens to anybody. */
    private static final class Changed extends ServerSocketFactory {
        private final ServerSocketFactory sockets;
        private final Consumer<SSLServerSocket> change;

        Changed(ServerSocketFactory sockets, Consumer<SSLServerSocket> change) {
            this.sockets = sockets;
            this.change = change;
        }

        @Override
        public ServerSocket createServerSocket(int port) throws IOException {
            return changed(sockets.createServerSocket(port));
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog) throws IOException {
            return changed(sockets.createServerSocket(port, backlog));
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog, InetAddress address) throws IOException {
            return changed(sockets.createServerSocket(port, backlog, address));
        }

        private ServerSocket changed(ServerSocket socket) {
            change.accept((SSLServerSocket) socket);
            return socket;
        }
    }

    /** Server sockets with a certificate for 127.0.0.1. */
    public ServerSocketFactory serverSockets() {
        return serverSockets("127.0.0.1");
    }

    /** Server sockets with a certificate for that address, whether or not it is theirs. */
    public ServerSocketFactory serverSockets(String address) {
        return serverSockets(Leaf.USUAL.forAddress(address));
    }

    /** What is said in a server's certificate. */
    public record Leaf(String address, Duration valid, KeyPurposeId purpose, List<String> revocations) {
        /** For 127.0.0.1, for a month, for every purpose, and nobody says whether it was revoked. */
        public static final Leaf USUAL = new Leaf("127.0.0.1", VALID, null, List.of());

        public Leaf forAddress(String other) {
            return new Leaf(other, valid, purpose, revocations);
        }

        /** One that is over since yesterday. */
        public Leaf expired() {
            return new Leaf(address, Duration.ofDays(-1), purpose, revocations);
        }

        /** One for clients. */
        public Leaf forClients() {
            return new Leaf(address, valid, KeyPurposeId.id_kp_clientAuth, revocations);
        }

        /** One whose authority tells at those URLs what it has revoked. */
        public Leaf revocableAt(String... urls) {
            return new Leaf(address, valid, purpose, List.of(urls));
        }
    }

    /** Server sockets with such a certificate. */
    public ServerSocketFactory serverSockets(Leaf said) {
        return serverSockets(said, usual -> {});
    }

    /** Server sockets with the usual certificate, changed so. */
    public ServerSocketFactory serverSockets(Consumer<SSLServerSocket> change) {
        return serverSockets(Leaf.USUAL, change);
    }

    /** Server sockets that let in only those whom this authority knows. */
    public ServerSocketFactory serverSocketsForClientsWithCertificates() {
        return serverSockets(socket -> socket.setNeedClientAuth(true));
    }

    /** The list of what it has revoked: all that it has signed so far, or nothing. */
    public byte[] revocations(boolean all) {
        try {
            Date now = Date.from(Instant.now());
            X509v2CRLBuilder builder = new JcaX509v2CRLBuilder(certificate, now);
            builder.setNextUpdate(Date.from(Instant.now().plus(VALID)));
            for (long number = 1; all && number < serial.get(); number++)
                builder.addCRLEntry(BigInteger.valueOf(number), now, CRLReason.keyCompromise);
            return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
                    .getEncoded();
        } catch (OperatorCreationException | IOException problem) {
            throw new IllegalStateException(problem);
        }
    }

    private ServerSocketFactory serverSockets(Leaf said, Consumer<SSLServerSocket> change) {
        try {
            KeyPair server = keys();
            X509Certificate leaf = sign(new X500Name("CN=" + said.address()), server, false, said);
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            PrivateKey key = server.getPrivate();
            store.setKeyEntry("server", key, PASSWORD, new Certificate[] {leaf, certificate});
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(factory.getKeyManagers(), trust(), null);
            return new Changed(context.getServerSocketFactory(), change);
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
        return sign(subject, subjectKeys, authority, Leaf.USUAL.forAddress(address));
    }

    private X509Certificate sign(X500Name subject, KeyPair subjectKeys, boolean authority, Leaf said) {
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                            NAME,
                            BigInteger.valueOf(serial.getAndIncrement()),
                            Date.from(Instant.now().minus(VALID)),
                            Date.from(Instant.now().plus(said.valid())),
                            subject,
                            subjectKeys.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(authority))
                    .addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            new GeneralNames(new GeneralName(GeneralName.iPAddress, said.address())));
            if (said.purpose() != null)
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(said.purpose()));
            if (!said.revocations().isEmpty())
                builder.addExtension(Extension.cRLDistributionPoints, false, pointsTo(said.revocations()));
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (GeneralSecurityException | OperatorCreationException | IOException problem) {
            throw new IllegalStateException(problem);
        }
    }

    /** A point for each, but the first two are two names of one. */
    private static CRLDistPoint pointsTo(List<String> urls) {
        List<GeneralName> names = urls.stream()
                .map(url -> new GeneralName(GeneralName.uniformResourceIdentifier, url))
                .toList();
        List<DistributionPoint> points = new ArrayList<>();
        points.add(point(names.stream().limit(2).toArray(GeneralName[]::new)));
        names.stream().skip(2).forEach(name -> points.add(point(name)));
        return new CRLDistPoint(points.toArray(DistributionPoint[]::new));
    }

    private static DistributionPoint point(GeneralName... names) {
        return new DistributionPoint(new DistributionPointName(new GeneralNames(names)), null, null);
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
