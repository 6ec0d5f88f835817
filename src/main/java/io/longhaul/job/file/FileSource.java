package io.longhaul.job.file;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an owner asks for: BG_FILE_INFO, ranges and checksum.
 *
 * @param remoteName an http or https URL, at most 2,200 characters
 * @param localName a path below the owner's folder of the store
 * @param ranges the parts that are wanted, concatenated in this order; empty: the whole file
 * @param sha256 of the local file, 64 lower-case hex digits; null: not checked
 */
public record FileSource(
        String remoteName,
        String localName,
        List<ByteRange> ranges,
        @Nullable String sha256) {
    public FileSource {
        ranges = List.copyOf(ranges);
    }

    /** {@code name:port} of the remote host, with the scheme's own port where the URL names none. */
    public String host() {
        return RemoteHost.of(remoteName);
    }

    /** The bytes of all ranges; null where the whole file is wanted or a range goes to its end. */
    @Nullable
    Long rangesLength() {
        if (ranges.isEmpty()) return null;
        long sum = 0;
        for (ByteRange range : ranges) {
            if (range.length() == null) return null;
            sum += range.length();
        }
        return sum;
    }
}
