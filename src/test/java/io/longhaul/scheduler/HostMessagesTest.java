package io.longhaul.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Adapter;
import io.longhaul.testkit.Wire;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What nodes and keepers of hosts say to one another")
class HostMessagesTest {
    @Test
    void has_these_names_for_ever() {
        assertEquals("answered asked reported", String.join(" ", new TreeSet<>(HostMessages.KINDS.keySet())));
    }

    @Test
    void arrives_as_it_was_sent() {
        try (Wire wire = new Wire()) {
            ActorRef<HostUse.Message> node = Adapter.toTyped(wire.system().deadLetters());
            carried(
                    wire,
                    "reported",
                    new HostKeeper.Reported("10.0.0.1:25520#7", new HostShares.Report(3, 4, 5, 6, true), node));
            ActorRef<HostKeeper.Message> keeper = Adapter.toTyped(wire.system().deadLetters());
            carried(wire, "answered", new HostUse.Answered("origin.example:443", Long.MAX_VALUE, 32, keeper));
            carried(wire, "asked", new HostUse.Asked("origin.example:443", keeper));
        }
    }

    private static void carried(Wire wire, String name, Object message) {
        assertEquals(message, wire.carry(message, name));
    }
}
