package io.longhaul.entity;

import static java.util.Map.entry;

import akka.actor.ExtendedActorSystem;
import io.longhaul.codec.MessageSerializer;
import java.util.Map;

/** What is said to jobs and what they answer, as it goes from node to node. */
public final class JobMessages extends MessageSerializer {
    private static final int IDENTIFIER = 3_500_002;

    static final Map<String, Class<?>> KINDS = Map.ofEntries(
            entry("ask", JobEntity.Ask.class),
            entry("view", JobEntity.View.class),
            entry("tell", JobEntity.Tell.class),
            entry("viewed", JobEntity.Viewed.class),
            entry("done", JobReply.Done.class),
            entry("refused", JobReply.Refused.class),
            entry("unknown", JobReply.Unknown.class));

    public JobMessages(ExtendedActorSystem system) {
        super(system, IDENTIFIER, KINDS);
    }
}
