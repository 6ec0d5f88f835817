package io.longhaul.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.HostPlaces.Asks;
import io.longhaul.entity.Rivalry.Claims;
import io.longhaul.scheduler.HostShares.Report;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The connections to a remote host")
class HostSharesTest {
    private final HostShares shares = new HostShares(8, Set.of());
    private final Map<String, Long> numbers = new HashMap<>();

    private int share(String node, int busy, int open, int share, boolean wanted) {
        return shares.hear(node, new Report(numbers.merge(node, 1L, Long::sum), busy, open, share, wanted), 0);
    }

    @Test
    void are_all_for_the_only_node_that_wants_them() {
        assertEquals(8, share("a", 0, 0, 0, true));
        assertEquals(8, share("a", 3, 3, 8, false), "and stay with it as long as nobody else does");
    }

    @Test
    void are_shared_evenly_as_they_come_free() {
        assertEquals(8, share("a", 0, 0, 0, true));
        assertEquals(0, share("b", 0, 0, 0, true), "all are held");
        assertEquals(4, share("a", 8, 8, 8, true));
        assertEquals(0, share("b", 0, 0, 0, true), "and still are");
        assertEquals(4, share("a", 5, 5, 4, true));
        assertEquals(3, share("b", 0, 0, 0, true), "what was let go");
        assertEquals(4, share("a", 4, 4, 4, true));
        assertEquals(4, share("b", 3, 3, 3, true));
    }

    @Test
    void that_a_node_leaves_idle_go_to_one_that_wants_them() {
        assertEquals(8, share("a", 0, 0, 0, true));
        assertEquals(8, share("a", 1, 3, 8, false));
        assertEquals(0, share("b", 0, 0, 0, true));
        assertEquals(1, share("a", 1, 3, 8, false), "as many as it uses, without those that are kept open");
        assertEquals(0, share("b", 0, 0, 0, true), "it may not know yet");
        assertEquals(1, share("a", 1, 3, 1, false));
        assertEquals(5, share("b", 0, 0, 0, true));
        assertEquals(1, share("a", 1, 1, 1, false));
        assertEquals(7, share("b", 5, 5, 5, true));
    }

    @Test
    void are_given_back_to_a_node_that_waits_by_the_one_that_has_most() {
        Asks background = new Asks(0, false, true);
        shares.hear("a", new Report(1, 0, 0, 0, true), 0);
        shares.hear("a", new Report(2, 8, 8, 8, false, Asks.NONE), 0);
        assertEquals(Claims.NONE, shares.claimsOn("a"));
        shares.hear("b", new Report(1, 0, 0, 0, true, background), 0);
        assertEquals(new Claims(0, 0, 1), shares.claimsOn("a"));
        assertEquals(Claims.NONE, shares.claimsOn("b"));
        shares.hear("b", new Report(2, 0, 0, 0, true, new Asks(0, true, false)), 0);
        assertEquals(new Claims(1, 0, 0), shares.claimsOn("a"));
        shares.hear("a", new Report(3, 8, 8, 8, false, new Asks(8, false, false)), 0);
        assertEquals(new Claims(0, 1, 0), shares.claimsOn("a"), "its jobs are no less urgent");
        shares.hear("a", new Report(4, 7, 7, 7, false, Asks.NONE), 0);
        assertEquals(Claims.NONE, shares.claimsOn("a"), "one is free");
    }

    @Test
    void are_given_back_to_no_node_that_has_as_many() {
        shares.hear("a", new Report(1, 4, 4, 4, true, new Asks(0, false, true)), 0);
        shares.hear("b", new Report(1, 4, 4, 4, true, new Asks(0, false, true)), 0);
        assertEquals(Claims.NONE, shares.claimsOn("a"));
        assertEquals(Claims.NONE, shares.claimsOn("b"));
    }

    @Test
    void that_are_fewer_than_the_nodes_go_round() {
        HostShares one = new HostShares(1, Set.of());
        Map<String, Integer> had = new TreeMap<>();
        Map<String, Integer> share = new HashMap<>(Map.of("a", 0, "b", 0, "c", 0));
        for (long report = 1; report <= 36; report++) {
            for (String node : List.of("a", "b", "c"))
                share.put(node, one.hear(node, new Report(report, 0, 0, share.get(node), true), report / 3));
            share.forEach((node, places) -> had.merge(node, places, Integer::sum));
        }
        assertTrue(had.values().stream().allMatch(turns -> turns >= 4), had.toString());
    }

