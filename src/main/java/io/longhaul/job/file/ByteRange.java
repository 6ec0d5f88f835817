package io.longhaul.job.file;

import java.util.ArrayList;
import java.util.List;
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

    /** Whether a file of so many bytes has it. From the first byte to the end is all of any file, an empty one too. */
    public boolean isIn(long size) {
        return length == null ? initialOffset == 0 || initialOffset < size : end() <= size;
    }

    /**
     * The parts of the remote file that the bytes of a local file from one to before another are, where the local file
     * is these ranges one after the other.
     */
    public static List<ByteRange> between(List<ByteRange> ranges, long from, long to) {
        List<ByteRange> parts = new ArrayList<>();
        long begin = 0;
        for (ByteRange range : ranges) {
            long end = range.length() == null ? Long.MAX_VALUE : begin + range.length();
            long first = Math.max(begin, from);
            long last = Math.min(end, to);
            if (first < last) parts.add(new ByteRange(range.initialOffset() + first - begin, last - first));
            begin = end;
        }
        return List.copyOf(parts);
    }
}
