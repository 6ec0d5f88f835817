package io.longhaul.job.file;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an owner asks for: BG_FILE_INFO, ranges and checksums.
 *
 * @param remoteName an http or https URL, at most 2,200 characters
 * @param localName a path below the owner's folder of the store
 * @param ranges the parts that are wanted, concatenated in this order; empty: the whole file
 * @param sha256 of the local file, 64 lower-case hex digits; null: not checked
 * @param checksums others of the local file, lower-case hex digits
 * @param fallbacks further URLs of the same file, in the order in which they are tried
 */
public record FileSource(
        String remoteName,
        String localName,
        List<ByteRange> ranges,
        @Nullable String sha256,
        SortedMap<ChecksumAlgorithm, String> checksums,
        List<String> fallbacks) {
    public FileSource {
        ranges = List.copyOf(ranges);
        checksums = checksums.isEmpty()
                ? Collections.emptySortedMap()
                : Collections.unmodifiableSortedMap(new TreeMap<>(checksums));
        fallbacks = List.copyOf(fallbacks);
    }

    /** A file with one source, and no other checksum than a SHA-256. */
    public FileSource(String remoteName, String localName, List<ByteRange> ranges, @Nullable String sha256) {
        this(remoteName, localName, ranges, sha256, Collections.emptySortedMap(), List.of());
    }

    /** All URLs of the file, in the order in which they are tried. */
    public List<String> remoteNames() {
        List<String> names = new ArrayList<>();
        names.add(remoteName);
        names.addAll(fallbacks);
        return names;
    }

    /** The same file, from elsewhere. */
    FileSource at(List<String> remoteNames) {
        return new FileSource(
                remoteNames.getFirst(),
                localName,
                ranges,
                sha256,
                checksums,
                remoteNames.subList(1, remoteNames.size()));
    }

    /** All that the local file is held against, strongest first. */
    public List<Checksum> expected() {
        Map<ChecksumAlgorithm, String> all = new TreeMap<>(checksums);
        if (sha256 != null) all.put(ChecksumAlgorithm.SHA_256, sha256);
        return all.entrySet().stream()
                .map(entry -> new Checksum(entry.getKey(), entry.getValue()))
                .toList();
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