    @Test
    void are_nobodys_until_it_is_known_who_holds_some() {
        HostShares next = new HostShares(8, Set.of("a", "b", "c"));
        assertEquals(0, next.hear("a", new Report(7, 0, 0, 0, true), 0));
        assertEquals(4, next.hear("b", new Report(3, 5, 5, 5, true), 0), "less, but what it has counts");
        assertEquals(Set.of("c"), next.unheard());
        next.forget("c");
        assertEquals(3, next.hear("a", new Report(8, 0, 0, 0, true), 0));
    }

    @Test
    void of_a_node_that_is_gone_are_free() {
        assertEquals(8, share("a", 0, 0, 0, true));
        shares.forget("a");
        assertEquals(8, share("b", 0, 0, 0, true));
    }

    @Test
    void are_forgotten_when_nobody_has_any() {
        assertEquals(8, share("a", 0, 0, 0, true));
        assertEquals(0, share("b", 0, 0, 0, false));
        assertEquals(8, share("a", 0, 0, 8, false));
        assertEquals(0, share("a", 0, 0, 0, false), "it has given its share back by itself");
        assertTrue(shares.isIdle());
    }

    @Test
    void are_not_told_to_who_says_what_is_old() {
        shares.hear("a", new Report(5, 0, 0, 0, true), 0);
        assertNull(shares.hear("a", new Report(5, 0, 0, 0, false), 0));
        assertNull(shares.hear("a", new Report(4, 0, 0, 0, false), 0));
    }

    /** A node as the engine and its reporter make one together. */
    private static final class Node {
        private long number;
        private int busy;
        private int share;

        Report report(boolean wanted) {
            return new Report(++number, busy, busy, share, wanted);
        }

        void take(long answered, int places) {
            if (answered == number) share = places;
        }
    }

    private record Sent(int node, Report report) {}

    private record Answered(int node, long number, int places) {}

    /** Reports and answers are lost, late and doubled; the one who shares out is made anew; nodes end. */
    @Property(tries = 500)
    void are_never_more_than_the_limit(@ForAll long seed) {
        Random random = new Random(seed);
        int limit = 1 + random.nextInt(6);
        List<Node> nodes = new ArrayList<>(List.of(new Node(), new Node(), new Node()));
        HostShares keeper = new HostShares(limit, Set.of());
        List<Sent> sent = new ArrayList<>();
        List<Answered> answered = new ArrayList<>();
        int begun = 0;
        for (int step = 0; step < 400; step++) {
            int at = random.nextInt(nodes.size());
            Node node = nodes.get(at);
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> sent.add(new Sent(at, node.report(random.nextInt(4) > 0)));
                case 3, 4, 5 -> {
                    if (sent.isEmpty()) continue;
                    Sent one = random.nextInt(5) == 0
                            ? sent.get(random.nextInt(sent.size()))
                            : sent.remove(random.nextInt(sent.size()));
                    Integer places = keeper.hear(Integer.toString(one.node()), one.report(), step / 20);
                    if (places != null)
                        answered.add(new Answered(one.node(), one.report().number(), places));
                }
                case 6, 7, 8 -> {
                    if (answered.isEmpty()) continue;
                    Answered one = answered.remove(random.nextInt(answered.size()));
                    nodes.get(one.node()).take(one.number(), one.places());
                }
                case 9, 10 -> {
                    if (node.busy < node.share) {
                        node.busy++;
                        begun++;
                    } else if (node.busy > 0) node.busy--;
                }
                default -> {
                    if (random.nextInt(10) > 0) continue;
                    // Another node takes over; what was under way to the old one is lost
                    sent.clear();
                    keeper = new HostShares(limit, Set.of("0", "1", "2"));
                }
            }
            int open = nodes.stream().mapToInt(one -> one.busy).sum();
            assertTrue(open <= limit, open + " of " + limit);
        }
        assertTrue(begun > 0 || seed != 0);
    }
}
