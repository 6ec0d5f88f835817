package io.longhaul.scheduler;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.typed.Cluster;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Shares out the limits of bandwidth among the nodes. One for the cluster; all it knows it can lose: nobody gets more until
 * every node has said what it has.
 */
final class BandwidthKeeper extends AbstractOnMessageBehavior<BandwidthKeeper.Message> {
    private static final Duration LOOKS_EVERY = Duration.ofSeconds(1);

    /** What the actor understands; {@link BandwidthMessages} says what of it comes from other nodes. */
    sealed interface Message {}

    /** Another node is to have it now, or none. */
    record Stop() implements Message {}

    /**
     * A node says what it has to do with limits.
     *
     * @param last whether this is the end of what it has to say
     */
    record Reported(
            String node,
            long number,
            List<BandwidthShares.Report> reports,
            boolean last,
            ActorRef<BandwidthUse.Message> replyTo)
            implements Message {
        Reported {
            reports = List.copyOf(reports);
        }
    }

    private record Look() implements Message {}

    private final Cluster cluster;
    private final BandwidthShares shares;
    private final Departures departures = new Departures();

    /** All nodes that may hold something. */
    private final Set<String> nodes;

    static Behavior<Message> create() {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new BandwidthKeeper(context, timers)));
    }

    private BandwidthKeeper(ActorContext<Message> context, TimerScheduler<Message> timers) {
        super(context);
        this.cluster = Cluster.get(context.getSystem());
        this.nodes = new HashSet<>(Departures.present(cluster));
        this.shares = new BandwidthShares(nodes);
        timers.startTimerWithFixedDelay(new Look(), LOOKS_EVERY);
    }

    @Override
    public Behavior<Message> onMessage(Message message) {
        switch (message) {
            case Stop stop -> {
                return Behaviors.stopped();
            }
            case Reported reported -> onReport(reported);
            case Look look -> {
                for (String node : departures.gone(nodes, Departures.present(cluster))) {
                    shares.forget(node);
                    nodes.remove(node);
                }
            }
        }
        return this;
    }

    private void onReport(Reported reported) {
        nodes.add(reported.node());
        Map<String, Long> parts = new HashMap<>();
        for (BandwidthShares.Report report : reported.reports()) {
            Long part = shares.hear(reported.node(), reported.number(), report);
            if (part != null) parts.put(report.budget(), part);
        }
        if (reported.last()) shares.heardAllOf(reported.node());
        if (!parts.isEmpty()) reported.replyTo().tell(new BandwidthUse.Answered(reported.number(), parts));
    }
}
