package io.longhaul.transfer;

import io.longhaul.job.file.Checksum;
import io.longhaul.job.file.ChecksumAlgorithm;
import io.longhaul.job.file.JobFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
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

    /** What a file's content must come to: as the owner says, and as the server does. */
    static List<Checksum> expectedOf(JobFile file) {
        List<Checksum> expected = new ArrayList<>(file.source().expected());
        Checksum told = file.marks().digest();
        if (told != null) expected.add(told);
        return expected;
    }

    /**
     * All bytes of a file.
     *
     * @return false where it was told to give up before the end
     */
    boolean update(FileChannel file, ByteBuffer buffer, BooleanSupplier giveUp) throws IOException {
        for (long at = 0; ; ) {
            if (giveUp.getAsBoolean()) return false;
            buffer.clear();
            int count = file.read(buffer, at);
            if (count < 0) return true;
            update(buffer.flip());
            at += count;
        }
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
