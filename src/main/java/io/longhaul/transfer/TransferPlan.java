package io.longhaul.transfer;

import static io.longhaul.job.BitsError.BG_E_INSUFFICIENT_RANGE_SUPPORT;
import static io.longhaul.job.BitsError.BG_E_INVALID_RANGE;
import static io.longhaul.job.BitsError.BG_E_INVALID_SERVER_RESPONSE;
import static io.longhaul.job.BitsError.BG_E_MISSING_FILE_SIZE;
import static io.longhaul.job.BitsError.BG_E_RANDOM_ACCESS_NOT_SUPPORTED;
import static io.longhaul.job.BitsError.BG_E_REMOTE_FILE_CHANGED;
import static io.longhaul.job.BitsError.ERROR_WINHTTP_INVALID_SERVER_RESPONSE;
import static io.longhaul.job.ErrorContext.GENERAL_TRANSPORT;
import static io.longhaul.job.ErrorContext.REMOTE_FILE;

import io.longhaul.job.BitsError;
import io.longhaul.job.file.ByteRange;
import io.longhaul.job.file.JobFile;
import io.longhaul.job.file.Pieces;
import io.longhaul.job.file.RemoteVersion;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a file is transferred: from the file as it is to the next request, and from a request's answer to what it is good
 * for. Pure. A file is one GET, or one for each of its ranges; what is held is gone on with by {@code Range} and
 * {@code If-Range}.
 */
final class TransferPlan {
    private static final int OK = 200;
    private static final int NON_AUTHORITATIVE = 203;
    private static final int PRECONDITION_FAILED = 412;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    /** Longer ones do not belong into a journal; such a server has no version that is remembered. */
    private static final int LONGEST_VALIDATOR = 1024;

    private TransferPlan() {}

    /** What to do next with a file. */
    sealed interface Step {}

    /** All bytes are held. */
    record Finish() implements Step {}

    /** All that was asked for is held. */
    record Rest() implements Step {}

    /**
     * Ask for bytes.
     *
     * @param first offset in the remote file; null: the whole file, without a range
     * @param last offset of the last byte; null: to the end
     * @param ifRange the version that the range must belong to; null: any
     */
    record Request(
            @Nullable Long first,
            @Nullable Long last,
            @Nullable String ifRange) implements Step {
        @Nullable
        String range() {
            return first == null ? null : "bytes=" + first + "-" + (last == null ? "" : last);
        }
    }

    /** What an answer is good for. */
    sealed interface Verdict {}

    /**
     * Its body goes into the file, behind what is held.
     *
     * @param file as it is known now
     * @param restart why nothing is held any more and the body is the file from its start; null: what is held stays
     * @param length bytes of the body; null: until it ends, and then the file is whole
     */
    record Take(
            JobFile file,
            @Nullable BitsError restart,
            @Nullable Long length) implements Verdict {}

    /** What is held is the whole file. */
    record Whole(JobFile file) implements Verdict {}

    /** The answer is of no use: forget what is held and ask again. */
    record StartAgain(BitsError reason) implements Verdict {}

    /**
     * The run cannot go on.
     *
     * @param known the file as it is known now; null: nothing was told of it
     */
    record Refuse(Failure failure, @Nullable JobFile known) implements Verdict {
        Refuse(Failure failure) {
            this(failure, null);
        }
    }

    /**
     * Why what an older run has left cannot be gone on with; empty where it can. Without a validator nothing tells
     * whether the server still has the same version: the size alone is too little to mix bytes by.
     */
    static Optional<BitsError> cannotGoOn(JobFile file) {
        if (file.bytesHeld() == 0 || file.holdsAll()) return Optional.empty();
        boolean possible = !Boolean.FALSE.equals(file.resumable()) && validator(file) != null;
        return possible ? Optional.empty() : Optional.of(BG_E_INSUFFICIENT_RANGE_SUPPORT);
    }

    static Step next(JobFile file) {
        return next(file, false);
    }

