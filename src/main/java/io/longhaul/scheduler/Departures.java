package io.longhaul.scheduler;

import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Which nodes have ended for certain, of those that may hold something of what all share. */
final class Departures {
    /**
     * Looks at which a node was no member, before what it held is free: a node that was put out stops its transfers in less
     * than that, see {@code akka.cluster.down-removal-margin}. There is a look each second.
     */
    private static final int MISSED_LOOKS = 5;

    private final Map<String, Integer> missed = new HashMap<>();

    /** The nodes that may hold something, by the names that they go by: a node that is started again is another one. */
    static Set<String> present(Cluster cluster) {
        return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
                .filter(member -> !member.status().equals(MemberStatus.joining())
                        && !member.status().equals(MemberStatus.weaklyUp()))
                .map(Departures::name)
                .collect(Collectors.toSet());
    }

    static String name(Member member) {
        return HostKeeper.name(member);
    }

    /** Looks, and tells who has ended of those that were known. */
    Set<String> gone(Set<String> known, Set<String> present) {
        missed.keySet().retainAll(known);
        missed.keySet().removeAll(present);
        Set<String> gone = new HashSet<>();
        for (String node : known)
            if (!present.contains(node) && missed.merge(node, 1, Integer::sum) >= MISSED_LOOKS) gone.add(node);
        missed.keySet().removeAll(gone);
        return gone;
    }
}
