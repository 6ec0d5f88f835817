package io.longhaul.scheduler;

import akka.actor.ExtendedActorSystem;
import io.longhaul.codec.MessageSerializer;
import java.util.Map;

/** What nodes and the keeper of the limits of bandwidth say to one another. */
public final class BandwidthMessages extends MessageSerializer {
    private static final int IDENTIFIER = 3_500_036;

    static final Map<String, Class<?>> KINDS = Map.of(
            "reported", BandwidthKeeper.Reported.class,
            "answered", BandwidthUse.Answered.class);

    public BandwidthMessages(ExtendedActorSystem system) {
        super(system, IDENTIFIER, KINDS);
    }
}
