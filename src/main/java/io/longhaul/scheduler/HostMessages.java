package io.longhaul.scheduler;

import akka.actor.ExtendedActorSystem;
import io.longhaul.codec.MessageSerializer;
import java.util.Map;

/** What nodes and the keepers of remote hosts say to one another. */
public final class HostMessages extends MessageSerializer {
    private static final int IDENTIFIER = 3_500_004;

    static final Map<String, Class<?>> KINDS = Map.of(
            "reported", HostKeeper.Reported.class,
            "answered", HostUse.Answered.class,
            "asked", HostUse.Asked.class,
            "open", HostKeeper.Open.class,
            "opened", HostKeeper.Opened.class,
            "list", HostUse.ListHosts.class,
            "tell-one", HostUse.TellOne.class,
            "listed", HostUse.Listed.class,
            "look-at-blocks", HostUse.LookAtBlocks.class,
            "blocks-known", HostUse.BlocksKnown.class);

    public HostMessages(ExtendedActorSystem system) {
        super(system, IDENTIFIER, KINDS);
    }
}
