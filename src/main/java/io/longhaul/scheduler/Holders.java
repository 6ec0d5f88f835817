package io.longhaul.scheduler;

import static java.util.Objects.requireNonNull;

import io.longhaul.job.JobId;
import io.longhaul.job.Priority;
import io.longhaul.scheduler.Entry.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The jobs that hold a slice, or were offered one. Counted and sorted by what a plan asks for, so that a plan costs as
 * much as it changes, however many jobs run.
 */
final class Holders {
    private final Map<JobId, Entry> all = new LinkedHashMap<>();
    private final NavigableSet<Entry> byDueTime =
            new TreeSet<>(Comparator.comparing(Entry::dueAt).thenComparing(Entry::id));
    private final NavigableMap<Priority, NavigableSet<Entry>> running = new TreeMap<>();
    private final Map<String, Integer> hosts = new HashMap<>();
    private int background;
    private int ending;
    private int endingInBackground;

    Holders() {
        for (Priority priority : Priority.values())
            running.put(
                    priority,
                    new TreeSet<>(Comparator.comparing(Entry::changedAt).thenComparing(Entry::id)));
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
        count(entry.host(), step);
        if (entry.isRetry()) count(entry.lane(), step);
        if (entry.phase() == Phase.ENDING) ending += step;
        if (!entry.priority().isBackground()) return;
        background += step;
        if (entry.phase() == Phase.ENDING) endingInBackground += step;
    }

    private void count(String at, int step) {
        hosts.merge(at, step, (before, more) -> before + more == 0 ? null : before + more);
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
        return hosts.getOrDefault(host, 0);
    }

    /** Those that share the background slots. */
    int background() {
        return background;
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
     *
     * @param host where it must have its connection; null: anywhere
     */
    Optional<Entry> victim(Priority priority, @Nullable String host) {
        return running.tailMap(priority, false).descendingMap().values().stream()
                .flatMap(entries -> entries.descendingSet().stream())
                .filter(entry -> host == null || entry.host().equals(host))
                .findFirst();
    }

    private NavigableSet<Entry> runningAt(Priority priority) {
        return requireNonNull(running.get(priority));
    }
}
