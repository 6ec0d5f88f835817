package io.longhaul.job.file;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * @param origins of the URLs that a redirect has put in the place of the owner's, by their place: the scheme, host and port
 *     that he had named
 * @param renamedAfter the last run that had begun when the owner changed its URLs: what that one says is of another file;
 *     null: none
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
        @Nullable Reach reach,
        Map<Integer, String> origins,
        @Nullable Long renamedAfter) {
    /** Most files. */
    public static final FileMarks NONE =
            new FileMarks(0, List.of(), false, false, false, false, null, null, null, null, Map.of(), null);

    public FileMarks {
        refused = List.copyOf(refused);
        origins = Map.copyOf(origins);
    }

    private FileMarksBuilder next() {
        return new FileMarksBuilder(this);
    }

    /** Nothing is held any more. */
    FileMarks restarted() {
        return next().moved(false)
                .validated(false)
                .pieces(pieces == null ? null : new Pieces(pieces.asked(), List.of()))
                .digest(null)
                .responseHeaders(null)
                .build();
    }

    /** The next attempt is made at that URL; whether bytes are held that come from elsewhere. */
    FileMarks at(int place, boolean holding) {
        return next().source(place)
                .moved(moved || (holding && place != source))
                .digest(null)
                .build();
    }

    /** The present URL does not heal. */
    FileMarks refusing() {
        List<Integer> more = new ArrayList<>(refused);
        if (!more.contains(source)) more.add(source);
        return next().refused(more).build();
    }

    /** All URLs may be tried again. */
    FileMarks hopeful() {
        return next().refused(List.of()).build();
    }

    /**
     * The URLs are others than before.
     *
     * @param redirected the places of those that still are what a redirect gave
     */
    FileMarks renamed(boolean holding, List<Integer> redirected) {
        return next().source(0)
                .refused(List.of())
                .moved(moved || holding)
                .digest(null)
                .reach(null)
                .origins(originsOf(redirected))
                .build();
    }

    /** The URLs are what they were, and the owner's own but for these. */
    FileMarks confirmed(List<Integer> redirected) {
        return next().origins(originsOf(redirected)).build();
    }

    private Map<Integer, String> originsOf(List<Integer> places) {
        Map<Integer, String> of = new HashMap<>(origins);
        of.keySet().retainAll(places);
        return of;
    }

    /** A redirect has given the present URL; null: it leads to where the owner's own does. */
    FileMarks redirected(@Nullable String origin) {
        Map<Integer, String> of = new HashMap<>(origins);
        if (origin == null) of.remove(source);
        else of.put(source, origin);
        return next().origins(of).build();
    }

    FileMarks renamedAfter(@Nullable Long run) {
        return next().renamedAfter(run).build();
    }

    FileMarks skipped(boolean skip) {
        return next().skipped(skip).build();
    }

    FileMarks asValidated() {
        return next().validated(true).build();
    }

    FileMarks leavingFiles() {
        return next().leftovers(true).build();
    }

    FileMarks with(@Nullable Pieces parts) {
        return next().pieces(parts).build();
    }

    FileMarks told(@Nullable Checksum said, @Nullable String headers) {
        return next().digest(said).responseHeaders(headers).build();
    }

    FileMarks reaching(@Nullable Reach changed) {
        return next().reach(changed).build();
    }
}
