package io.longhaul.transfer;

import io.longhaul.entity.HostClosure;
import io.longhaul.job.file.HttpDate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/** The header Retry-After: seconds, or a date. */
final class RetryAfter {
    /** A server cannot put a job to sleep for longer than it can close itself to all of them. */
    static final Duration LONGEST = HostClosure.LONGEST;

    private static final Pattern SECONDS = Pattern.compile("[0-9]+");
    private static final int DIGITS_THAT_MATTER = 9;

    private RetryAfter() {}

    /** How long to wait from now, 0 to {@link #LONGEST}; empty where the value is neither seconds nor a date. */
    static Optional<Duration> parse(String value, Instant now) {
        String text = value.strip();
        if (SECONDS.matcher(text).matches())
            return Optional.of(
                    text.length() > DIGITS_THAT_MATTER ? LONGEST : bounded(Duration.ofSeconds(Long.parseLong(text))));
        return HttpDate.parse(text).map(at -> bounded(Duration.between(now, at)));
    }

    private static Duration bounded(Duration wait) {
        if (wait.isNegative()) return Duration.ZERO;
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }
}
