package io.longhaul.job.file;

import org.jspecify.annotations.Nullable;

/**
 * BG_FILE_RANGE: a part of the remote file.
 *
 * @param initialOffset the first byte, from 0
 * @param length how many bytes, at least 1; null: to the end of the file (BG_LENGTH_TO_EOF)
 */
public record ByteRange(long initialOffset, @Nullable Long length) {
    /** The first offset after the range; {@link Long#MAX_VALUE} where it goes to the end of the file. */
    public long end() {
        return length == null ? Long.MAX_VALUE : initialOffset + length;
    }
}
