package io.longhaul.transfer;

import io.longhaul.entity.Admission;
import io.longhaul.entity.HostBlocks;
import io.longhaul.entity.HostClosure;
import io.longhaul.entity.HostClosure.Cause;
import io.longhaul.entity.HostPlaces;
import io.longhaul.entity.HostPlaces.Asks;
import io.longhaul.entity.HostPlaces.Pace;
import io.longhaul.entity.Queues.Rivals;
import io.longhaul.entity.Rivalry;
import io.longhaul.entity.Rivalry.Claims;
import io.longhaul.entity.Rivalry.Held;
import io.longhaul.job.Priority;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The places of a node: so many runs at once, and of the connections to each remote host the node's share. Whoever is
 * refused is remembered by its queue, once, and told in turn when a place is free. Queues that hold more than others that
 * wait are told of these. Never blocks; safe for any thread.
 */
final class AdmissionControl {
    /** A queue beyond that is not told; its scheduler asks again by itself. */
    static final int MOST_WAITING = 100_000;

    /** Reminders until it is forgotten that a host was full: longer than a scheduler waits before it tries again. */
    private static final int REMEMBERS_REFUSAL = 12;

    /** A queue that was refused for longer than that has no use for the place: its scheduler asks every two seconds. */
    private static final Duration ASKS_AGAIN_WITHIN = Duration.ofSeconds(5);

    /** Whoever shares out a host's connections says twice a second which other nodes wait. */
    private static final Duration CLAIM_HOLDS_FOR = Duration.ofSeconds(3);

    /** No queue has this name: it holds nothing here. */
    private static final String SOMEBODY = "";

    private final int slots;
    private final int perHost;
    private final int unasked;
    private final FreedListener listener;
    private final RivalsListener rivals;
    private final Consumer<String> wanted;
    private final InstantSource clock;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Integer> running = new HashMap<>();
    private final Map<Taken, Integer> own = new HashMap<>();
    private final Map<String, Integer> shares = new HashMap<>();
    private final Map<String, Pace> paces = new HashMap<>();
    private final Map<String, HostClosure> closures = new HashMap<>();
    private final Map<String, RetryBudget> budgets = new HashMap<>();
    private HostBlocks blocks = HostBlocks.NONE;
    private int runningInAll;
    private final WaitingQueues waitingForNode = new WaitingQueues();
    private final Map<String, WaitingQueues> waitingForHost = new HashMap<>();
    private int waitingForHosts;

    /** Nodes that wait for what runs of this one hold at a host. */
    private final Map<String, Elsewhere> elsewhere = new HashMap<>();

    /** Hosts that somebody was refused at lately, and for how many reminders more. */
    private final Map<String, Integer> refused = new HashMap<>();

    /** Of a node that shares with nobody. */
    AdmissionControl(int slots, int perHost, FreedListener listener, RivalsListener rivals, InstantSource clock) {
        this(slots, perHost, perHost, listener, rivals, host -> {}, clock);
    }

    /**
     * @param perHost runs with one host, of all nodes together
     * @param unasked runs with a host before {@link #allow} says how many of them are this node's
     * @param wanted hears of a host that was full, each time, and of one that closed
     */
    AdmissionControl(
            int slots,
            int perHost,
            int unasked,
            FreedListener listener,
            RivalsListener rivals,
            Consumer<String> wanted,
            InstantSource clock) {
        this.slots = slots;
        this.perHost = perHost;
        this.unasked = unasked;
        this.listener = listener;
        this.rivals = rivals;
        this.wanted = wanted;
        this.clock = clock;
    }

    Admission admit(String queue, Priority priority, String host, boolean retry) {
        Admission admission = tryToAdmit(queue, !priority.isBackground(), host, retry);
        if (admission instanceof Admission.HostFull full && !isForRetries(full)) wanted.accept(host);
        return admission;
    }

    private static boolean isForRetries(Admission.HostFull full) {
        return full.closure() != null && full.closure().cause() == Cause.RETRY_BUDGET;
    }

