package io.longhaul.job;

import java.util.Optional;
import java.util.UUID;

/**
 * The name of a job for ever: a UUIDv7, so that ids sort by the time of their creation. Kept as its two halves, for there
 * may be a million of them.
 *
 * @param most the most significant half
 * @param least the least significant half
 */
public record JobId(long most, long least) implements Comparable<JobId> {
    private static final int TEXT_LENGTH = 36;

    public JobId(UUID value) {
        this(value.getMostSignificantBits(), value.getLeastSignificantBits());
    }

    public UUID value() {
        return new UUID(most, least);
    }

    /** The id of that text, in the one form that a UUID has; empty where the text is none. */
    public static Optional<JobId> parse(String text) {
        if (text.length() != TEXT_LENGTH) return Optional.empty();
        try {
            UUID value = UUID.fromString(text);
            return value.toString().equalsIgnoreCase(text) ? Optional.of(new JobId(value)) : Optional.empty();
        } catch (IllegalArgumentException notAUuid) {
            return Optional.empty();
        }
    }

    /** UUIDs compare as the unsigned numbers that they are, which for version 7 is by time. */
    @Override
    public int compareTo(JobId other) {
        int high = Long.compareUnsigned(most, other.most);
        return high != 0 ? high : Long.compareUnsigned(least, other.least);
    }

    @Override
    public String toString() {
        return value().toString();
    }
}
