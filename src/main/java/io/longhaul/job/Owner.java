package io.longhaul.job;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whom a job belongs to: the caller's authenticated subject, BITS's user SID. It is also the name of the owner's folder
 * in a store, so it is one plain path segment.
 */
public record Owner(String name) {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@+-][A-Za-z0-9._@+-]{0,127}");

    /** The owner of that name; empty where the name is not 1 to 128 letters, digits and {@code . _ @ + -}. */
    public static Optional<Owner> parse(String name) {
        return PLAIN.matcher(name).matches() ? Optional.of(new Owner(name)) : Optional.empty();
    }

    @Override
    public String toString() {
        return name;
    }
}
