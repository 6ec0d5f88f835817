package io.longhaul.job.file;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The next value of a file's marks. */
final class FileMarksBuilder {
    private int source;
    private List<Integer> refused;
    private boolean moved;
    private boolean skipped;
    private boolean validated;
    private boolean leftovers;
    private @Nullable Pieces pieces;
    private @Nullable Checksum digest;
    private @Nullable String responseHeaders;
    private @Nullable Reach reach;
    private Map<Integer, String> origins;
    private @Nullable Long renamedAfter;

    FileMarksBuilder(FileMarks marks) {
        source = marks.source();
        refused = marks.refused();
        moved = marks.moved();
        skipped = marks.skipped();
        validated = marks.validated();
        leftovers = marks.leftovers();
        pieces = marks.pieces();
        digest = marks.digest();
        responseHeaders = marks.responseHeaders();
        reach = marks.reach();
        origins = marks.origins();
        renamedAfter = marks.renamedAfter();
    }

    FileMarks build() {
        return new FileMarks(
                source,
                refused,
                moved,
                skipped,
                validated,
                leftovers,
                pieces,
                digest,
                responseHeaders,
                reach,
                origins,
                renamedAfter);
    }

    FileMarksBuilder source(int value) {
        source = value;
        return this;
    }

    FileMarksBuilder refused(List<Integer> value) {
        refused = value;
        return this;
    }

    FileMarksBuilder moved(boolean value) {
        moved = value;
        return this;
    }

    FileMarksBuilder skipped(boolean value) {
        skipped = value;
        return this;
    }

    FileMarksBuilder validated(boolean value) {
        validated = value;
        return this;
    }

    FileMarksBuilder leftovers(boolean value) {
        leftovers = value;
        return this;
    }

    FileMarksBuilder pieces(@Nullable Pieces value) {
        pieces = value;
        return this;
    }

    FileMarksBuilder digest(@Nullable Checksum value) {
        digest = value;
        return this;
    }

    FileMarksBuilder responseHeaders(@Nullable String value) {
        responseHeaders = value;
        return this;
    }

    FileMarksBuilder reach(@Nullable Reach value) {
        reach = value;
        return this;
    }

    FileMarksBuilder origins(Map<Integer, String> value) {
        origins = value;
        return this;
    }

    FileMarksBuilder renamedAfter(@Nullable Long value) {
        renamedAfter = value;
        return this;
    }
}