    private Admission tryToAdmit(String queue, boolean foreground, String host, boolean retry) {
        lock.lock();
        try {
            if (runningInAll >= slots) {
                waitForNode(queue, foreground, host);
                return new Admission.NodeFull(slots);
            }
            if (retry && closure(host) == null && running.getOrDefault(host, 0) < share(host)) {
                HostClosure budget = takeRetry(host);
                if (budget != null) return full(queue, host, budget);
            }
            if (!take(queue, foreground, host)) return full(queue, host, closure(host));
            RetryBudget budget = retry ? null : budgets.get(host);
            if (budget != null) budget.earn();
            runningInAll++;
            waitingForNode.served(queue, foreground);
            own.merge(new Taken(queue, foreground, null), 1, Integer::sum);
            return new Place(queue, foreground, host, retry);
        } finally {
            lock.unlock();
        }
    }

    private Admission.HostFull full(String queue, String host, @Nullable HostClosure closure) {
        return new Admission.HostFull(host, limit(host), taken(queue, host), closure);
    }

    private int taken(String queue, String host) {
        return own.getOrDefault(new Taken(queue, true, host), 0) + own.getOrDefault(new Taken(queue, false, host), 0);
    }

    /** Null: the host may have this one. */
    private @Nullable HostClosure takeRetry(String host) {
        Instant now = clock.instant();
        RetryBudget budget = budgets.computeIfAbsent(host, first -> {
            Pace pace = paces.get(first);
            return new RetryBudget(pace == null ? 1 : pace.nodes(), now);
        });
        return budget.take(now)
                ? null
                : new HostClosure(
                        Cause.RETRY_BUDGET,
                        now,
                        budget.nextAt(now),
                        "fails, and has as many retries as it may: a fifth of its first attempts and ten a second");
    }

    /** From now on runs with that host begin while fewer than so many are under way, and while it is not closed. */
    void allow(String host, int share, @Nullable Pace pace) {
        List<Freed> told = new ArrayList<>();
        lock.lock();
        try {
            if (share == unasked) shares.remove(host);
            else shares.put(host, share);
            if (pace == null || (pace.limit() == perHost && pace.nodes() <= 1)) paces.remove(host);
            else paces.put(host, pace);
            if (pace != null && pace.opened() != null) forgetClosure(host, pace.opened());
            if (pace != null && pace.closure() != null) keepClosed(host, pace.closure());
            WaitingQueues waiting = waitingForHost.get(host);
            if (waiting == null) return;
            // A queue that is told goes to the end: each word lets it offer one job
            List<String> queues = waiting.all();
            int free = share(host) - running.getOrDefault(host, 0);
            for (int i = 0; i < free; i++) told.add(new Freed(queues.get(i % queues.size()), host));
            if (free > 0) {
                waitingForHosts -= queues.size();
                waitingForHost.remove(host);
            }
        } finally {
            lock.unlock();
        }
        tell(told);
    }

    /** The host has asked to be left alone: no request is made from here until then. */
    void close(String host, HostClosure closure) {
        lock.lock();
        try {
            keepClosed(host, closure);
        } finally {
            lock.unlock();
        }
        tellOf(host);
    }

    /** There is news of the host for whoever shares out its connections. */
    void tellOf(String host) {
        wanted.accept(host);
    }

    /** From now on nobody is admitted to these hosts. */
    void block(HostBlocks these) {
        lock.lock();
        try {
            blocks = these;
        } finally {
            lock.unlock();
        }
    }

    private void keepClosed(String host, HostClosure closure) {
        closures.merge(host, closure, HostClosure::later);
    }

    /** An operator has opened the host: what it asked for until then no longer counts. */
    private void forgetClosure(String host, Instant opened) {
        closures.computeIfPresent(host, (name, closure) -> closure.since().isAfter(opened) ? closure : null);
    }

    /**
     * What each host is to this node; without those that are nothing to it. That all places are taken does not mean that
     * there would be more runs: a node that would keep what it has no use for would take it from those who have.
     */
    Map<String, HostPlaces.Need> needs() {
        lock.lock();
        try {
            Set<String> hosts = new HashSet<>(running.keySet());
            hosts.addAll(waitingForHost.keySet());
            hosts.addAll(closures.keySet());
            Map<String, HostPlaces.Need> needs = new HashMap<>();
            for (String host : hosts) {
                int busy = running.getOrDefault(host, 0);
                HostClosure closure = askedFor(host);
                boolean wanted = waitingForHost.containsKey(host) || (busy >= share(host) && refused.containsKey(host));
                if (busy > 0 || wanted || closure != null)
                    needs.put(host, new HostPlaces.Need(busy, busy, wanted, closure));
            }
            return needs;
        } finally {
            lock.unlock();
        }
    }

