package io.longhaul.store;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.util.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The operator's keys for secrets, AES-256-GCM by Tink: the first one encrypts, each of them decrypts. What was
 * encrypted names its key by four bytes of the key's own hash, so keys need no names and may stand in any order behind
 * the first.
 */
public final class SecretKeys {
    private static final int KEY_BYTES = 32;

    private final Aead aead;
    private final int first;

    private SecretKeys(Aead aead, int first) {
        this.aead = aead;
        this.first = first;
    }

    /**
     * Keys as the operator writes them, each 32 bytes in Base64.
     *
     * @throws IllegalArgumentException where there is none, or one that is no key, or two are the same; never says which
     *     bytes it has
     */
    @AccessesPartialKey
    public static SecretKeys of(List<String> base64) {
        List<byte[]> keys = new ArrayList<>();
        for (String text : base64) keys.add(bytes(text, keys.size() + 1));
        if (keys.isEmpty()) throw new IllegalArgumentException("there is no key");
        try {
            AeadConfig.register();
            KeysetHandle.Builder keyset = KeysetHandle.newBuilder();
            for (int i = 0; i < keys.size(); i++) {
                var entry = KeysetHandle.importKey(key(keys.get(i)));
                keyset.addEntry(i == 0 ? entry.makePrimary() : entry);
            }
            return new SecretKeys(
                    keyset.build().getPrimitive(RegistryConfiguration.get(), Aead.class), idOf(keys.getFirst()));
        } catch (GeneralSecurityException refused) {
            throw new IllegalArgumentException("two of the keys are the same", refused);
        }
    }

    private static byte[] bytes(String text, int number) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(text.strip());
        } catch (IllegalArgumentException notBase64) {
            throw new IllegalArgumentException("key " + number + " is not Base64");
        }
        if (key.length != KEY_BYTES)
            throw new IllegalArgumentException("key " + number + " must have " + KEY_BYTES + " bytes");
        return key;
    }

    @AccessesPartialKey
    private static AesGcmKey key(byte[] bytes) throws GeneralSecurityException {
        return AesGcmKey.builder()
                .setParameters(AesGcmParameters.builder()
                        .setKeySizeBytes(KEY_BYTES)
                        .setIvSizeBytes(12)
                        .setTagSizeBytes(16)
                        .setVariant(AesGcmParameters.Variant.TINK)
                        .build())
                .setKeyBytes(SecretBytes.copyFrom(bytes, InsecureSecretKeyAccess.get()))
                .setIdRequirement(idOf(bytes))
                .build();
    }

    private static int idOf(byte[] key) throws GeneralSecurityException {
        return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(key)).getInt();
    }

    /** The number of the key that encrypts, which is no secret. */
    int first() {
        return first;
    }

    /**
     * @param about what it is a secret of, which whoever decrypts must know as well
     */
    byte[] encrypt(byte[] value, String about) throws GeneralSecurityException {
        return aead.encrypt(value, about.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * @throws GeneralSecurityException where no key fits, or something else was encrypted
     */
    byte[] decrypt(byte[] encrypted, String about) throws GeneralSecurityException {
        return aead.decrypt(encrypted, about.getBytes(StandardCharsets.UTF_8));
    }
}
