package io.longhaul.job.file;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a file that is not fetched from the front: RequestFileRanges and UpdateDownloadPosition.
 *
 * @param asked what is wanted, in the order in which it is fetched; parts may overlap, and may be held already
 * @param held what is on disk, each byte at its own offset: sorted, with lengths, never touching one another
 */
public record Pieces(List<ByteRange> asked, List<ByteRange> held) {
    /** All of a file, from its first byte on. */
    public static final List<ByteRange> WHOLE = List.of(new ByteRange(0, null));

    public Pieces {
        asked = List.copyOf(asked);
        held = List.copyOf(held);
    }

    /** Bytes on disk. */
    public long bytes() {
        return held.stream()
                .mapToLong(piece -> piece.end() - piece.initialOffset())
                .sum();
    }

    /** The first offset behind everything that is on disk. */
    public long end() {
        return held.isEmpty() ? 0 : held.getLast().end();
    }

    /**
     * The part that is fetched next; empty where all that was asked for is held.
     *
     * @param size of the whole file, which is known as soon as anything is held
     */
    public Optional<ByteRange> next(@Nullable Long size) {
        for (ByteRange part : asked) {
            long end = size == null ? part.end() : Math.min(part.end(), size);
            long first = part.initialOffset();
            for (ByteRange piece : held) {
                if (piece.initialOffset() > first) {
                    end = Math.min(end, piece.initialOffset());
                    break;
                }
                first = Math.max(first, piece.end());
            }
            if (first < end) return Optional.of(new ByteRange(first, end == Long.MAX_VALUE ? null : end - first));
        }
        return Optional.empty();
    }

    /** Whether no more is asked for than the file as it comes, which every server has. */
    public boolean isWhole() {
        return asked.equals(WHOLE);
    }

    /** Whether a file of so many bytes has all that is asked for. */
    public boolean areIn(long size) {
        return asked.stream().allMatch(part -> part.isIn(size));
    }

    /** What is asked for, without what a file of so many bytes does not have. */
    public List<ByteRange> within(long size) {
        return asked.stream().filter(part -> part.isIn(size)).toList();
    }

    /** Bytes of a file of that size that are asked for or held, each counted once. */
    long wanted(long size) {
        List<ByteRange> parts = new ArrayList<>(held);
        for (ByteRange part : asked) {
            long length = Math.min(part.end(), size) - part.initialOffset();
            if (length > 0) parts.add(new ByteRange(part.initialOffset(), length));
        }
        return new Pieces(asked, merged(parts)).bytes();
    }

    /** The same with one more part on disk. */
    Pieces plus(ByteRange piece) {
        List<ByteRange> more = new ArrayList<>(held);
        more.add(piece);
        return new Pieces(asked, merged(more));
    }

    private static List<ByteRange> merged(List<ByteRange> parts) {
        List<ByteRange> sorted = new ArrayList<>(parts);
        sorted.sort(Comparator.comparingLong(ByteRange::initialOffset));
        List<ByteRange> merged = new ArrayList<>();
        for (ByteRange next : sorted) {
            ByteRange last = merged.isEmpty() ? null : merged.getLast();
            if (last == null || last.end() < next.initialOffset()) {
                merged.add(next);
            } else if (next.end() > last.end()) {
                merged.removeLast();
                merged.add(new ByteRange(last.initialOffset(), next.end() - last.initialOffset()));
            }
        }
        return merged;
    }

    /** What is asked for, without what is held wholly. */
    public List<ByteRange> missing(@Nullable Long size) {
        return asked.stream()
                .filter(part -> new Pieces(List.of(part), held).next(size).isPresent())
                .toList();
    }

    /** What is asked for, with all that lies behind that offset first. */
    public static List<ByteRange> from(long offset, List<ByteRange> asked) {
        List<ByteRange> behind = new ArrayList<>();
        List<ByteRange> before = new ArrayList<>();
        for (ByteRange part : asked) {
            if (part.end() <= offset) {
                before.add(part);
            } else if (part.initialOffset() >= offset) {
                behind.add(part);
            } else {
                before.add(new ByteRange(part.initialOffset(), offset - part.initialOffset()));
                behind.add(new ByteRange(offset, part.length() == null ? null : part.end() - offset));
            }
        }
        behind.addAll(before);
        return behind;
    }
}
