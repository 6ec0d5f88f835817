package io.longhaul.scheduler;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.typed.Cluster;
import io.longhaul.entity.BandwidthParts;
import io.longhaul.entity.BandwidthParts.Need;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sees to a node's parts of the limits of bandwidth: reports what it needs to the keeper, and lets the transfer engine have
 * what that answers.
 */
final class BandwidthUse extends AbstractOnMessageBehavior<BandwidthUse.Message> {
    static final String NAME = "bandwidth-use";

    private static final Duration REPORTS_EVERY = Duration.ofMillis(250);

    /** Without anything to report it says so now and then: a keeper that has just begun waits for every node. */
    private static final int REPORTS_NOTHING_EVERY = 4;

    private static final int IN_A_MESSAGE = 500;

    private static final Need NONE = new Need(0, 0);

    /** What the actor understands; {@link BandwidthMessages} says what of it comes from other nodes. */
    sealed interface Message {}

    /** The keeper's answer to the report of that number. */
    record Answered(long number, Map<String, Long> parts) implements Message {
        Answered {
            parts = Map.copyOf(parts);
        }
    }

    /** The first run under a limit begins. */
    record Wanted(String budget) implements Message {}

    private record Tick() implements Message {}

    /** What is known of one limit. */
    private static final class Use {
        private long part;
        private long lastReport;
        private Need need = NONE;
    }

    private final ActorContext<Message> context;
    private final BandwidthParts parts;
    private final ActorRef<BandwidthKeeper.Message> keeper;
    private final String node;
    private final Map<String, Use> uses = new HashMap<>();
    private long reports;
    private int ticksWithout;

    static Behavior<Message> create(BandwidthParts parts, ActorRef<BandwidthKeeper.Message> keeper) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new BandwidthUse(context, timers, parts, keeper)));
    }

    private BandwidthUse(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            BandwidthParts parts,
            ActorRef<BandwidthKeeper.Message> keeper) {
        super(context);
        this.context = context;
        this.parts = parts;
        this.keeper = keeper;
        this.node = Departures.name(Cluster.get(context.getSystem()).selfMember());
        timers.startTimerWithFixedDelay(new Tick(), REPORTS_EVERY);
    }

    @Override
    public Behavior<Message> onMessage(Message message) {
        switch (message) {
            case Tick tick -> onTick();
            case Wanted wanted -> {
                Use use = uses.computeIfAbsent(wanted.budget(), first -> new Use());
                if (use.need.runs() == 0) use.need = new Need(1, BandwidthParts.WHOLE);
                report(List.of(wanted.budget()), false);
            }
            case Answered answered -> onAnswer(answered);
        }
        return this;
    }

    private void onTick() {
        Map<String, Need> needs = parts.needs();
        needs.keySet().forEach(budget -> uses.computeIfAbsent(budget, first -> new Use()));
        uses.forEach((budget, use) -> use.need = needs.getOrDefault(budget, NONE));
        ticksWithout = uses.isEmpty() ? ticksWithout + 1 : 0;
        if (uses.isEmpty() && ticksWithout % REPORTS_NOTHING_EVERY != 1) return;
        List<String> all = new ArrayList<>(uses.keySet());
        int from = 0;
        for (; all.size() - from > IN_A_MESSAGE; from += IN_A_MESSAGE)
            report(all.subList(from, from + IN_A_MESSAGE), false);
        report(all.subList(from, all.size()), true);
    }

    /** What is used is told by what is allowed here, so nothing that is answered to an earlier report counts any more. */
    private void report(List<String> budgets, boolean last) {
        long number = ++reports;
        List<BandwidthShares.Report> told = new ArrayList<>();
        for (String budget : budgets) {
            Use use = uses.get(budget);
            if (use == null) continue;
            use.lastReport = number;
            if (use.need.runs() == 0) allow(budget, use, 0);
            told.add(new BandwidthShares.Report(budget, use.part, use.need));
        }
        keeper.tell(new BandwidthKeeper.Reported(node, number, told, last, context.getSelf()));
    }

    private void onAnswer(Answered answer) {
        List<String> lowered = new ArrayList<>();
        answer.parts().forEach((budget, part) -> {
            Use use = uses.get(budget);
            if (use == null || use.lastReport != answer.number()) return;
            if (use.need.runs() == 0) {
                uses.remove(budget);
                return;
            }
            if (part < use.part) lowered.add(budget);
            allow(budget, use, part);
        });
        if (!lowered.isEmpty()) report(lowered, false); // somebody may wait for what it lets go
    }

    private void allow(String budget, Use use, long part) {
        use.part = part;
        parts.allow(budget, part);
    }
}
