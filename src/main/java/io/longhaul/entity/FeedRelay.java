package io.longhaul.entity;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.AbstractOnMessageBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.cluster.Member;
import akka.cluster.typed.Cluster;
import io.longhaul.entity.JobFeed.Notice;
import io.longhaul.job.JobId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets those who watch on one node hear what happens on the others. A node says that it has watchers, at once when the
 * first one comes and then again and again; for as long as it does the others send it their notices, a few times a second,
 * and of progress only the latest of each job. A notice may get lost; who must not miss one reads the history.
 */
public final class FeedRelay extends AbstractOnMessageBehavior<FeedRelay.Message> {
    private static final String NAME = "feed-relay";
    private static final Duration LISTENS_EVERY = Duration.ofMillis(200);
    private static final Duration SENDS_EVERY = Duration.ofMillis(100);

    /** Rounds without a word, after which nobody watches there any more. */
    private static final int ROUNDS_REMEMBERED = 10;

    /** What happened beyond it since the last sending is lost to other nodes. */
    private static final int MOST_HELD = 2000;

    private static final int IN_A_MESSAGE = 20;

    /** What the actor understands; {@link JobMessages} says what of it comes from other nodes. */
    sealed interface Message {}

    /** Somebody watches there. */
    record Listens(ActorRef<Message> node) implements Message {}

    /** What happened on another node. */
    record Heard(List<Notice> notices) implements Message {
        Heard {
            notices = List.copyOf(notices);
        }
    }

    /** What happened on this one. */
    private record Happening(Notice notice) implements Message {}

    /** Somebody watches here, where nobody did before. */
    private record Watched() implements Message {}

    private record Listen() implements Message {}

    private record Send() implements Message {}

    private final JobFeed everywhere;
    private final AtomicBoolean wanted;
    private final Cluster cluster;
    private final ActorRefResolver resolver;
    private final Map<ActorRef<Message>, Integer> listeners = new HashMap<>();
    private final List<Notice> events = new ArrayList<>();
    private final Map<JobId, Notice> progress = new LinkedHashMap<>();

    /**
     * Connects the feeds of all nodes.
     *
     * @param here what happens on this node
     * @return what happens on any of them
     */
    public static JobFeed start(ActorSystem<?> system, JobFeed here) {
        return start(system, here, LISTENS_EVERY);
    }

    static JobFeed start(ActorSystem<?> system, JobFeed here, Duration listensEvery) {
        JobFeed everywhere = new JobFeed();
        AtomicBoolean wanted = new AtomicBoolean();
        ActorRef<Message> relay = system.systemActorOf(
                Behaviors.<Message>setup(context -> Behaviors.withTimers(
                        timers -> new FeedRelay(context, timers, everywhere, wanted, listensEvery))),
                NAME,
                Props.empty());
        everywhere.whenHeard(() -> relay.tell(new Watched()));
        // As long as the node lives
        var unused = here.subscribe(notice -> {
            everywhere.publish(notice);
            if (wanted.get()) relay.tell(new Happening(notice));
        });
        return everywhere;
    }

    private FeedRelay(
            ActorContext<Message> context,
            TimerScheduler<Message> timers,
            JobFeed everywhere,
            AtomicBoolean wanted,
            Duration listensEvery) {
        super(context);
        this.everywhere = everywhere;
        this.wanted = wanted;
        this.cluster = Cluster.get(context.getSystem());
        this.resolver = ActorRefResolver.get(context.getSystem());
        timers.startTimerWithFixedDelay(new Listen(), listensEvery);
        timers.startTimerWithFixedDelay(new Send(), SENDS_EVERY);
    }

    @Override
    public Behavior<Message> onMessage(Message message) {
        switch (message) {
            case Listens there -> {
                listeners.put(there.node(), 0);
                wanted.set(true);
            }
            case Heard heard -> heard.notices().forEach(everywhere::publish);
            case Happening happening -> hold(happening.notice());
            case Watched watched -> listen();
            case Listen listen -> {
                forgetTheSilent();
                listen();
            }
            case Send send -> send();
        }
        return this;
    }

    private void hold(Notice notice) {
        switch (notice) {
            case Notice.Happened event -> {
                if (events.size() < MOST_HELD) events.add(event);
            }
            case Notice.Progressed latest -> {
                if (progress.size() < MOST_HELD
                        || progress.containsKey(latest.job().id()))
                    progress.put(latest.job().id(), latest);
            }
        }
    }

    private void forgetTheSilent() {
        listeners.replaceAll((node, rounds) -> rounds + 1);
        listeners.values().removeIf(rounds -> rounds > ROUNDS_REMEMBERED);
        wanted.set(!listeners.isEmpty());
    }

    private void listen() {
        if (!everywhere.isHeard()) return;
        for (Member member : cluster.state().getMembers()) {
            if (member.equals(cluster.selfMember())) continue;
            ActorRef<Message> there = resolver.resolveActorRef(member.address() + "/system/" + NAME);
            there.tell(new Listens(getContext().getSelf()));
        }
    }

    private void send() {
        List<Notice> news = new ArrayList<>(events);
        news.addAll(progress.values());
        events.clear();
        progress.clear();
        for (int from = 0; from < news.size(); from += IN_A_MESSAGE) {
            Heard part = new Heard(news.subList(from, Math.min(news.size(), from + IN_A_MESSAGE)));
            listeners.keySet().forEach(node -> node.tell(part));
        }
    }
}
