package io.longhaul.scheduler;

import io.longhaul.entity.HostPlaces.Asks;
import io.longhaul.entity.Rivalry;
import io.longhaul.entity.Rivalry.Claims;
import io.longhaul.entity.Rivalry.Held;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How the connections to one remote host are shared out: never more than the limit in all, whatever messages are late,
 * doubled or lost, and whoever dies. Knows no Akka and no clock.
 *
 * <p>A node reports, and is answered what it may have. It takes no answer but that to its last report, so a report says
 * for certain what its node holds until it is answered: what is open, and what its share still lets it open. So a share is
 * only raised by what nobody holds, and one that is lowered counts until its node says that it has let go.
 */
final class HostShares {
    private int limit;
    private final Map<String, Holding> holdings = new HashMap<>();

    /** Nodes that may hold something from the time before this was made, and have not said what. */
    private final Set<String> unheard;

    /**
     * What a node says of itself.
     *
     * @param number of the report, each higher than the last one of that node
     * @param busy runs with the host
     * @param open runs and idle connections
     * @param share what it may have by the last answer that it took
     * @param wanted whether it has use for more
     * @param asks for whom; null: of a version that does not tell
     */
    record Report(
            long number,
            int busy,
            int open,
            int share,
            boolean wanted,
            @Nullable Asks asks) {
        Report(long number, int busy, int open, int share, boolean wanted) {
            this(number, busy, open, share, wanted, null);
        }
    }

    /**
     * @param most connections that it may have, beside those that it may yet be told of
     * @param last the number of its last report
     */
    private record Holding(long last, int most, int busy, boolean wanted, Asks asks) {}

    /**
     * @param nodes all that may have had a share before: nobody's is raised until each has reported or is gone
     */
    HostShares(int limit, Set<String> nodes) {
        this.limit = limit;
        this.unheard = new HashSet<>(nodes);
    }

    /**
     * What the node may have from now on; null: the report is an old one, and needs no answer.
     *
     * @param turn counts up with time: with each, others get what cannot be shared out evenly
     */
    @Nullable
    Integer hear(String node, Report report, long turn) {
        Holding known = holdings.get(node);
        if (known != null && report.number() <= known.last()) return null;
        unheard.remove(node);
        int held = Math.max(report.open(), report.share());
        Asks asks = report.asks() == null ? Asks.NONE : report.asks();
        holdings.put(node, new Holding(report.number(), held, report.busy(), report.wanted(), asks));
        int share = Math.min(target(node, report, turn), held + free());
        holdings.put(node, new Holding(report.number(), Math.max(held, share), report.busy(), report.wanted(), asks));
        if (held == 0 && share == 0 && !report.wanted()) holdings.remove(node);
        return share;
    }

    /** What runs of this node are to give back for other nodes, whose jobs wait: nobody cuts a run off for its share. */
    Claims claimsOn(String node) {
        if (limit == 0 || !unheard.isEmpty() || free() > 0) return Claims.NONE;
        Map<String, Held> held = new HashMap<>();
        holdings.forEach((name, holding) -> held.put(
                name,
                new Held(
                        holding.asks().foreground(),
                        holding.busy() - holding.asks().foreground())));
        return Rivalry.claims(held, asking(Asks::forForeground), asking(Asks::forBackground))
                .getOrDefault(node, Claims.NONE);
    }

    private List<String> asking(Predicate<Asks> what) {
        return holdings.entrySet().stream()
                .filter(each -> what.test(each.getValue().asks()))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** From now on so many in all; what nodes have beyond that they let go when they report. */
    void limit(int most) {
        limit = most;
    }

    /** How many nodes hold or want some. */
    int nodes() {
        return holdings.size();
    }

    /** Runs of all nodes, as they said last. */
    int busy() {
        return holdings.values().stream().mapToInt(Holding::busy).sum();
    }

    /** The node has ended: what it held is free. */
    void forget(String node) {
        holdings.remove(node);
        unheard.remove(node);
    }

    /** Whom to ask what they hold. */
    Set<String> unheard() {
        return Set.copyOf(unheard);
    }

    /** Whether nobody holds or wants anything. */
    boolean isIdle() {
        return holdings.isEmpty() && unheard.isEmpty();
    }

    /** Nobody's as long as it is not known who holds what. */
    private int free() {
        if (!unheard.isEmpty()) return 0;
        return Math.max(
                0, limit - holdings.values().stream().mapToInt(Holding::most).sum());
    }

    /** What the node would have if all had let go of what they have too much. */
    private int target(String node, Report report, long turn) {
        List<String> hungry = new ArrayList<>();
        int others = 0;
        int held = 0;
        for (Map.Entry<String, Holding> each : holdings.entrySet()) {
            if (each.getValue().wanted()) hungry.add(each.getKey());
            else if (!each.getKey().equals(node)) others += each.getValue().busy();
            if (!each.getKey().equals(node)) held += each.getValue().most();
        }
        if (!report.wanted())
            return hungry.isEmpty()
                    ? Math.min(report.share(), Math.max(0, limit - held))
                    : Math.min(report.busy(), limit);
        hungry.sort(null);
        int free = Math.max(0, limit - others);
        int rest = free % hungry.size();
        long place = Math.floorMod(hungry.indexOf(node) + turn, (long) hungry.size());
        return free / hungry.size() + (place < rest ? 1 : 0);
    }
}
