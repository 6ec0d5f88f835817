package io.longhaul.entity;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * Which of the queues that hold all places give one back for which of those that wait for one. Each that waits is given one
 * at a time, by the queue that holds most, and only where that has more than it has itself: so the places come to be held
 * in equal parts, and then stay where they are. Foreground jobs of one queue go before background jobs of another, as
 * they do within a queue; apart from that priorities are a queue's own concern. The same goes for nodes that share the
 * connections to a remote host.
 */
public final class Rivalry {
    /** Places that a queue has for its foreground and its background jobs. */
    public record Held(int foreground, int background) {
        public static final Held NONE = new Held(0, 0);

        public Held and(boolean isForeground, int more) {
            return isForeground ? new Held(foreground + more, background) : new Held(foreground, background + more);
        }
    }

    /**
     * Queues that one queue gives a place to.
     *
     * @param atOnce those that want it for a foreground job, and get that of a background job
     * @param foreground those that get the place of a foreground job for one
     * @param background those that get the place of a background job for one
     */
    public record Claims(int atOnce, int foreground, int background) {
        public static final Claims NONE = new Claims(0, 0, 0);
    }

    private final Map<String, Held> held;
    private final Map<String, Claims> claims = new HashMap<>();

    private Rivalry(Map<String, Held> held) {
        this.held = new TreeMap<>(held);
    }

    /**
     * The claims on those that have to give something back.
     *
     * @param held what each queue holds
     * @param foreground queues that wait for a place for a foreground job, the longest waiting first
     * @param background the same for a background job
     */
    public static Map<String, Claims> claims(
            Map<String, Held> held, Collection<String> foreground, Collection<String> background) {
        Rivalry rivalry = new Rivalry(held);
        foreground.forEach(rivalry::claimForForeground);
        background.forEach(rivalry::claimForBackground);
        return rivalry.claims;
    }

    private void claimForForeground(String queue) {
        Held own = held.getOrDefault(queue, Held.NONE);
        if (own.background() > 0) return; // its own scheduler takes one of these
        Optional<String> gives = most(this::backgroundLeft, 0);
        if (gives.isPresent()) {
            claims.merge(gives.get(), new Claims(1, 0, 0), Rivalry::sum);
            return;
        }
        most(this::foregroundLeft, own.foreground())
                .ifPresent(other -> claims.merge(other, new Claims(0, 1, 0), Rivalry::sum));
    }

    private void claimForBackground(String queue) {
        most(this::backgroundLeft, held.getOrDefault(queue, Held.NONE).background())
                .ifPresent(other -> claims.merge(other, new Claims(0, 0, 1), Rivalry::sum));
    }

    /** Who has most of those that have more than so many; the first by name of several. */
    private Optional<String> most(ToIntFunction<String> left, int more) {
        String most = null;
        for (String queue : held.keySet())
            if (left.applyAsInt(queue) > (most == null ? more : left.applyAsInt(most))) most = queue;
        return Optional.ofNullable(most);
    }

    private int backgroundLeft(String queue) {
        Claims known = claims.getOrDefault(queue, Claims.NONE);
        return held.getOrDefault(queue, Held.NONE).background() - known.atOnce() - known.background();
    }

    private int foregroundLeft(String queue) {
        return held.getOrDefault(queue, Held.NONE).foreground()
                - claims.getOrDefault(queue, Claims.NONE).foreground();
    }

    private static Claims sum(Claims one, Claims other) {
        return new Claims(
                one.atOnce() + other.atOnce(),
                one.foreground() + other.foreground(),
                one.background() + other.background());
    }
}
