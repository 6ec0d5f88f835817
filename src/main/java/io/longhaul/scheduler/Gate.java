package io.longhaul.scheduler;

import java.time.Duration;
import java.time.Instant;

/**
 * What stands before a full node or a full remote host: so many of the queue's jobs may be there at once. A job that
 * leaves makes room for the next by that alone. How many places there are for this queue nobody can tell: other queues
 * and other nodes have some, and a connection is free before its job is over. So it is found out as TCP finds out how
 * much a network takes: each refusal sets the number to what was there then, each job that was let in raises it a little, and
 * each place that is said to be free by one. A word that gets lost must not close it for ever, so it opens by itself, step
 * by step.
 *
 * @param limit how many places there are for everybody
 * @param window how many of the queue's jobs may be there
 * @param opensAt when it opens further, should nobody be refused until then
 */
record Gate(int limit, double window, Instant opensAt) {
    private static final Duration OPENS_AFTER = Duration.ofSeconds(2);

    /** Let in without a refusal, so many jobs are worth the try of one more at the same time. */
    private static final double WORTH_A_TRY = 16;

    /** Somebody was refused while so many others were there. */
    static Gate closed(int limit, int present, Instant now) {
        return new Gate(limit, present, now.plus(OPENS_AFTER));
    }

    boolean lets(int present) {
        return present + 1 <= window;
    }

    Gate freed() {
        return new Gate(limit, window + 1, opensAt);
    }

    Gate letIn() {
        return new Gate(limit, window + 1 / WORTH_A_TRY, opensAt);
    }

    Gate opened(Instant now) {
        return new Gate(limit, window + Math.max(1, window / 2), now.plus(OPENS_AFTER));
    }

    /** Whether, when it is about to open further, it keeps nobody back any more. */
    boolean isNeedless(int present) {
        return present < window / 2 - 1;
    }

    Instant closedAt() {
        return opensAt.minus(OPENS_AFTER);
    }
}