    /**
     * @param provesRanges whether a fresh file is asked for as a range, too: many servers serve ranges and do not say so, or
     *     ignore them and do not say so either
     */
    static Step next(JobFile file, boolean provesRanges) {
        if (file.holdsAll()) return new Finish();
        long held = file.bytesHeld();
        String ifRange = held == 0 ? null : validator(file);
        Pieces pieces = file.pieces();
        if (pieces != null)
            return pieces.next(file.version().size())
                    .<Step>map(part -> new Request(part.initialOffset(), last(part), ifRange))
                    .orElseGet(Rest::new);
        if (file.ranges().isEmpty()) return new Request(held == 0 && !provesRanges ? null : held, null, ifRange);
        Part part = Part.at(file);
        return new Request(part.first(), part.last(), ifRange);
    }

    private static @Nullable Long last(ByteRange part) {
        return part.length() == null ? null : Long.valueOf(part.end() - 1);
    }

    /** What tells whether the server still has the version whose bytes are held. */
    private static @Nullable String validator(JobFile file) {
        return file.marks().moved()
                ? file.version().lastModified()
                : file.version().validator();
    }

    private static boolean isSameVersion(JobFile file, RemoteVersion seen) {
        return file.marks().moved()
                ? file.version().isSameElsewhere(seen)
                : file.version().agreesWith(seen);
    }

    static Verdict judge(JobFile file, Request request, Answer answer, boolean requireRanges, Instant now) {
        return switch (answer.status()) {
            case OK, NON_AUTHORITATIVE -> wholeBody(file, request, answer, requireRanges);
            case Answer.PARTIAL_CONTENT -> partOfBody(file, request, answer);
            case PRECONDITION_FAILED -> file.bytesHeld() > 0 ? changed() : refused(answer, now);
            case RANGE_NOT_SATISFIABLE -> noSuchRange(file, answer, now);
            default -> refused(answer, now);
        };
    }

    private static Verdict refused(Answer answer, Instant now) {
        String asked = answer.retryAfter();
        return new Refuse(
                FailureKind.ofStatus(answer.status(), asked == null ? Optional.empty() : RetryAfter.parse(asked, now)));
    }

    private static Verdict changed() {
        return new StartAgain(BG_E_REMOTE_FILE_CHANGED);
    }

    private static Verdict wholeBody(JobFile file, Request request, Answer answer, boolean requireRanges) {
        RemoteVersion seen = seen(answer, answer.contentLength());
        boolean changed = file.bytesHeld() > 0 && !isSameVersion(file, seen);
        Pieces pieces = file.pieces();
        if (pieces != null && changed && !pieces.isWhole()) return changed();
        if (pieces != null && seen.size() != null && !pieces.areIn(seen.size()))
            return noSuchPiece(file, seen, resumable(answer));
        // All of it is what was asked for, where nothing is wanted before its first byte
        if (pieces != null && !pieces.isWhole()) return fatal(BG_E_RANDOM_ACCESS_NOT_SUPPORTED);
        if (!file.ranges().isEmpty()) return changed ? changed() : fatal(BG_E_INSUFFICIENT_RANGE_SUPPORT);
        boolean ignored = !changed && ignoresRange(request, answer);
        Boolean resumable = ignored ? Boolean.FALSE : resumable(answer);
        if (requireRanges && answer.contentLength() == null) return fatal(BG_E_MISSING_FILE_SIZE);
        if (requireRanges && Boolean.FALSE.equals(resumable)) return fatal(BG_E_INSUFFICIENT_RANGE_SUPPORT);
        BitsError restart =
                file.bytesHeld() == 0 ? null : changed ? BG_E_REMOTE_FILE_CHANGED : BG_E_INSUFFICIENT_RANGE_SUPPORT;
        JobFile opened = file.restarted().opened(seen, answer.contentLength(), resumable);
        return new Take(opened, restart, answer.contentLength());
    }

