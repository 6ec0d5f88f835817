package io.longhaul.transfer;

import io.longhaul.job.file.Checksum;
import io.longhaul.job.file.ChecksumAlgorithm;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** The checksums of some bytes, of as many algorithms as they are held against. */
final class Hashes {
    /** One of them, while the bytes come. */
    private interface Hash {
        void update(ByteBuffer bytes);

        byte[] value();
    }

    private final List<Checksum> expected;
    private final Map<ChecksumAlgorithm, Hash> running = new EnumMap<>(ChecksumAlgorithm.class);

    Hashes(List<Checksum> expected) {
        this.expected = List.copyOf(expected);
        for (Checksum checksum : expected) running.computeIfAbsent(checksum.algorithm(), Hashes::hash);
    }

    /** The next bytes, which stay in the buffer. */
    void update(ByteBuffer bytes) {
        for (Hash hash : running.values()) hash.update(bytes.duplicate());
    }

    /** Whether all bytes are what was expected; to be asked once, after the last. */
    boolean match() {
        Map<ChecksumAlgorithm, String> seen = new EnumMap<>(ChecksumAlgorithm.class);
        running.forEach((algorithm, hash) -> seen.put(algorithm, HexFormat.of().formatHex(hash.value())));
        return expected.stream().allMatch(checksum -> checksum.hex().equals(seen.get(checksum.algorithm())));
    }

    private static Hash hash(ChecksumAlgorithm algorithm) {
        return switch (algorithm) {
            case SHA_512 -> digest("SHA-512");
            case SHA_256 -> digest("SHA-256");
            case MD5 -> digest("MD5");
            case CRC32C -> crc32c();
        };
    }

    private static Hash digest(String name) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java has " + name, impossible);
        }
        return new Hash() {
            @Override
            public void update(ByteBuffer bytes) {
                digest.update(bytes);
            }

            @Override
            public byte[] value() {
                return digest.digest();
            }
        };
    }

    private static Hash crc32c() {
        CRC32C crc = new CRC32C();
        return new Hash() {
            @Override
            public void update(ByteBuffer bytes) {
                crc.update(bytes);
            }

            @Override
            public byte[] value() {
                return ByteBuffer.allocate(Integer.BYTES)
                        .putInt((int) crc.getValue())
                        .array();
            }
        };
    }
}
