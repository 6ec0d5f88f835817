package io.longhaul.codec;

import io.longhaul.codec.SecretValue.Identity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/** Client certificates and their keys: from PEM or PKCS#12, to what TLS works with. */
public final class ClientKeys {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final Pattern CERTIFICATE =
            Pattern.compile("-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]+-----END CERTIFICATE-----");
    private static final int MOST_CERTIFICATES = 10;

    private ClientKeys() {}

    /**
     * A PEM text of certificates, the client's own first, and one key in PKCS#8.
     *
     * @throws IllegalArgumentException where it is none; its message says why, in a sentence
     */
    public static Identity ofPem(String text) {
        List<Certificate> chain = new ArrayList<>();
        Matcher certificates = CERTIFICATE.matcher(text);
        while (certificates.find()) chain.add(certificate(certificates.group().getBytes(StandardCharsets.US_ASCII)));
        Matcher key = KEY.matcher(text);
        if (!key.find())
            throw new IllegalArgumentException("There is no key in PKCS#8, which begins with BEGIN PRIVATE KEY.");
        byte[] pkcs8;
        try {
            pkcs8 = Base64.getMimeDecoder().decode(key.group(1));
        } catch (IllegalArgumentException notBase64) {
            throw new IllegalArgumentException("The key is not Base64.");
        }
        return checked(chain, pkcs8);
    }

    /**
     * A PKCS#12 file with one key.
     *
     * @throws IllegalArgumentException where it is none, or the password is not its own; its message says so, in a sentence
     */
    public static Identity ofPkcs12(byte[] file, String password) {
        char[] secret = password.toCharArray();
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(file), secret);
            for (String alias : Collections.list(store.aliases())) {
                if (!store.isKeyEntry(alias)) continue;
                return checked(
                        List.of(store.getCertificateChain(alias)),
                        store.getKey(alias, secret).getEncoded());
            }
        } catch (IOException | GeneralSecurityException unreadable) {
            throw new IllegalArgumentException("This is no PKCS#12 file, or its password is another one.");
        } finally {
            Arrays.fill(secret, '\0');
        }
        throw new IllegalArgumentException("The PKCS#12 file holds no key.");
    }

    private static Identity checked(List<Certificate> chain, byte[] pkcs8) {
        if (chain.isEmpty()) throw new IllegalArgumentException("There is no certificate.");
        if (chain.size() > MOST_CERTIFICATES)
            throw new IllegalArgumentException("There are more than " + MOST_CERTIFICATES + " certificates.");
        try {
            PublicKey own = chain.getFirst().getPublicKey();
            if (!belong(key(own, pkcs8), own))
                throw new IllegalArgumentException("The key is not the one of the first certificate.");
            List<byte[]> encoded = new ArrayList<>();
            for (Certificate one : chain) encoded.add(one.getEncoded());
            return new Identity(encoded, pkcs8);
        } catch (GeneralSecurityException unusable) {
            throw new IllegalArgumentException(
                    "The key is not one of RSA, EC or EdDSA that fits the first certificate.");
        }
    }

    private static PrivateKey key(PublicKey own, byte[] pkcs8) throws GeneralSecurityException {
        return KeyFactory.getInstance(own.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    private static boolean belong(PrivateKey key, PublicKey own) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(
                switch (own.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> own.getAlgorithm();
                });
        byte[] text = "longhaul".getBytes(StandardCharsets.US_ASCII);
        signature.initSign(key);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(own);
        signature.update(text);
        return signature.verify(signed);
    }

    private static Certificate certificate(byte[] encoded) {
        try {
            Collection<? extends Certificate> read =
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(encoded));
            return read.iterator().next();
        } catch (CertificateException malformed) {
            throw new IllegalArgumentException("A certificate is malformed.");
        }
    }

    /** What TLS shows to a server that asks for a certificate. */
    public static KeyManager[] managers(Identity identity) throws GeneralSecurityException, IOException {
        List<Certificate> chain = new ArrayList<>();
        for (byte[] encoded : identity.chain()) chain.add(certificate(encoded));
        char[] noPassword = new char[0];
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, noPassword);
        store.setKeyEntry(
                "client",
                key(chain.getFirst().getPublicKey(), identity.key()),
                noPassword,
                chain.toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, noPassword);
        return factory.getKeyManagers();
    }
}
