package io.longhaul.scheduler;

import io.longhaul.entity.Queues.Rivals;
import io.longhaul.job.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The other queues that wait for what jobs of this one hold, as the nodes say that refused them. They say so again and
 * again, and what was not repeated is forgotten: a word that is lost or late does no harm. What was given back for them
 * counts for a while, as they are not there at once.
 */
final class ForeignRivals {
    /** Some times as long as a node takes to say it again. */
    private static final Duration VALID_FOR = Duration.ofSeconds(3);

    /** A run that is stopped ends within two seconds; then its place is offered to whoever waits. */
    static final Duration SETTLES_WITHIN = Duration.ofSeconds(5);

    /**
     * What they wait for.
     *
     * @param node {@code host:port}
     * @param host connections to it; null: places on the node
     */
    record Place(String node, @Nullable String host) {
        boolean isHeldBy(Entry entry) {
            return node.equals(Lane.node(entry.lane()))
                    && (host == null || entry.host().equals(host));
        }
    }

    private record Heard(Rivals rivals, Instant at) {}

    private record Given(int places, Instant at) {}

    private final Map<Place, Heard> heard = new HashMap<>();
    private final Map<Place, Given> given = new HashMap<>();

    void hear(Place place, Rivals rivals, Instant now) {
        heard.put(place, new Heard(rivals, now));
    }

    /** A job was told to give such a place back for them. */
    void gave(Place place, Instant now) {
        given.merge(place, new Given(1, now), (before, one) -> new Given(before.places() + 1, now));
    }

    void forgetOld(Instant now) {
        heard.values().removeIf(known -> !now.isBefore(known.at().plus(VALID_FOR)));
        given.values().removeIf(known -> !now.isBefore(known.at().plus(SETTLES_WITHIN)));
    }

    /** For what some wait with foreground jobs that background jobs hold: these give it back at once. */
    List<Place> wantedAtOnce() {
        return heard.keySet().stream()
                .filter(place -> rivals(place).atOnce() > given(place))
                .toList();
    }

    /** Whether that is so of this one. */
    boolean isWantedAtOnce(Place place) {
        return heard.containsKey(place) && rivals(place).atOnce() > given(place);
    }

    /** What of that which this job holds others wait for, now that its slice ends. */
    List<Place> wantedOf(Entry entry) {
        if (heard.isEmpty()) return List.of();
        return heard.keySet().stream()
                .filter(place -> place.isHeldBy(entry) && wantedAt(entry.priority(), rivals(place)) > given(place))
                .toList();
    }

    private static int wantedAt(Priority priority, Rivals rivals) {
        return priority.isBackground() ? rivals.atOnce() + rivals.background() : rivals.foreground();
    }

    /** How many of these there are for all, which explains why others wait. */
    int limit(Place place) {
        return rivals(place).limit();
    }

    private Rivals rivals(Place place) {
        Heard known = heard.get(place);
        return known == null ? Rivals.NONE : known.rivals();
    }

    private int given(Place place) {
        Given known = given.get(place);
        return known == null ? 0 : known.places();
    }
}
