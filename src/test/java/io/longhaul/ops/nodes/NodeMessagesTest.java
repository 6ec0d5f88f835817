package io.longhaul.ops.nodes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Adapter;
import io.longhaul.entity.Nodes.Work;
import io.longhaul.testkit.Wire;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What the agents of nodes say to one another")
class NodeMessagesTest {
    @Test
    void has_these_names_for_ever() {
        assertEquals(
                "ask ask-database database-answers drain drains work",
                String.join(" ", new TreeSet<>(NodeMessages.KINDS.keySet())));
    }

    @Test
    void arrives_as_it_was_sent() {
        try (Wire wire = new Wire()) {
            ActorRef<Work> asker = Adapter.toTyped(wire.system().deadLetters());
            carried(wire, "ask", new NodeAgent.Ask(asker));
            carried(wire, "drain", new NodeAgent.Drain(asker));
            carried(wire, "drains", new NodeAgent.Drains("10.0.0.1", 25520, Long.MIN_VALUE));
            carried(
                    wire,
                    "ask-database",
                    new NodeAgent.AskDatabase(Adapter.toTyped(wire.system().deadLetters())));
            carried(wire, "database-answers", new NodeAgent.DatabaseAnswers(15_000));
            carried(wire, "work", new Work(34, 12, true, 1000.5, 0.25));
        }
    }

    private static void carried(Wire wire, String name, Object message) {
        assertEquals(message, wire.carry(message, name));
    }
}
