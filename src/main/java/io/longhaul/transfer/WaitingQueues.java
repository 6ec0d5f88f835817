package io.longhaul.transfer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The queues that were refused a place and wait for it, in turn, those first that want it for a foreground job. Each
 * stands in line once for each kind of job, however often it was refused, and when it last was is known.
 */
final class WaitingQueues {
    private final SequencedMap<String, Instant> foreground = new LinkedHashMap<>();
    private final SequencedMap<String, Instant> background = new LinkedHashMap<>();

    /** Whether it stands in line already. */
    boolean contains(String queue, boolean isForeground) {
        return line(isForeground).containsKey(queue);
    }

    void add(String queue, boolean isForeground, Instant now) {
        line(isForeground).put(queue, now);
    }

    /** It stands in line, and would have no use for a place now. */
    void addIdle(String queue, boolean isForeground) {
        line(isForeground).putIfAbsent(queue, Instant.MIN);
    }

    /** It got a place: whether it has use for another one is not known before it is refused again. */
    void served(String queue, boolean isForeground) {
        line(isForeground).computeIfPresent(queue, (known, asked) -> Instant.MIN);
    }

    /** Whose turn it is; it leaves the line. */
    String next() {
        return (foreground.isEmpty() ? background : foreground).pollFirstEntry().getKey();
    }

    List<String> all() {
        List<String> all = new ArrayList<>(foreground.sequencedKeySet());
        all.addAll(background.sequencedKeySet());
        return all;
    }

    /** Those that were refused since then, the first of them: one that has no use for a place any more asks no more. */
    List<String> asking(boolean isForeground, Instant since, int most) {
        return line(isForeground).sequencedEntrySet().stream()
                .filter(asked -> !asked.getValue().isBefore(since))
                .limit(most)
                .map(Map.Entry::getKey)
                .toList();
    }

    int size() {
        return foreground.size() + background.size();
    }

    boolean isEmpty() {
        return size() == 0;
    }

    private SequencedMap<String, Instant> line(boolean isForeground) {
        return isForeground ? foreground : background;
    }
}
