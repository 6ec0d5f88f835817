package io.longhaul.ops.nodes;

import java.time.Duration;
import java.time.Instant;

/**
 * Since when the database answers this node, or does not, by whichever of its connections; and whether the node leaves the
 * cluster because of it.
 */
public final class DatabaseContact {
    /** Longer than a connection takes that is given up, and the next one made: five seconds each, and one between them. */
    static final Duration LONGEST_SILENCE = Duration.ofSeconds(15);

    /** Two answers that are further apart are no continuous contact. */
    static final Duration LONGEST_GAP = Duration.ofSeconds(5);

    /** These are guarded by this. */
    private Instant since;

    private Instant last;

    /** @param now when the database answers */
    public DatabaseContact(Instant now) {
        since = now;
        last = now;
    }

    /** The database answers. */
    public synchronized void answered(Instant now) {
        if (silence(now).compareTo(LONGEST_GAP) > 0) since = now;
        last = now;
    }

    /** How long ago it answered last. */
    synchronized Duration silence(Instant now) {
        return Duration.between(last, now);
    }

    /** For how long it has answered without a gap; zero where it does not now. */
    synchronized Duration continuous(Instant now) {
        return silence(now).compareTo(LONGEST_GAP) > 0 ? Duration.ZERO : Duration.between(since, now);
    }

    /** Whether the others are to be asked. */
    boolean isLost(Instant now) {
        return silence(now).compareTo(LONGEST_SILENCE) >= 0;
    }

    /**
     * Whether the fault is this node's alone. Where the database comes back to all, one node reaches it sooner than another:
     * only one that has been answered for as long as this one may be silent shows that this one is not about to.
     *
     * @param elsewhere for how long the database has answered another member without a gap
     */
    boolean leaves(Instant now, Duration elsewhere) {
        return isLost(now) && elsewhere.compareTo(LONGEST_SILENCE) >= 0;
    }
}
