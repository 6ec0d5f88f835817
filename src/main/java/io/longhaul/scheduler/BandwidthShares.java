package io.longhaul.scheduler;

import static io.longhaul.entity.BandwidthParts.WHOLE;

import io.longhaul.entity.BandwidthParts.Need;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How limits of bandwidth are shared out, in millionths of each: never more than the whole, whatever messages are late,
 * doubled or lost, and whoever dies. Knows neither the limits nor Akka nor a clock.
 *
 * <p>As with {@link HostShares} a node takes no answer but that to its last report, so a part is only raised by what nobody
 * holds, and one that was lowered counts until its node says that it goes by it.
 */
final class BandwidthShares {
    private final Map<String, Map<String, Holding>> budgets = new HashMap<>();

    /** Nodes that may hold something from the time before this was made, and have not said what. */
    private final Set<String> unheard;

    /**
     * What a node says of a limit.
     *
     * @param part that it may use by the last answer that it took
     */
    record Report(String budget, long part, Need need) {}

    /**
     * @param last the number of its last report
     * @param most that it may use, beside what it may yet be told
     */
    private record Holding(long last, long most, Need need) {}

    /**
     * @param nodes all that may have had a part before: nobody's is raised until each has reported or is gone
     */
    BandwidthShares(Set<String> nodes) {
        this.unheard = new HashSet<>(nodes);
    }

    /**
     * What the node may use from now on; null: the report is an old one, and needs no answer.
     *
     * @param number of the report, each higher than the last one of that node
     */
    @Nullable
    Long hear(String node, long number, Report report) {
        Map<String, Holding> nodes = budgets.computeIfAbsent(report.budget(), first -> new HashMap<>());
        Holding known = nodes.get(node);
        if (known != null && number <= known.last()) return null;
        nodes.put(node, new Holding(number, report.part(), report.need()));
        long part = Math.min(target(nodes, node), report.part() + free(nodes));
        nodes.put(node, new Holding(number, Math.max(report.part(), part), report.need()));
        if (report.part() == 0 && report.need().runs() == 0) nodes.remove(node);
        if (nodes.isEmpty()) budgets.remove(report.budget());
        return part;
    }

    /** The node has said of every limit what it holds. */
    void heardAllOf(String node) {
        unheard.remove(node);
    }

    /** The node has ended: what it held is free. */
    void forget(String node) {
        unheard.remove(node);
        budgets.values().forEach(nodes -> nodes.remove(node));
        budgets.values().removeIf(Map::isEmpty);
    }

    /** Nobody's as long as it is not known who holds what. */
    private long free(Map<String, Holding> nodes) {
        if (!unheard.isEmpty()) return 0;
        long held = nodes.values().stream().mapToLong(Holding::most).sum();
        return Math.max(0, WHOLE - held);
    }

    /**
     * What the node would have if all had let go of what they have too much: nobody more than he can use as long as others
     * can use it, each run as much as any other; what nobody can use goes to all, so that whoever needs more has it at once.
     */
    private static long target(Map<String, Holding> nodes, String node) {
        List<Map.Entry<String, Holding>> hungry = new ArrayList<>(nodes.entrySet());
        hungry.removeIf(each -> each.getValue().need().runs() == 0);
        long runs = runsOf(hungry);
        long left = WHOLE;
        long runsLeft = runs;
        for (boolean someFed = true; someFed; ) {
            someFed = false;
            long toShare = left;
            long toShareRuns = runsLeft;
            for (var each = hungry.iterator(); each.hasNext(); ) {
                Map.Entry<String, Holding> next = each.next();
                Need need = next.getValue().need();
                if (need.part() > toShare * need.runs() / toShareRuns) continue;
                each.remove();
                left -= need.part();
                runsLeft -= need.runs();
                someFed = true;
            }
        }
        Holding self = nodes.get(node);
        if (self == null || self.need().runs() == 0) return 0;
        boolean isHungry = hungry.stream().anyMatch(each -> each.getKey().equals(node));
        if (isHungry) return left * self.need().runs() / runsLeft;
        return self.need().part() + (hungry.isEmpty() ? left * self.need().runs() / runs : 0);
    }

    private static long runsOf(List<Map.Entry<String, Holding>> nodes) {
        return nodes.stream().mapToLong(each -> each.getValue().need().runs()).sum();
    }
}