    /** How many hosts have asked to be left alone now. */
    int closed() {
        lock.lock();
        try {
            Instant now = clock.instant();
            return (int) closures.values().stream()
                    .filter(closure -> !closure.isOver(now))
                    .count();
        } finally {
            lock.unlock();
        }
    }

    /** Why it may not be asked anything now. */
    private @Nullable HostClosure closure(String host) {
        HostClosure asked = askedFor(host);
        HostClosure blocked = blocks.closure(host, clock.instant());
        return blocked == null ? asked : blocked;
    }

    /** The closure that the host itself has asked for. */
    private @Nullable HostClosure askedFor(String host) {
        HostClosure closure = closures.isEmpty() ? null : closures.get(host);
        if (closure == null || !closure.isOver(clock.instant())) return closure;
        closures.remove(host);
        return null;
    }

    /** As many as the node may have there now. */
    private int share(String host) {
        return closure(host) == null ? shares.getOrDefault(host, unasked) : 0;
    }

    /** How many runs each host has now; hosts without one are left out. */
    Map<String, Integer> connections() {
        lock.lock();
        try {
            return Map.copyOf(running);
        } finally {
            lock.unlock();
        }
    }

    int running() {
        lock.lock();
        try {
            return runningInAll;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tells the next queue in line wherever a place is free. To be called from time to time: a queue that was told and
     * has no use for the place any more does not pass it on.
     */
    void remind() {
        List<Freed> told = new ArrayList<>();
        lock.lock();
        try {
            refused.replaceAll((host, reminders) -> reminders - 1);
            refused.values().removeIf(reminders -> reminders <= 0);
            Instant now = clock.instant();
            budgets.values().removeIf(budget -> budget.isFull(now));
            if (runningInAll >= slots) return;
            nextForNode(told);
            Iterator<Map.Entry<String, WaitingQueues>> hosts =
                    waitingForHost.entrySet().iterator();
            while (hosts.hasNext()) {
                Map.Entry<String, WaitingQueues> waiting = hosts.next();
                if (running.getOrDefault(waiting.getKey(), 0) >= share(waiting.getKey())) continue;
                told.add(new Freed(waiting.getValue().next(), waiting.getKey()));
                waitingForHosts--;
                if (waiting.getValue().isEmpty()) hosts.remove();
            }
        } finally {
            lock.unlock();
        }
        tell(told);
    }

    /**
     * Tells queues that others wait for what their jobs hold; to be called from time to time. Nothing is told of what the
     * next word of a free place will mend.
     */
    void tellRivals() {
        List<Told> told = new ArrayList<>();
        lock.lock();
        try {
            Instant old = clock.instant().minus(CLAIM_HOLDS_FOR);
            elsewhere.values().removeIf(known -> known.at().isBefore(old));
            if (waitingForNode.isEmpty() && waitingForHost.isEmpty() && elsewhere.isEmpty()) return;
            Map<String, Map<String, Held>> held = new HashMap<>();
            Map<String, Held> heldOfNode = new HashMap<>();
            own.forEach((taken, places) -> (taken.host() == null
                            ? heldOfNode
                            : held.computeIfAbsent(taken.host(), first -> new HashMap<>()))
                    .merge(
                            taken.queue(),
                            Held.NONE.and(taken.foreground(), places),
                            (before, more) -> before.and(taken.foreground(), places)));
            if (runningInAll >= slots) tellRivals(null, slots, heldOfNode, waitingForNode, Claims.NONE, told);
            held.forEach((host, byQueue) -> {
                WaitingQueues waiting = waitingForHost.get(host);
                Elsewhere others = elsewhere.get(host);
                if (waiting == null && others == null) return;
                // Of a host that is closed nobody would get what is given back
                if (closure(host) != null || running.getOrDefault(host, 0) < share(host)) return;
                tellRivals(
                        host,
                        limit(host),
                        byQueue,
                        waiting == null ? new WaitingQueues() : waiting,
                        others == null ? Claims.NONE : others.claims(),
                        told);
            });
        } finally {
            lock.unlock();
        }
        for (Told one : told) rivals.othersWait(one.queue(), one.rivals());
    }

    private void tellRivals(
            @Nullable String host,
            int limit,
            Map<String, Held> held,
            WaitingQueues waiting,
            Claims others,
            List<Told> told) {
        Instant since = clock.instant().minus(ASKS_AGAIN_WITHIN);
        int most = held.values().stream()
                .mapToInt(places -> places.foreground() + places.background())
                .sum();
        List<String> foreground = new ArrayList<>(waiting.asking(true, since, most));
        foreground.addAll(Collections.nCopies(Math.min(most, others.atOnce() + others.foreground()), SOMEBODY));
        List<String> background = new ArrayList<>(waiting.asking(false, since, most));
        background.addAll(Collections.nCopies(Math.min(most, others.background()), SOMEBODY));
        Rivalry.claims(held, foreground, background)
                .forEach((queue, claims) -> told.add(new Told(
                        queue, new Rivals(host, limit, claims.atOnce(), claims.foreground(), claims.background()))));
    }

    /** Who holds and who asks for connections to each host. */
    Map<String, Asks> asks() {
        lock.lock();
        try {
            Instant since = clock.instant().minus(ASKS_AGAIN_WITHIN);
            Map<String, Asks> asks = new HashMap<>();
            waitingForHost.forEach((host, waiting) -> asks.put(
                    host,
                    new Asks(
                            0,
                            !waiting.asking(true, since, 1).isEmpty(),
                            !waiting.asking(false, since, 1).isEmpty())));
            own.forEach((taken, runs) -> {
                if (taken.host() == null || !taken.foreground()) return;
                Asks known = asks.getOrDefault(taken.host(), Asks.NONE);
                asks.put(
                        taken.host(),
                        new Asks(known.foreground() + runs, known.forForeground(), known.forBackground()));
            });
            return asks;
        } finally {
            lock.unlock();
        }
    }

    /** Other nodes wait for what runs of this one hold at that host. */
    void othersWait(String host, Claims claims) {
        lock.lock();
        try {
            if (claims.equals(Claims.NONE)) elsewhere.remove(host);
            else elsewhere.put(host, new Elsewhere(claims, clock.instant()));
        } finally {
            lock.unlock();
        }
    }

    private int limit(String host) {
        Pace pace = paces.get(host);
        return pace == null ? perHost : pace.limit();
    }

    private boolean take(String queue, boolean foreground, String host) {
        int now = running.getOrDefault(host, 0);
        if (now >= share(host)) {
            if (refused.size() < MOST_WAITING) refused.put(host, REMEMBERS_REFUSAL);
            waitFor(host, queue, foreground);
            return false;
        }
        running.put(host, now + 1);
        WaitingQueues waiting = waitingForHost.get(host);
        if (waiting != null) waiting.served(queue, foreground);
        own.merge(new Taken(queue, foreground, host), 1, Integer::sum);
        return true;
    }

    /** Nobody makes way on the node for a job that would find no connection to its host then. */
    private void waitForNode(String queue, boolean foreground, String host) {
        if (waitingForNode.size() >= MOST_WAITING && !waitingForNode.contains(queue, foreground)) return;
        int there = running.getOrDefault(host, 0);
        boolean noneFree = there >= share(host) && (there > 0 || waitingForHost.containsKey(host));
        if (noneFree || closure(host) != null) waitingForNode.addIdle(queue, foreground);
        else waitingForNode.add(queue, foreground, clock.instant());
    }

    private void waitFor(String host, String queue, boolean foreground) {
        WaitingQueues known = waitingForHost.get(host);
        boolean isNew = known == null || !known.contains(queue, foreground);
        if (isNew && waitingForHosts >= MOST_WAITING) return;
        if (isNew) waitingForHosts++;
        waitingForHost.computeIfAbsent(host, first -> new WaitingQueues()).add(queue, foreground, clock.instant());
    }

    private void giveBack(String queue, boolean foreground, String host, List<Freed> told) {
        forget(new Taken(queue, foreground, host));
        int left = running.getOrDefault(host, 0) - 1;
        if (left > 0) running.put(host, left);
        else running.remove(host);
        WaitingQueues waiting = waitingForHost.get(host);
        if (waiting == null || left >= share(host)) return;
        told.add(new Freed(waiting.next(), host));
        waitingForHosts--;
        if (waiting.isEmpty()) waitingForHost.remove(host);
    }

    private void forget(Taken one) {
        own.computeIfPresent(one, (taken, runs) -> runs == 1 ? null : runs - 1);
    }

    private void nextForNode(List<Freed> told) {
        if (!waitingForNode.isEmpty()) told.add(new Freed(waitingForNode.next(), null));
    }

    /** Never under the lock: the listener may ask for admission at once. */
    private void tell(List<Freed> told) {
        for (Freed freed : told) listener.freed(freed.queue(), freed.host());
    }

    /** A connection to that host which a job of that queue has; null: a place on the node. */
    private record Taken(
            String queue, boolean foreground, @Nullable String host) {}

    private record Elsewhere(Claims claims, Instant at) {}

    private record Told(String queue, Rivals rivals) {}

    private record Freed(String queue, @Nullable String host) {}

    /** A slot of the node and, until the bytes are here, a connection to one host at a time. */
    final class Place implements Admission.Admitted {
        private final String queue;
        private final boolean foreground;
        private @Nullable String host;
        private boolean over;
        private boolean retry;

        private Place(String queue, boolean foreground, String host, boolean retry) {
            this.queue = queue;
            this.foreground = foreground;
            this.host = host;
            this.retry = retry;
        }

        /** The host has answered well: a retry was none too many. */
        void answeredWell() {
            settleRetry(RetryBudget::giveBack);
        }

        /** It came to a proxy and, as far as anybody knows, no further: a retry was none of the host's. */
        void hostNotAsked() {
            settleRetry(RetryBudget::undo);
        }

        private void settleRetry(Consumer<RetryBudget> settle) {
            lock.lock();
            try {
                if (!retry || host == null) return;
                retry = false;
                RetryBudget budget = budgets.get(host);
                if (budget != null) settle.accept(budget);
            } finally {
                lock.unlock();
            }
        }

        /**
         * Goes over to another host at once, or not at all; not even where it is, once that is closed. The old host's place is given back only when the new one's
         * is taken, and nothing waits, so that two runs never wait for one another.
         *
         * @return whether the place is one for that host now
         */
        boolean moveTo(String other) {
            boolean moved = tryToMoveTo(other);
            if (!moved) wanted.accept(other);
            return moved;
        }

        private boolean tryToMoveTo(String other) {
            List<Freed> told = new ArrayList<>();
            lock.lock();
            try {
                String present = host;
                if (present == null) return false;
                if (present.equals(other) && closure(other) == null) return true;
                if (!take(queue, foreground, other)) return false;
                host = other;
                giveBack(queue, foreground, present, told);
            } finally {
                lock.unlock();
            }
            tell(told);
            return true;
        }

        /** Where it has its connection; null: nowhere any more. */
        @Nullable
        String host() {
            lock.lock();
            try {
                return host;
            } finally {
                lock.unlock();
            }
        }

        /** Nothing more is asked of the host: what is left to do, on the disk and in the journal, is not its concern. */
        void leaveHost() {
            List<Freed> told = new ArrayList<>();
            lock.lock();
            try {
                leaveHost(told);
            } finally {
                lock.unlock();
            }
            tell(told);
        }

        private void leaveHost(List<Freed> told) {
            String present = host;
            if (present == null) return;
            host = null;
            giveBack(queue, foreground, present, told);
        }

        @Override
        public void release() {
            List<Freed> told = new ArrayList<>();
            lock.lock();
            try {
                if (over) return;
                over = true;
                runningInAll--;
                forget(new Taken(queue, foreground, null));
                leaveHost(told);
                nextForNode(told);
            } finally {
                lock.unlock();
            }
            tell(told);
        }
    }
}
