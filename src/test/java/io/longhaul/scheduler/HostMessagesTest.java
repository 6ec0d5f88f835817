package io.longhaul.scheduler;

import static io.longhaul.testkit.JobFixtures.START;
import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Adapter;
import io.longhaul.entity.HostClosure;
import io.longhaul.entity.HostPlaces;
import io.longhaul.entity.HostPlaces.Answers;
import io.longhaul.entity.HostPlaces.Pace;
import io.longhaul.entity.Hosts;
import io.longhaul.entity.Rivalry;
import io.longhaul.testkit.Wire;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What nodes and keepers of hosts say to one another")
class HostMessagesTest {
    @Test
    void has_these_names_for_ever() {
        assertEquals(
                "answered asked blocks-known list listed look-at-blocks open opened reported tell-one",
                String.join(" ", new TreeSet<>(HostMessages.KINDS.keySet())));
    }

    @Test
    void arrives_as_it_was_sent() {
        try (Wire wire = new Wire()) {
            ActorRef<HostUse.Message> node = Adapter.toTyped(wire.system().deadLetters());
            HostShares.Report report = new HostShares.Report(3, 4, 5, 6, true, new HostPlaces.Asks(2, true, false));
            Pace pace = new Pace(8, new HostClosure(HostClosure.Cause.BACK_OFF, START, null, "answers 503"));
            for (HostKeeper.Seen seen : Arrays.asList(
                    null,
                    new HostKeeper.Seen(Answers.NONE, null, null),
                    new HostKeeper.Seen(new Answers(9, 8, 7), pace, pace.closure())))
                carried(wire, "reported", new HostKeeper.Reported("10.0.0.1:25520#7", report, seen, node));
            ActorRef<HostKeeper.Message> keeper = Adapter.toTyped(wire.system().deadLetters());
            carried(
                    wire,
                    "answered",
                    new HostUse.Answered(
                            "origin.example:443", Long.MAX_VALUE, 32, pace, new Rivalry.Claims(1, 2, 3), keeper));
            carried(wire, "answered", new HostUse.Answered("origin.example:443", 1, 0, null, null, keeper));
            ActorRef<HostUse.Listed> asker = Adapter.toTyped(wire.system().deadLetters());
            carried(wire, "list", new HostUse.ListHosts(null, 50, asker));
            carried(wire, "list", new HostUse.ListHosts("a.example:80", 1, asker));
            carried(wire, "tell-one", new HostUse.TellOne("a.example:80", asker));
            carried(
                    wire,
                    "listed",
                    new HostUse.Listed(
                            List.of(new Hosts.Host("a.example:80", 1, 2, new Hosts.Lately(9, 3), pace, 32))));
            ActorRef<HostUse.BlocksKnown> waiting =
                    Adapter.toTyped(wire.system().deadLetters());
            carried(wire, "look-at-blocks", new HostUse.LookAtBlocks(waiting));
            carried(wire, "blocks-known", new HostUse.BlocksKnown());
            ActorRef<HostKeeper.Opened> operator = Adapter.toTyped(wire.system().deadLetters());
            carried(wire, "open", new HostKeeper.Open(START, operator));
            carried(wire, "opened", new HostKeeper.Opened(true));
            Pace opened = new Pace(8, null, 2, START);
            carried(wire, "answered", new HostUse.Answered("origin.example:443", 1, 0, opened, null, keeper));
            carried(wire, "asked", new HostUse.Asked("origin.example:443", keeper));
        }
    }

    private static void carried(Wire wire, String name, Object message) {
        assertEquals(message, wire.carry(message, name));
    }
}
