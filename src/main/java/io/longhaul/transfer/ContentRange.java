package io.longhaul.transfer;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The header Content-Range, in bytes.
 *
 * @param first offset of the first byte; null where no range could be served ({@code *})
 * @param last offset of the last byte; null as above
 * @param total size of the whole file; null where the server does not tell
 */
record ContentRange(
        @Nullable Long first, @Nullable Long last, @Nullable Long total) {
    /** 18 digits: more than any file has, and still a long. */
    private static final Pattern FORM = Pattern.compile(
            "bytes[ \\t]+(?:([0-9]{1,18})-([0-9]{1,18})|\\*)/(?:([0-9]{1,18})|\\*)", Pattern.CASE_INSENSITIVE);

    /** Empty where the value is malformed or contradicts itself. */
    static Optional<ContentRange> parse(String value) {
        Matcher matcher = FORM.matcher(value.strip());
        if (!matcher.matches()) return Optional.empty();
        Long first = number(matcher.group(1));
        Long last = number(matcher.group(2));
        Long total = number(matcher.group(3));
        if (first == null && total == null) return Optional.empty();
        if (first != null && last != null && last < first) return Optional.empty();
        if (last != null && total != null && last >= total) return Optional.empty();
        return Optional.of(new ContentRange(first, last, total));
    }

    private static @Nullable Long number(@Nullable String digits) {
        return digits == null ? null : Long.valueOf(digits);
    }
}
