package io.longhaul.scheduler;

import static java.util.Map.entry;

import akka.actor.ExtendedActorSystem;
import io.longhaul.codec.MessageSerializer;
import io.longhaul.entity.Queues.Slots;
import io.longhaul.entity.Queues.Standing;
import java.util.Map;

/** What is said to schedulers and what they answer, as it goes from node to node. */
public final class SchedulerMessages extends MessageSerializer {
    private static final int IDENTIFIER = 3_500_003;

    static final Map<String, Class<?>> KINDS = Map.ofEntries(
            entry("told", Scheduler.Told.class),
            entry("freed", Scheduler.Freed.class),
            entry("others-wait", Scheduler.OthersWait.class),
            entry("wake", Scheduler.Wake.class),
            entry("explain", Scheduler.Explain.class),
            entry("explained", Scheduler.Explained.class),
            entry("get-slots", Scheduler.GetSlots.class),
            entry("slots", Slots.class),
            entry("settings-changed", Scheduler.SettingsChanged.class));

    static final Map<String, Class<? extends Standing>> STANDINGS = Map.ofEntries(
            entry("ready", Standing.Ready.class),
            entry("running", Standing.Running.class),
            entry("gone", Standing.Gone.class),
            entry("node-full", Standing.NodeFull.class),
            entry("host-full", Standing.HostFull.class));

    public SchedulerMessages(ExtendedActorSystem system) {
        super(system, IDENTIFIER, KINDS);
        name(Standing.class, STANDINGS);
    }
}
