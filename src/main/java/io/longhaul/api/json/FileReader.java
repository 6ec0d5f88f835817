package io.longhaul.api.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.job.BitsError;
import io.longhaul.job.FileCommand;
import io.longhaul.job.JobLimits;
import io.longhaul.job.file.ByteRange;
import io.longhaul.job.file.ChecksumAlgorithm;
import io.longhaul.job.file.FileSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Files that an owner asks for. */
public final class FileReader {
    private static final Set<String> KNOWN =
            Set.of("remoteName", "remoteNames", "localName", "ranges", "sha256", "checksums");
    private static final Set<String> RANGE = Set.of("initialOffset", "length");
    private static final Set<String> CHANGEABLE = Set.of("remoteName", "remoteNames", "validated");
    /** Given with the file, and for good. */
    private static final Set<String> READ_ONLY = Set.of("localName", "ranges", "sha256", "checksums");

    private FileReader() {}

    /** The body of a call that adds files: one object, or an array of them. */
    public static List<FileSource> added(JsonNode body) {
        if (!body.isArray()) return List.of(file(body, ""));
        if (body.isEmpty()) throw Refusal.invalid("At least one file is required.");
        return files(Fields.elements(body, "files"));
    }

    static List<FileSource> files(@Nullable List<Fields.Element> elements) {
        if (elements == null) return List.of();
        List<FileSource> files = new ArrayList<>(elements.size());
        for (Fields.Element element : elements) files.add(file(element.node(), element.name()));
        return files;
    }

    private static FileSource file(JsonNode node, String path) {
        Fields fields = Fields.of(node, path, KNOWN);
        List<String> remoteNames = remoteNames(fields);
        if (remoteNames == null) throw Refusal.invalid(fields.name("remoteName") + " is required.");
        SortedMap<ChecksumAlgorithm, String> checksums = checksums(fields);
        String sha256 = fields.text("sha256");
        if (sha256 != null && checksums.containsKey(ChecksumAlgorithm.SHA_256))
            throw Refusal.invalid(fields.name("sha256") + " stands in checksums too.");
        if (sha256 == null) sha256 = checksums.remove(ChecksumAlgorithm.SHA_256);
        return new FileSource(
                remoteNames.getFirst(),
                fields.requiredText("localName"),
                ranges(fields),
                sha256 == null ? null : sha256.toLowerCase(Locale.ROOT),
                checksums,
                remoteNames.subList(1, remoteNames.size()));
    }

    /** One URL, or several in the order in which they are tried; null where there is none. */
    private static @Nullable List<String> remoteNames(Fields file) {
        String one = file.text("remoteName");
        List<Fields.Element> several = file.elements("remoteNames");
        if (several == null) return one == null ? null : List.of(one);
        if (one != null) throw Refusal.invalid(file.name("remoteName") + " and remoteNames do not go together.");
        if (several.isEmpty()) throw Refusal.invalid(file.name("remoteNames") + " must hold at least one URL.");
        List<String> names = new ArrayList<>(several.size());
        for (Fields.Element element : several) names.add(Fields.text(element.node(), element.name()));
        return names;
    }

    private static SortedMap<ChecksumAlgorithm, String> checksums(Fields file) {
        SortedMap<ChecksumAlgorithm, String> checksums = new TreeMap<>();
        Map<String, @Nullable String> given = file.texts("checksums", false);
        if (given == null) return checksums;
        given.forEach((name, hex) -> checksums.put(
                ChecksumAlgorithm.labelled(name)
                        .orElseThrow(() -> new Refusal(
                                BitsError.BG_E_INVALID_HASH_ALGORITHM,
                                file.name("checksums") + " are by sha-256, sha-512, md5 and crc32c.")),
                String.valueOf(hex).toLowerCase(Locale.ROOT)));
        return checksums;
    }

    /**
     * A merge patch of one file: its URLs, or its validation state.
     *
     * @param index of the file
     */
    public static FileCommand change(JsonNode body, int index) {
        Set<String> known = new HashSet<>(CHANGEABLE);
        known.addAll(READ_ONLY);
        Fields fields = Fields.of(body, "", known);
        for (String name : READ_ONLY)
            if (fields.has(name))
                throw new Refusal(BitsError.BG_E_READ_ONLY_PROPERTY, name + " cannot be changed by a patch.");
        List<String> remoteNames = remoteNames(fields);
        Boolean validated = fields.flag("validated");
        if (remoteNames != null && validated == null) return new FileCommand.SetRemoteNames(index, remoteNames);
        if (remoteNames == null && validated != null) return new FileCommand.ValidateFile(index, validated);
        throw Refusal.invalid("A patch of a file sets remoteName, remoteNames or validated, one at a time.");
    }

    /** RequestFileRanges. */
    public static FileCommand requestedRanges(JsonNode body, int index, JobLimits limits) {
        Fields fields = Fields.of(body, "", Set.of("ranges"));
        List<ByteRange> ranges = ranges(fields);
        if (ranges.isEmpty()) throw Refusal.invalid("ranges is required.");
        return new FileCommand.RequestRanges(index, ranges, limits);
    }

    /** UpdateDownloadPosition. */
    public static FileCommand position(JsonNode body, int index) {
        Fields fields = Fields.of(body, "", Set.of("offset"));
        Long offset = offset(fields, "offset");
        if (offset == null) throw Refusal.invalid("offset is required.");
        return new FileCommand.MoveDownload(index, offset);
    }

    /** ReplaceRemotePrefix. */
    public static FileCommand prefixes(JsonNode body) {
        Fields fields = Fields.of(body, "", Set.of("oldPrefix", "newPrefix"));
        return new FileCommand.ReplaceRemotePrefix(fields.requiredText("oldPrefix"), fields.requiredText("newPrefix"));
    }

    private static List<ByteRange> ranges(Fields file) {
        List<Fields.Element> elements = file.elements("ranges");
        if (elements == null) return List.of();
        if (elements.isEmpty()) throw Refusal.invalid(file.name("ranges") + " must hold at least one range.");
        List<ByteRange> ranges = new ArrayList<>(elements.size());
        for (Fields.Element element : elements) ranges.add(range(element));
        return ranges;
    }

    private static ByteRange range(Fields.Element element) {
        Fields fields = Fields.of(element.node(), element.name(), RANGE);
        Long initialOffset = offset(fields, "initialOffset");
        if (initialOffset == null) throw Refusal.invalid(fields.name("initialOffset") + " is required.");
        return new ByteRange(initialOffset, offset(fields, "length"));
    }

    /** A number too large for any file is a bad range like any other. */
    private static @Nullable Long offset(Fields fields, String name) {
        JsonNode value = fields.given(name);
        if (value != null && value.isIntegralNumber() && !value.canConvertToLong())
            throw new Refusal(BitsError.BG_E_INVALID_RANGE, fields.name(name) + " is beyond what a file can hold.");
        return fields.whole(name);
    }
}
