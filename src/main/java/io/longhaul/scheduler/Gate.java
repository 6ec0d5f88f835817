package io.longhaul.scheduler;

import io.longhaul.entity.HostClosure;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

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
 * @param closure why nobody is let in at all, where the host is closed
 */
record Gate(
        int limit, double window, Instant opensAt, @Nullable HostClosure closure) {
    private static final Duration OPENS_AFTER = Duration.ofSeconds(2);

    /** A closed host is tried again after this, should the word that it is open be lost. */
    private static final Duration LOOKS_AFTER = Duration.ofSeconds(30);

    /** Let in without a refusal, so many jobs are worth the try of one more at the same time. */
    private static final double WORTH_A_TRY = 16;

    /** Somebody was refused while so many others were there. */
    static Gate closed(int limit, int present, Instant now) {
        return new Gate(limit, present, now.plus(OPENS_AFTER), null);
    }

    /** A place was given back for another queue, which is not there at once: so many stay. */
    static Gate givenWay(int limit, int staying, Instant now) {
        return new Gate(limit, staying, now.plus(ForeignRivals.SETTLES_WITHIN), null);
    }

    /** Nobody is let in until the closure is over, however many leave. */
    static Gate shut(int limit, HostClosure closure, Instant now) {
        Instant look = now.plus(LOOKS_AFTER);
        Instant until = closure.until();
        return new Gate(limit, 0, until != null && until.isBefore(look) ? until : look, closure);
    }

    /** The one that lets fewer in. */
    static Gate narrower(Gate known, Gate other) {
        return known.isShut() || known.window() < other.window() ? known : other;
    }

    boolean isShut() {
        return closure != null;
    }

    boolean lets(int present) {
        return !isShut() && present + 1 <= window;
    }

    /** A place is free; one that is shut is open again, for one more than are there. */
    Gate freed(int present, Instant now) {
        return isShut()
                ? new Gate(limit, present + 1.0, now.plus(OPENS_AFTER), null)
                : new Gate(limit, window + 1, opensAt, null);
    }

    Gate letIn() {
        return isShut() ? this : new Gate(limit, window + 1 / WORTH_A_TRY, opensAt, null);
    }

    Gate opened(int present, Instant now) {
        return isShut()
                ? freed(present, now)
                : new Gate(limit, window + Math.max(1, window / 2), now.plus(OPENS_AFTER), null);
    }

    /** Whether, when it is about to open further, it keeps nobody back any more. */
    boolean isNeedless(int present) {
        return !isShut() && present < window / 2 - 1;
    }

    Instant closedAt() {
        return closure == null ? opensAt.minus(OPENS_AFTER) : closure.since();
    }
}
