package io.longhaul.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** A file's bytes, made from a seed: any length without memory, any part without the rest, and never two alike. */
public record Content(long seed, long size) {
    private static final int BLOCK = 64 * 1024;

    /** The bytes from that offset on. */
    public void read(long offset, byte[] into, int count) {
        long word = 0;
        for (int i = 0; i < count; i++) {
            long at = offset + i;
            if (i == 0 || (at & 7) == 0) word = mix(seed * 0x9e3779b97f4a7c15L + (at >>> 3));
            into[i] = (byte) (word >>> ((at & 7) << 3));
        }
    }

    /** A part of it; for small ones. */
    public byte[] part(long offset, int count) {
        byte[] bytes = new byte[count];
        read(offset, bytes, count);
        return bytes;
    }

    /** All of it; for small ones. */
    public byte[] bytes() {
        return part(0, Math.toIntExact(size));
    }

    /** 64 lower-case hexadecimal digits. */
    public String sha256() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] block = new byte[BLOCK];
            for (long at = 0; at < size; at += block.length) {
                int count = (int) Math.min(block.length, size - at);
                read(at, block, count);
                digest.update(block, 0, count);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Whether that file has exactly these bytes. */
    public boolean isIn(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            if (Files.size(file) != size) return false;
            for (long at = 0; at < size; ) {
                byte[] seen = in.readNBytes(BLOCK);
                if (!Arrays.equals(seen, part(at, seen.length))) return false;
                at += seen.length;
            }
            return true;
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private static long mix(long z) {
        long a = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        long b = (a ^ (a >>> 27)) * 0x94d049bb133111ebL;
        return b ^ (b >>> 31);
    }
}