    /** The whole is an answer to a range from the first byte on too, where the server says that it serves ranges. */
    private static boolean ignoresRange(Request request, Answer answer) {
        Long asked = request.first();
        return asked != null && (asked > 0 || !Boolean.TRUE.equals(answer.servesRanges()));
    }

    /** A server that tells neither a length nor ranges makes its answer up as it goes: it cannot go on in the middle. */
    private static @Nullable Boolean resumable(Answer answer) {
        Boolean told = answer.servesRanges();
        return told != null ? told : answer.contentLength() == null ? Boolean.FALSE : null;
    }

    private static Verdict partOfBody(JobFile file, Request request, Answer answer) {
        Long asked = request.first();
        if (asked == null || answer.isMultipart() || answer.contentRange() == null)
            return fatal(BG_E_INVALID_SERVER_RESPONSE);
        ContentRange range = ContentRange.parse(answer.contentRange()).orElse(null);
        if (range == null || range.first() == null || range.last() == null) return fatal(BG_E_INVALID_SERVER_RESPONSE);
        RemoteVersion seen = seen(answer, range.total());
        if (!isSameVersion(file, seen)) return changed();
        if (isOfUnknownVersion(file, request, seen)) return new StartAgain(BG_E_INSUFFICIENT_RANGE_SUPPORT);
        if (!range.first().equals(asked)) return fatal(BG_E_INVALID_SERVER_RESPONSE);
        long length = range.last() - range.first() + 1;
        if (answer.contentLength() != null && answer.contentLength() != length)
            return new Refuse(Failure.transientOf(
                    GENERAL_TRANSPORT,
                    ERROR_WINHTTP_INVALID_SERVER_RESPONSE,
                    "Content-Length and Content-Range contradict each other."));
        RemoteVersion version = known(file.version(), seen);
        if (file.pieces() != null) return pieceOfFile(file, request, version, range.last(), length);
        return file.ranges().isEmpty()
                ? restOfFile(file, version, length)
                : rangeOfFile(file, request, version, range.last(), length);
    }

    /**
     * RFC 9110, 15.3.7: a part carries the ETag that the whole would have had, and may leave out the date. One without the
     * ETag that was asked for comes from who knows no {@code If-Range}, as some caches do, and may be of any version.
     */
    private static boolean isOfUnknownVersion(JobFile file, Request request, RemoteVersion seen) {
        String asked = request.ifRange();
        return asked != null && asked.equals(file.version().etag()) && seen.etag() == null;
    }

    private static Verdict restOfFile(JobFile file, RemoteVersion version, long length) {
        Long total = version.size() != null ? version.size() : file.bytesTotal();
        // Without the size nobody knows whether this part is the last one.
        if (total == null) return new StartAgain(BG_E_INSUFFICIENT_RANGE_SUPPORT);
        return new Take(file.opened(version, total, true), null, length);
    }

    private static Verdict pieceOfFile(JobFile file, Request request, RemoteVersion version, long last, long length) {
        Long size = version.size();
        Pieces pieces = file.pieces();
        if (size == null || pieces == null) return fatal(BG_E_RANDOM_ACCESS_NOT_SUPPORTED);
        if (!pieces.areIn(size)) return noSuchPiece(file, version, true);
        if (request.last() != null && last > request.last()) return fatal(BG_E_INVALID_SERVER_RESPONSE);
        return new Take(file.opened(version, size, true), null, length);
    }

    /** Whoever asked for it hears where the file ends. */
    private static Verdict noSuchPiece(JobFile file, RemoteVersion seen, @Nullable Boolean resumable) {
        RemoteVersion version = file.bytesHeld() == 0 ? seen : known(file.version(), seen);
        return new Refuse(
                Failure.fatal(REMOTE_FILE, BG_E_INVALID_RANGE, BG_E_INVALID_RANGE.text()),
                file.opened(version, version.size(), resumable));
    }

