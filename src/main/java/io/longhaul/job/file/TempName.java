package io.longhaul.job.file;

import io.longhaul.job.JobId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The name of a temporary file beside its destination: {@code BIT-<job>-<file>-<run>-<version>.tmp}. The run keeps old
 * runs away from what a new one writes. The version, a short digest of what the server said of it, keeps the bytes of
 * one version from being taken for those of another, also where a crash came between a restart of the file and the
 * event that tells of it.
 */
public final class TempName {
    private static final int DIGITS = 8;

    private TempName() {}

    /** The name, within the folder of the destination. */
    public static String of(JobId job, int fileIndex, long run, RemoteVersion version) {
        return prefix(job, fileIndex) + run + "-" + digest(version) + ".tmp";
    }

    /** What all temporary files of a file begin with. */
    public static String prefix(JobId job, int fileIndex) {
        return prefix(job) + fileIndex + "-";
    }

    /** What all temporary files of a job begin with. */
    public static String prefix(JobId job) {
        return "BIT-" + job + "-";
    }

    /** Without the size, which a later answer may add. */
    private static String digest(RemoteVersion version) {
        String text = version.etag() + "\n" + version.lastModified();
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java has SHA-256", impossible);
        }
    }
}
