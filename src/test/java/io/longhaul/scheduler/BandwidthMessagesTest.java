package io.longhaul.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Adapter;
import io.longhaul.entity.BandwidthParts.Need;
import io.longhaul.testkit.Wire;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What nodes and the keeper of the limits of bandwidth say to one another")
class BandwidthMessagesTest {
    @Test
    void has_these_names_for_ever() {
        assertEquals("answered reported", String.join(" ", new TreeSet<>(BandwidthMessages.KINDS.keySet())));
    }

    @Test
    void arrives_as_it_was_sent() {
        try (Wire wire = new Wire()) {
            ActorRef<BandwidthUse.Message> node = Adapter.toTyped(wire.system().deadLetters());
            var report = new BandwidthShares.Report("QUEUE/site-7/NORMAL", 250_000, new Need(3, 1_000_000));
            for (Object message : List.of(
                    new BandwidthKeeper.Reported("10.0.0.1:25520#7", 4, List.of(report), true, node),
                    new BandwidthKeeper.Reported("10.0.0.1:25520#7", 5, List.of(), false, node)))
                assertEquals(message, wire.carry(message, "reported"));
            var answer = new BandwidthUse.Answered(Long.MAX_VALUE, Map.of("FLEET//LOW", 333_333L));
            assertEquals(answer, wire.carry(answer, "answered"));
        }
    }
}
