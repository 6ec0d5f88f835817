package io.longhaul.job.file;

import java.util.Optional;

/** What a file's content may be held against, by the names of RFC 9530 and its registry. */
public enum ChecksumAlgorithm {
    SHA_512("sha-512", 64),
    SHA_256("sha-256", 32),
    MD5("md5", 16),
    CRC32C("crc32c", 4);

    private final String label;
    private final int bytes;

    ChecksumAlgorithm(String label, int bytes) {
        this.label = label;
        this.bytes = bytes;
    }

    /** Its name in JSON and in HTTP. */
    public String label() {
        return label;
    }

    /** The length of a checksum. */
    public int bytes() {
        return bytes;
    }

    /** The one of that name; empty where there is none. */
    public static Optional<ChecksumAlgorithm> labelled(String label) {
        for (ChecksumAlgorithm algorithm : values()) if (algorithm.label.equals(label)) return Optional.of(algorithm);
        return Optional.empty();
    }
}
