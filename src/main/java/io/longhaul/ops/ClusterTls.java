package io.longhaul.ops;

import akka.pki.pem.DERPrivateKeyLoader;
import akka.pki.pem.PEMDecoder;
import akka.pki.pem.PEMLoadingException;
import akka.remote.artery.tcp.ssl.RotatingKeysSSLEngineProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.util.Map;

/** TLS between the nodes, in both directions. Akka reads the files again every few minutes, so they can be renewed. */
final class ClusterTls {
    private static final String ENGINE = "akka.remote.artery.ssl.rotating-keys-engine.";

    private ClusterTls() {}

    /** What Akka must be told; a {@link StartupException} names the file that it could not use. */
    static Map<String, Object> config(Settings.Tls tls) {
        checkCertificate("certificate", tls.certificate());
        checkCertificate("authority", tls.authority());
        checkKey(tls.key());
        return Map.of(
                "akka.remote.artery.transport",
                "tls-tcp",
                "akka.remote.artery.ssl.ssl-engine-provider",
                RotatingKeysSSLEngineProvider.class.getName(),
                ENGINE + "cert-file",
                tls.certificate().toString(),
                ENGINE + "key-file",
                tls.key().toString(),
                ENGINE + "ca-cert-file",
                tls.authority().toString());
    }

    private static void checkCertificate(String name, Path file) {
        try (var content = Files.newInputStream(file)) {
            var unused = CertificateFactory.getInstance("X.509").generateCertificate(content);
        } catch (IOException | GeneralSecurityException unusable) {
            throw unusable(name, unusable);
        }
    }

    /** Akka itself would only find out when the first node calls. */
    private static void checkKey(Path file) {
        try {
            PrivateKey key = DERPrivateKeyLoader.load(PEMDecoder.decode(Files.readString(file)));
            if (!key.getAlgorithm().equals("RSA")) throw new GeneralSecurityException("It is not an RSA key");
        } catch (IOException | GeneralSecurityException | PEMLoadingException unusable) {
            throw unusable("key", unusable);
        }
    }

    private static StartupException unusable(String name, Exception problem) {
        return new StartupException(
                "longhaul.cluster.tls." + name + " cannot be used: " + Sentences.firstLine(problem) + ".", problem);
    }
}
