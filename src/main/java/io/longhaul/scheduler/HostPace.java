package io.longhaul.scheduler;

import io.longhaul.entity.HostClosure;
import io.longhaul.entity.HostClosure.Cause;
import io.longhaul.entity.HostPlaces.Answers;
import io.longhaul.entity.HostPlaces.Pace;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How fast the whole cluster asks one remote host, as the host's own answers say. 429 and 503 halve the number of
 * connections, time without them adds one a second, as TCP does with a network. A host that asks to wait is left alone
 * until then, and afterwards begins with one connection, which doubles every second up to half of what it had. Knows no
 * Akka and no clock.
 */
final class HostPace {
    private static final Duration SHORTEST_REST = Duration.ofSeconds(1);
    private static final Duration LONGEST_REST = Duration.ofMinutes(1);

    /** A halving shows in the answers only when those have come that were under way. */
    private static final Duration ROUND = Duration.ofSeconds(1);

    /** One file that a server cannot serve is not its load: so many of the answers must say 429 or 503. */
    private static final double NOTABLE = 0.1;

    private static final double HALF = 0.5;

    private final int most;
    private final Map<String, Answers> told = new HashMap<>();
    private double limit;

    /** Where doubling ends. */
    private double threshold;

    private @Nullable HostClosure closure;

    /** When an operator last opened it. */
    private @Nullable Instant opened;

    /** How long it is left alone the next time that a single request at a time is too many. */
    private Duration rest = SHORTEST_REST;

    // Of the present round: answers, and those of them that said 429 or 503. Each tick forgets half of it
    private double answers;
    private double slowed;
    private long underWay;
    private Instant underWayUntil = Instant.MIN;

    /**
     * @param most connections, however well it answers
     */
    HostPace(int most) {
        this.most = most;
        this.limit = most;
        this.threshold = most;
    }

    /**
     * A node says what the host answered to it so far.
     *
     * @param known what the node was told last, maybe by a keeper before this one; null: nothing
     * @param seen a closure that the node has heard of
     * @param busy runs of all nodes with the host
     * @return whether the host was closed by this
     */
    boolean hear(String node, Answers now, @Nullable Pace known, @Nullable HostClosure seen, int busy, Instant at) {
        if (known != null && known.opened() != null) open(known.opened());
        Answers before = told.put(node, now);
        if (before == null) adopt(known, at);
        else count(before, now, busy, at);
        return seen != null && !seen.isOver(at) && close(seen);
    }

    /** Of nodes that were here before this keeper was: the slowest pace that one of them was told. */
    private void adopt(@Nullable Pace known, Instant at) {
        if (known == null) return;
        if (known.limit() < limit) {
            limit = Math.max(1, known.limit());
            threshold = Math.max(threshold * HALF, limit);
        }
        if (known.closure() != null && !known.closure().isOver(at)) close(known.closure());
    }

    private void count(Answers before, Answers now, int busy, Instant at) {
        // A node may have forgotten the host meanwhile, and counts anew
        boolean anew = now.requests() < before.requests();
        long more = now.requests() - (anew ? 0 : before.requests());
        long moreSlowed = now.slowed() - (anew ? 0 : before.slowed());
        if (more == 0) return;
        if (moreSlowed < more) rest = SHORTEST_REST;
        if (underWay > 0 && at.isBefore(underWayUntil)) {
            underWay -= more;
            return;
        }
        answers += more;
        slowed += moreSlowed;
        if (moreSlowed > 0 && slowed >= answers * NOTABLE) slowDown(busy, at);
    }

    private void slowDown(int busy, Instant at) {
        answers = 0;
        slowed = 0;
        underWay = busy;
        underWayUntil = at.plus(ROUND);
        if (limit > 1) {
            limit = Math.max(1, Math.floor(limit * HALF));
            threshold = limit;
            return;
        }
        close(new HostClosure(Cause.BACK_OFF, at, at.plus(rest), "answers 429 or 503 to one request at a time"));
        rest = rest.multipliedBy(2).compareTo(LONGEST_REST) < 0 ? rest.multipliedBy(2) : LONGEST_REST;
    }

    /**
     * What has closed it until then holds no longer, whoever repeats it.
     *
     * @return whether it was closed
     */
    boolean open(Instant at) {
        if (opened == null || at.isAfter(opened)) opened = at;
        if (closure == null || closure.since().isAfter(opened)) return false;
        closure = null;
        return true;
    }

    private boolean close(HostClosure seen) {
        if (opened != null && !seen.since().isAfter(opened)) return false;
        HostClosure later = HostClosure.later(closure, seen);
        if (later == null || later.equals(closure)) return false;
        boolean first = closure == null;
        if (first) threshold = Math.max(1, limit * HALF);
        limit = 1;
        closure = later;
        return first;
    }

    /** A second has passed. */
    void tick(Instant now) {
        answers *= HALF;
        slowed *= HALF;
        if (closure != null) {
            if (closure.isOver(now)) closure = null;
            return;
        }
        limit = Math.min(most, limit < threshold ? Math.min(limit * 2, threshold) : limit + 1);
    }

    /** That node has ended. */
    void forget(String node) {
        told.remove(node);
    }

    Pace pace(Instant now) {
        HostClosure present = closure;
        return new Pace((int) limit, present == null || present.isOver(now) ? null : present, 1, opened);
    }

    /** Whether it is as if nothing had ever been heard. */
    boolean isUsual(Instant now) {
        return limit >= most && pace(now).closure() == null;
    }
}
