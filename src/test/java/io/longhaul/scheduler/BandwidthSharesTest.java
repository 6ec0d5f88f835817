package io.longhaul.scheduler;

import static io.longhaul.entity.BandwidthParts.WHOLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.longhaul.entity.BandwidthParts.Need;
import io.longhaul.scheduler.BandwidthShares.Report;
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

@DisplayName("A limit of bandwidth")
class BandwidthSharesTest {
    private static final String BUDGET = "FLEET//NORMAL";

    private final BandwidthShares shares = new BandwidthShares(Set.of());
    private final Map<String, Long> numbers = new HashMap<>();

    /** What the node may use, which holds so much and needs so much. */
    private long part(String node, long part, int runs, long needed) {
        return shares.hear(node, numbers.merge(node, 1L, Long::sum), new Report(BUDGET, part, new Need(runs, needed)));
    }

    @Test
    void is_all_for_the_only_node_that_needs_it() {
        assertEquals(WHOLE, part("a", 0, 1, WHOLE));
        assertEquals(WHOLE, part("a", WHOLE, 1, WHOLE / 50), "also what it does not use just now");
    }

    @Test
    void is_shared_by_runs_as_it_is_let_go() {
        assertEquals(WHOLE, part("a", 0, 3, WHOLE));
        assertEquals(0, part("b", 0, 1, WHOLE), "all is held");
        assertEquals(WHOLE * 3 / 4, part("a", WHOLE, 3, WHOLE));
        assertEquals(0, part("b", 0, 1, WHOLE), "it may not know yet");
        assertEquals(WHOLE * 3 / 4, part("a", WHOLE * 3 / 4, 3, WHOLE));
        assertEquals(WHOLE / 4, part("b", 0, 1, WHOLE));
    }

    @Test
    void goes_to_those_who_can_use_it() {
        part("a", 0, 1, WHOLE);
        part("b", 0, 1, WHOLE / 10);
        assertEquals(WHOLE * 9 / 10, part("a", WHOLE, 1, WHOLE));
        part("a", WHOLE * 9 / 10, 1, WHOLE);
        assertEquals(WHOLE / 10, part("b", 0, 1, WHOLE / 10));
    }

    @Test
    void that_nobody_uses_up_leaves_everybody_room() {
        part("a", 0, 1, WHOLE / 10);
        part("b", 0, 1, WHOLE / 10);
        assertEquals(WHOLE / 2, part("a", WHOLE, 1, WHOLE / 10));
        part("a", WHOLE / 2, 1, WHOLE / 10);
        assertEquals(WHOLE / 2, part("b", 0, 1, WHOLE / 10));
    }

    @Test
    void is_free_again_when_a_node_has_no_more_runs_or_ends() {
        part("a", 0, 1, WHOLE);
        part("b", 0, 1, WHOLE);
        assertEquals(0, part("a", 0, 0, 0));
        assertEquals(WHOLE, part("b", 0, 1, WHOLE));
        assertEquals(0, part("c", 0, 1, WHOLE));
        shares.forget("b");
        assertEquals(WHOLE, part("c", 0, 1, WHOLE));
    }

    @Test
    void is_nobodys_until_all_have_said_what_they_hold() {
        BandwidthShares fresh = new BandwidthShares(Set.of("a", "b"));
        Need hungry = new Need(1, WHOLE);
        assertEquals(0, fresh.hear("a", 7, new Report(BUDGET, 0, hungry)));
        fresh.heardAllOf("a");
        assertEquals(0, fresh.hear("a", 8, new Report(BUDGET, 0, hungry)));
        assertEquals(WHOLE / 2, fresh.hear("b", 3, new Report(BUDGET, WHOLE, hungry)));
        fresh.heardAllOf("b");
        assertEquals(0, fresh.hear("a", 9, new Report(BUDGET, 0, hungry)));
        fresh.forget("b");
        assertEquals(WHOLE, fresh.hear("a", 10, new Report(BUDGET, 0, hungry)));
    }

    @Test
    void takes_no_old_word() {
        part("a", 0, 1, WHOLE);
        assertNull(shares.hear("a", 1, new Report(BUDGET, 0, new Need(1, WHOLE))));
        assertNull(shares.hear("a", 0, new Report(BUDGET, 0, new Need(0, 0))));
    }

    /** One node of the simulation: what it may use, and what its runs could use. */
    private static final class Node {
        private long number;
        private long part;
        private int runs;
        private double able;

        /** As the throttle of a node has it: a run that needs next to nothing would want everything otherwise. */
        private static final long LEAST = WHOLE / 500;

        /** What its runs get of the limit when they take all that they can. */
        double used() {
            return Math.min(able, (double) part / WHOLE);
        }

        Need need() {
            boolean hungry = able > (double) part / WHOLE;
            long fed = Math.min(WHOLE, LEAST + (long) (used() * WHOLE * 1.02));
            return new Need(runs, runs == 0 ? 0 : hungry ? WHOLE : fed);
        }

        /** As a node does: without runs it lets go before it says so. */
        Report report() {
            number++;
            if (runs == 0) part = 0;
            return new Report(BUDGET, part, need());
        }
    }

    private record Said(String node, long number, long part) {}

    @Property(tries = 500)
    void is_never_exceeded_whatever_is_lost_late_or_doubled_and_used_up_once_all_is_quiet(@ForAll long seed) {
        Random random = new Random(seed);
        BandwidthShares keeper = new BandwidthShares(Set.of());
        Map<String, Node> nodes = new TreeMap<>();
        for (String name : List.of("a", "b", "c")) nodes.put(name, new Node());
        List<Said> underWay = new ArrayList<>();
        for (int step = 0; step < 200; step++) {
            String name = List.of("a", "b", "c").get(random.nextInt(3));
            Node node = nodes.get(name);
            switch (random.nextInt(5)) {
                case 0 -> {
                    node.runs = random.nextInt(4);
                    node.able = node.runs == 0 ? 0 : random.nextDouble() * 2;
                }
                case 1, 2 -> tell(keeper, name, node, underWay, random.nextInt(8) != 0);
                default -> {
                    if (!underWay.isEmpty()) answer(nodes, underWay.get(random.nextInt(underWay.size())));
                }
            }
            long sum = nodes.values().stream().mapToLong(each -> each.part).sum();
            assertTrue(sum <= WHOLE, sum + " in step " + step);
        }
        nodes.get("a").runs = 2;
        nodes.get("a").able = 0.3 + random.nextDouble();
        // What a node can use shows once it has more; by then somebody must have said it, let go, and been heard
        int rounds = 4 * nodes.size();
        for (int round = 0; round < rounds; round++)
            nodes.forEach((name, node) -> {
                underWay.clear();
                tell(keeper, name, node, underWay, true);
                underWay.forEach(said -> answer(nodes, said));
            });
        double wanted = nodes.values().stream().mapToDouble(node -> node.able).sum();
        double used = nodes.values().stream().mapToDouble(Node::used).sum();
        assertTrue(used >= Math.min(1, wanted) - 0.03, used + " of " + wanted);
    }

    private static void tell(BandwidthShares keeper, String name, Node node, List<Said> underWay, boolean arrives) {
        Report report = node.report();
        if (!arrives) return;
        Long part = keeper.hear(name, node.number, report);
        if (part != null) underWay.add(new Said(name, node.number, part));
    }

    private static void answer(Map<String, Node> nodes, Said said) {
        Node node = nodes.get(said.node());
        if (said.number() == node.number && node.runs > 0) node.part = said.part();
    }
}