    private static Verdict rangeOfFile(JobFile file, Request request, RemoteVersion version, long last, long length) {
        Long size = version.size();
        if (size != null && !file.ranges().stream().allMatch(range -> range.isIn(size)))
            return fatal(BG_E_INVALID_RANGE);
        Long total = file.bytesTotal() != null ? file.bytesTotal() : size == null ? null : rangesLength(file, size);
        if (total == null) return fatal(BG_E_MISSING_FILE_SIZE); // a range to the end of who knows what
        long wanted = request.last() != null ? request.last() : size == null ? last : size - 1;
        if (last < wanted) return fatal(BG_E_INVALID_RANGE);
        if (last > wanted) return fatal(BG_E_INVALID_SERVER_RESPONSE);
        return new Take(file.opened(version, total, true), null, length);
    }

    private static long rangesLength(JobFile file, long size) {
        return file.ranges().stream()
                .mapToLong(range -> Part.length(range, size))
                .sum();
    }

    private static Verdict noSuchRange(JobFile file, Answer answer, Instant now) {
        String told = answer.contentRange();
        Long size = told == null
                ? null
                : ContentRange.parse(told).map(ContentRange::total).orElse(null);
        boolean changed = !file.version().agreesWith(seen(answer, size));
        if (file.bytesHeld() > 0 && changed) return changed();
        if (!file.ranges().isEmpty()) return fatal(BG_E_INVALID_RANGE);
        Pieces pieces = file.pieces();
        if (pieces != null) {
            if (size == null) return fatal(BG_E_INVALID_RANGE);
            if (size > 0 || !pieces.areIn(size)) return noSuchPiece(file, seen(answer, size), true);
        }
        // No byte of an empty file can be asked for
        if (file.bytesHeld() == 0 && Long.valueOf(0).equals(size))
            return new Whole(file.opened(seen(answer, size), size, true));
        if (file.bytesHeld() == 0) return refused(answer, now);
        // The whole file was held already, and nobody had told its size.
        if (size != null && size == file.bytesHeld()) return new Whole(file.opened(file.version(), size, true));
        return size != null && size < file.bytesHeld() ? changed() : new StartAgain(BG_E_INSUFFICIENT_RANGE_SUPPORT);
    }

    private static RemoteVersion seen(Answer answer, @Nullable Long size) {
        return new RemoteVersion(bounded(answer.etag()), bounded(answer.lastModified()), size);
    }

    private static @Nullable String bounded(@Nullable String validator) {
        return validator == null || validator.length() > LONGEST_VALIDATOR ? null : validator;
    }

    /** What the first answer told stays: it names the bytes that are held. A size that is new is added. */
    private static RemoteVersion known(RemoteVersion first, RemoteVersion seen) {
        if (first.equals(RemoteVersion.UNKNOWN)) return seen;
        return new RemoteVersion(first.etag(), first.lastModified(), first.size() != null ? first.size() : seen.size());
    }

    private static Verdict fatal(BitsError code) {
        return new Refuse(Failure.fatal(REMOTE_FILE, code, code.text()));
    }

    /** The part of a ranged file that comes next: offsets in the remote file. */
    private record Part(long first, @Nullable Long last) {
        static Part at(JobFile file) {
            long before = 0;
            Long size = file.version().size();
            for (ByteRange range : file.ranges()) {
                long inside = file.bytesHeld() - before;
                Long length = range.length() != null || size != null ? Long.valueOf(length(range, size)) : null;
                if (length == null) return new Part(range.initialOffset() + inside, null);
                if (inside < length)
                    return new Part(
                            range.initialOffset() + inside,
                            range.length() == null ? null : Long.valueOf(range.end() - 1));
                before += length;
            }
            throw new IllegalArgumentException("More is held than the ranges have");
        }

        static long length(ByteRange range, @Nullable Long size) {
            Long length = range.length();
            if (length != null) return length;
            if (size == null) throw new IllegalArgumentException("The length of a range to the end needs the size");
            return Math.max(0, size - range.initialOffset());
        }
    }
}
