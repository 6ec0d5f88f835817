package io.longhaul.api.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.job.BitsError;
import io.longhaul.job.file.ByteRange;
import io.longhaul.job.file.FileSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Files that an owner asks for. */
public final class FileReader {
    private static final Set<String> KNOWN = Set.of("remoteName", "localName", "ranges", "sha256");
    private static final Set<String> RANGE = Set.of("initialOffset", "length");

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
        String sha256 = fields.text("sha256");
        return new FileSource(
                fields.requiredText("remoteName"),
                fields.requiredText("localName"),
                ranges(fields),
                sha256 == null ? null : sha256.toLowerCase(Locale.ROOT));
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
