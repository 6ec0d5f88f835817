package io.longhaul.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Range header of RFC 9110, for a file of a known size. */
final class ByteRanges {
    private static final int MOST = 16;
    private static final Pattern ONE = Pattern.compile("([0-9]{1,18})?-([0-9]{1,18})?");
    private static final String UNIT = "bytes=";

    /** Part of a file: {@code first} to {@code last}, both included. */
    record Part(long first, long last) {
        long length() {
            return last - first + 1;
        }

        String contentRange(long size) {
            return "bytes " + first + "-" + last + "/" + size;
        }
    }

    private ByteRanges() {}

    /**
     * The parts that are wanted, in the order asked for; empty where the header is to be ignored: it is malformed, of
     * another unit, or asks for more than is sensible. An empty list: none of them lies inside the file.
     */
    static Optional<List<Part>> of(String header, long size) {
        if (!header.regionMatches(true, 0, UNIT, 0, UNIT.length())) return Optional.empty();
        String[] asked = header.substring(UNIT.length()).split(",", -1);
        if (asked.length > MOST) return Optional.empty();
        List<Part> parts = new ArrayList<>();
        for (String one : asked) {
            Matcher range = ONE.matcher(one.strip());
            if (!range.matches() || (range.group(1) == null && range.group(2) == null)) return Optional.empty();
            long first = range.group(1) == null ? -1 : Long.parseLong(range.group(1));
            long last = range.group(2) == null ? -1 : Long.parseLong(range.group(2));
            if (first >= 0 && last >= 0 && last < first) return Optional.empty();
            part(first, last, size).ifPresent(parts::add);
        }
        long sum = parts.stream().mapToLong(Part::length).sum();
        return sum > size ? Optional.empty() : Optional.of(parts); // overlapping: the whole file is less
    }

    private static Optional<Part> part(long first, long last, long size) {
        if (first < 0)
            return last == 0 || size == 0
                    ? Optional.empty()
                    : Optional.of(new Part(Math.max(0, size - last), size - 1));
        if (first >= size) return Optional.empty();
        return Optional.of(new Part(first, last < 0 ? size - 1 : Math.min(last, size - 1)));
    }
}
