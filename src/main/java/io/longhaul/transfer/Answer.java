package io.longhaul.transfer;

import io.longhaul.job.file.RemoteVersion;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The head of a server's answer, as far as a transfer looks at it: headers as sent, null where there was none.
 *
 * @param contentLength bytes of the body; null where the server did not tell before it began
 */
record Answer(
        int status,
        @Nullable Long contentLength,
        @Nullable String contentRange,
        @Nullable String contentType,
        @Nullable String acceptRanges,
        @Nullable String etag,
        @Nullable String lastModified,
        @Nullable String retryAfter,
        @Nullable String location,
        @Nullable String reprDigest,
        @Nullable String contentDigest) {
    static final int PARTIAL_CONTENT = 206;

    /** The version as this answer tells it. */
    RemoteVersion version(@Nullable Long size) {
        return new RemoteVersion(etag, lastModified, size);
    }

    /** Whether its body is what was asked for of the file, and not all of it. */
    boolean isPart() {
        return status == PARTIAL_CONTENT;
    }

    boolean isMultipart() {
        return contentType != null
                && contentType.strip().toLowerCase(Locale.ROOT).startsWith("multipart/byteranges");
    }

    /** Whether the server says that it serves byte ranges; null where it does not say. */
    @Nullable
    Boolean servesRanges() {
        if (acceptRanges == null) return null;
        for (String unit : acceptRanges.split(",", -1)) if (unit.strip().equalsIgnoreCase("bytes")) return true;
        return false;
    }
}
