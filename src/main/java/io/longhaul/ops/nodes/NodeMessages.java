package io.longhaul.ops.nodes;

import akka.actor.ExtendedActorSystem;
import io.longhaul.codec.MessageSerializer;
import io.longhaul.entity.Nodes;
import java.util.Map;

/** What the agents of nodes say to one another, and answer. */
public final class NodeMessages extends MessageSerializer {
    private static final int IDENTIFIER = 3_500_005;

    static final Map<String, Class<?>> KINDS = Map.of(
            "ask", NodeAgent.Ask.class,
            "ask-database", NodeAgent.AskDatabase.class,
            "database-answers", NodeAgent.DatabaseAnswers.class,
            "drain", NodeAgent.Drain.class,
            "drains", NodeAgent.Drains.class,
            "work", Nodes.Work.class);

    public NodeMessages(ExtendedActorSystem system) {
        super(system, IDENTIFIER, KINDS);
    }
}
