package io.longhaul.scheduler;

import static java.util.Objects.requireNonNull;

import io.longhaul.job.JobId;
import io.longhaul.job.Priority;
import io.longhaul.scheduler.Entry.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The jobs that hold a slice, or were offered one. Counted and sorted by what a plan asks for, so that a plan costs as
 * much as it changes, however many jobs run.
 */
final class Holders {
    private final Map<JobId, Entry> all = new LinkedHashMap<>();
    private final NavigableSet<Entry> byDueTime = new TreeSet<>(Entry.DUE);
    private final NavigableMap<Priority, NavigableSet<Entry>> running = new TreeMap<>();
    private final Map<String, Integer> lanes = new HashMap<>();
    private final Map<String, Integer> nodes = new HashMap<>();
    private final Map<String, Integer> endingOnNodes = new HashMap<>();
    private int somewhere;
    private int background;
    private int unconfirmedInBackground;
    private int ending;
    private int endingInBackground;

    Holders() {
        for (Priority priority : Priority.values()) running.put(priority, new TreeSet<>(Entry.CHANGED));
    }

    void add(Entry entry) {
        all.put(entry.id(), entry);
        byDueTime.add(entry);
        if (entry.phase() == Phase.RUNNING) runningAt(entry.priority()).add(entry);
        count(entry, 1);
    }

    void remove(Entry entry) {
        if (!all.remove(entry.id(), entry)) return;
        byDueTime.remove(entry);
        if (entry.phase() == Phase.RUNNING) runningAt(entry.priority()).remove(entry);
        count(entry, -1);
    }

    private void count(Entry entry, int step) {
        count(lanes, entry.host(), step);
        if (entry.isRetry()) count(lanes, Lane.anywhere(entry.lane()), step);
        String node = Lane.node(entry.lane());
        if (node == null) somewhere += step;
        else count(nodes, node, step);
        if (node != null && entry.phase() == Phase.ENDING) count(endingOnNodes, node, step);
        if (entry.phase() == Phase.ENDING) ending += step;
        if (!entry.priority().isBackground()) return;
        background += step;
        if (node == null && entry.phase() == Phase.RUNNING) unconfirmedInBackground += step;
        if (entry.phase() == Phase.ENDING) endingInBackground += step;
    }

    private static void count(Map<String, Integer> counts, String at, int step) {
        counts.merge(at, step, (before, more) -> before + more == 0 ? null : before + more);
    }

    int size() {
        return all.size();
    }

    List<JobId> ids() {
        return List.copyOf(all.keySet());
    }

    List<Entry> all() {
        return List.copyOf(all.values());
    }

    /** Those whose next file comes from that host; of a lane: those that try it again. */
    int at(String host) {
        return lanes.getOrDefault(host, 0);
    }

    /** Those that are on that node, or may be. */
    int on(String node) {
        return nodes.getOrDefault(node, 0) + somewhere;
    }

    /** How many places will be free there soon. */
    int endingOn(String node) {
        return endingOnNodes.getOrDefault(node, 0);
    }

    /** Those that share the background slots. */
    int background() {
        return background;
    }

    /** Those of them that run as the index has it, and have not said so themselves. */
    int unconfirmedInBackground() {
        return unconfirmedInBackground;
    }

    /** How many places will be free soon, because a job was told to give its one back. */
    int ending() {
        return ending;
    }

    int endingInBackground() {
        return endingInBackground;
    }

    /** Whether a connection to that host will be free soon. */
    boolean isEndingAt(String host) {
        return ending > 0
                && all.values().stream()
                        .anyMatch(entry ->
                                entry.phase() == Phase.ENDING && entry.host().equals(host));
    }

    /** Those at that host who were not told to leave. */
    int stayingAt(String host) {
        long leaving = ending == 0
                ? 0
                : all.values().stream()
                        .filter(entry ->
                                entry.phase() == Phase.ENDING && entry.host().equals(host))
                        .count();
        return at(host) - (int) leaving;
    }

    /** Those whose answer or whose end of slice is due, the longest overdue first. */
    List<Entry> due(Instant now) {
        List<Entry> due = new ArrayList<>();
        for (Entry entry : byDueTime) {
            if (now.isBefore(entry.dueAt())) break;
            due.add(entry);
        }
        return due;
    }

    /** When the next of them is due; {@link Instant#MAX} where there is none. */
    Instant nextDueAt() {
        return byDueTime.isEmpty() ? Instant.MAX : byDueTime.first().dueAt();
    }

    /**
     * Of those that run below this priority, the lowest, and of these the one whose slice began last.
     */
    Optional<Entry> victim(Priority priority) {
        return victim(priority, entry -> true);
    }

    /** The same of those with a connection to that host. */
    Optional<Entry> victimAt(Priority priority, String host) {
        return victim(priority, entry -> entry.host().equals(host));
    }

    /** The same of those on that node. */
    Optional<Entry> victimOn(Priority priority, String node) {
        return victim(priority, entry -> node.equals(Lane.node(entry.lane())));
    }

    /** The same of some. */
    Optional<Entry> victim(Priority priority, Predicate<Entry> where) {
        return running.tailMap(priority, false).descendingMap().values().stream()
                .flatMap(entries -> entries.descendingSet().stream())
                .filter(where)
                .findFirst();
    }

    private NavigableSet<Entry> runningAt(Priority priority) {
        return requireNonNull(running.get(priority));
    }
}
