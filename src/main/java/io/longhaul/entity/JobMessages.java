package io.longhaul.entity;

import static java.util.Map.entry;

import akka.actor.ExtendedActorSystem;
import io.longhaul.codec.MessageSerializer;
import io.longhaul.entity.JobFeed.Notice;
import java.util.Map;

/** What is said to jobs, what they answer, and what is told of them, as it goes from node to node. */
public final class JobMessages extends MessageSerializer {
    private static final int IDENTIFIER = 3_500_002;

    static final Map<String, Class<?>> KINDS = Map.ofEntries(
            entry("ask", JobEntity.Ask.class),
            entry("view", JobEntity.View.class),
            entry("tell", JobEntity.Tell.class),
            entry("viewed", JobEntity.Viewed.class),
            entry("done", JobReply.Done.class),
            entry("refused", JobReply.Refused.class),
            entry("unknown", JobReply.Unknown.class),
            entry("listens", FeedRelay.Listens.class),
            entry("heard", FeedRelay.Heard.class));

    static final Map<String, Class<? extends Notice>> NOTICES =
            Map.of("happened", Notice.Happened.class, "progressed", Notice.Progressed.class);

    public JobMessages(ExtendedActorSystem system) {
        super(system, IDENTIFIER, KINDS);
        name(Notice.class, NOTICES);
    }
}
