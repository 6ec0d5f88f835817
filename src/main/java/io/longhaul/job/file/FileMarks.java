package io.longhaul.job.file;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What only few files have.
 *
 * @param source which of its URLs it is fetched from, by its place, from 0
 * @param refused the URLs that failed in a way that does not heal, by their place
 * @param moved whether bytes are held that came from another URL: an ETag is one URL's own, so only date and size tell
 *     whether the rest of the same version follows
 * @param skipped whether the owner goes on without it
 * @param validated whether the owner has found its content right
 * @param leftovers whether temporary files of an earlier attempt may lie beside the destination
 * @param pieces null: it is fetched from the front
 * @param digest what the server says that the content comes to
 * @param responseHeaders of the last answer, a line each, where the job keeps them
 * @param reach null: no bytes of it were ever lost
 */
public record FileMarks(
        int source,
        List<Integer> refused,
        boolean moved,
        boolean skipped,
        boolean validated,
        boolean leftovers,
        @Nullable Pieces pieces,
        @Nullable Checksum digest,
        @Nullable String responseHeaders,
        @Nullable Reach reach) {
    /** Most files. */
    public static final FileMarks NONE =
            new FileMarks(0, List.of(), false, false, false, false, null, null, null, null);

    public FileMarks {
        refused = List.copyOf(refused);
    }

    /** Nothing is held any more. */
    FileMarks restarted() {
        Pieces forgotten = pieces == null ? null : new Pieces(pieces.asked(), List.of());
        return new FileMarks(source, refused, false, skipped, false, leftovers, forgotten, null, null, reach);
    }

    /** The next attempt is made at that URL; whether bytes are held that come from elsewhere. */
    FileMarks at(int place, boolean holding) {
        return new FileMarks(
                place,
                refused,
                moved || (holding && place != source),
                skipped,
                validated,
                leftovers,
                pieces,
                null,
                responseHeaders,
                reach);
    }

    /** The present URL does not heal. */
    FileMarks refusing() {
        List<Integer> more = new ArrayList<>(refused);
        if (!more.contains(source)) more.add(source);
        return new FileMarks(
                source, more, moved, skipped, validated, leftovers, pieces, digest, responseHeaders, reach);
    }

    /** All URLs may be tried again. */
    FileMarks hopeful() {
        return new FileMarks(
                source, List.of(), moved, skipped, validated, leftovers, pieces, digest, responseHeaders, reach);
    }

    /** The URLs are others than before. */
    FileMarks renamed(boolean holding) {
        return new FileMarks(
                0, List.of(), moved || holding, skipped, validated, leftovers, pieces, null, responseHeaders, null);
    }

    FileMarks skipped(boolean skip) {
        return new FileMarks(
                source, refused, moved, skip, validated, leftovers, pieces, digest, responseHeaders, reach);
    }

    FileMarks asValidated() {
        return new FileMarks(source, refused, moved, skipped, true, leftovers, pieces, digest, responseHeaders, reach);
    }

    FileMarks leavingFiles() {
        return new FileMarks(source, refused, moved, skipped, validated, true, pieces, digest, responseHeaders, reach);
    }

    FileMarks with(@Nullable Pieces parts) {
        return new FileMarks(
                source, refused, moved, skipped, validated, leftovers, parts, digest, responseHeaders, reach);
    }

    FileMarks told(@Nullable Checksum said, @Nullable String headers) {
        return new FileMarks(source, refused, moved, skipped, validated, leftovers, pieces, said, headers, reach);
    }

    FileMarks reaching(@Nullable Reach changed) {
        return new FileMarks(
                source, refused, moved, skipped, validated, leftovers, pieces, digest, responseHeaders, changed);
    }
}
