package io.longhaul.scheduler;

import static java.util.Objects.requireNonNull;

import io.longhaul.entity.HostClosure;
import io.longhaul.entity.HostClosure.Cause;
import io.longhaul.entity.Queues.Reason;
import io.longhaul.entity.Queues.Rivals;
import io.longhaul.entity.Queues.Standing;
import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import io.longhaul.job.Priority;
import io.longhaul.job.QueuedReason;
import io.longhaul.job.SchedulerCommand;
import io.longhaul.scheduler.Entry.Phase;
import io.longhaul.scheduler.ForeignRivals.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.agrona.collections.Object2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The order of one queue, by BITS's rules: strict priorities with pre-emption; all foreground jobs at once, beside so
 * many background jobs; inside a priority turns by time slice, over owners and then over jobs. Knows no Akka and no
 * clock: what it hears changes what it holds, and {@link #plan} says what follows at an instant.
 *
 * <p>It is a cache: it can be lost at any time, and what it hears may be late, doubled or missing. So every order is
 * repeated until it is answered, and carries the number of its slice, by which the job knows an old one.
 */
final class Schedule {
    /** A job that has waited longer than this since an absence of its owner is taken to have waited for other reasons. */
    private static final Duration REMEMBERS_ABSENCES = Duration.ofDays(30);

    /** So many orders in one plan; the next plan goes on. */
    private static final int MOST_ORDERS = 256;

    /** So many jobs of full nodes that one plan passes over; they are not looked at again before there is a place. */
    private static final int MOST_PASSED_OVER = 10_000;

    /**
     * A job that answers nothing for so long gives up its place: its history cannot be read, say. Longer than a job
     * needs to move from a node that was killed.
     */
    private static final Duration SILENT_AFTER = Duration.ofSeconds(20);

    /** And is tried again, for as long as one order goes unanswered, after this. */
    private static final Duration TRIES_SILENT_AFTER = Duration.ofSeconds(30);

    private final Duration timeSlice;
    private final WaitingByHost.Queue waitingByHost;
    private int backgroundSlots;

    /** Two references for each and no object: see {@link WaitingLine}. */
    private final Map<JobId, Entry> entries = new Object2ObjectHashMap<>();

    private final Holders holders = new Holders();
    private final Map<Priority, WaitingJobs> waiting = new EnumMap<>(Priority.class);
    private final NavigableSet<Entry> silent = new TreeSet<>(Entry.CHANGED);

    /** Since when those that were told something more than once have said nothing at all. */
    private final Map<JobId, Instant> unanswered = new HashMap<>();

    private final Map<String, Gate> hosts = new HashMap<>();
    private final Set<Owner> away = new HashSet<>();
    private final Map<Owner, List<Absence>> absences = new HashMap<>();
    private final Map<JobId, HeldBefore> heldBefore = new HashMap<>();
    private final Whereabouts whereabouts;
    private final Map<String, Gate> nodes = new HashMap<>();
    private final ForeignRivals foreign = new ForeignRivals();
    private int passedOver;

    /** When an owner was logged off; {@link Instant#MAX}: he still is. */
    private record Absence(Instant from, Instant to) {}

    /** How long earlier owners of a job that waits were logged off, until it got another one. */
    private record HeldBefore(Duration time, Instant until) {}

    Schedule(Duration timeSlice, int backgroundSlots) {
        this(timeSlice, backgroundSlots, new WaitingByHost.Queue(), JobId::toString);
    }

    /**
     * @param waitingByHost hears for which remote hosts jobs wait
     * @param shardOf by which jobs are on the same node
     */
    Schedule(
            Duration timeSlice,
            int backgroundSlots,
            WaitingByHost.Queue waitingByHost,
            Function<JobId, String> shardOf) {
        this.timeSlice = timeSlice;
        this.waitingByHost = waitingByHost;
        this.backgroundSlots = backgroundSlots;
        this.whereabouts = new Whereabouts(shardOf);
        for (Priority priority : Priority.values()) waiting.put(priority, new WaitingJobs());
    }

    // What it hears.

    void hear(Standing standing, Instant now) {
        unanswered.remove(standing.id());
        take(standing, now);
    }

    private void take(Standing standing, Instant now) {
        switch (standing) {
            case Standing.Ready ready -> ready(ready, now);
            case Standing.Running running -> running(running);
            case Standing.Gone gone -> {
                heldBefore.remove(gone.id());
                forget(gone.id());
            }
            case Standing.NodeFull full -> {
                String node = named(full.node());
                whereabouts.learn(full.id(), node);
                declinedBy(node, full.id(), full.slice());
                nodes.put(node, Gate.closed(full.limit(), holders.on(node), now));
            }
            case Standing.HostFull full -> {
                boolean retries = full.closure() != null && full.closure().cause() == Cause.RETRY_BUDGET;
                String lane = retries ? Lane.ofRetries(full.host()) : full.host();
                declinedAt(lane, full.id(), full.slice());
                hosts.put(lane, gate(full, now));
            }
        }
    }

    private Gate gate(Standing.HostFull full, Instant now) {
        if (full.closure() != null && !full.closure().isOver(now)) return Gate.shut(full.limit(), full.closure(), now);
        // Some that were there when it was refused may have left before this was heard
        return Gate.closed(full.limit(), Math.max(full.own(), holders.at(full.host())), now);
    }

    private void ready(Standing.Ready ready, Instant now) {
        WaitingJobs others = waitingAt(ready.priority());
        Entry waits = new Entry(
                ready.id(),
                others.shared(ready.owner()),
                ready.priority(),
                ready.nextSlice(),
                others.shared(ready.retry() ? Lane.ofRetries(ready.host()) : ready.host()),
                ready.queuedAt(),
                Phase.WAITING,
                ready.queuedAt());
        Entry known = entries.get(ready.id());
        if (known == null || ready.nextSlice() > known.slice()) {
            heldBefore.remove(ready.id());
            put(waits);
            return;
        }
        if (ready.nextSlice() < known.slice()) return; // an old word
        keepHeldTime(known, waits, now);
        switch (known.phase()) {
            // RENEWED: the new slice never began, the order got lost or came too late
            case WAITING, SILENT, RENEWED -> put(waits);
            // The two words crossed, and the offer will be repeated
            case OFFERED -> put(waits.in(Phase.OFFERED, known.changedAt()));
            case RUNNING, ENDING -> {} // an old word: the job itself has said that the slice began
        }
    }

    /** What earlier owners kept the job waiting for counts, whoever owns it now. */
    private void keepHeldTime(Entry known, Entry waits, Instant now) {
        if (known.sinceMicros() != waits.sinceMicros()) heldBefore.remove(known.id());
        else if (!known.owner().equals(waits.owner()))
            heldBefore.put(known.id(), new HeldBefore(heldBack(known, now), now));
    }

    /** Nodes of an older version do not say their names: to their jobs they are one. */
    private static String named(@Nullable String node) {
        return node == null ? "" : node;
    }

    private void running(Standing.Running running) {
        Entry known = entries.get(running.id());
        if (known != null && known.slice() > running.slice()) return; // an old word
        heldBefore.remove(running.id());
        if (running.node() != null) whereabouts.learn(running.id(), running.node());
        String lane = known != null && known.host().equals(running.host()) ? known.lane() : running.host();
        Entry runs = new Entry(
                running.id(),
                running.owner(),
                running.priority(),
                running.slice(),
                Lane.on(lane, running.node()),
                known == null ? running.endsAt() : known.since(),
                Phase.RUNNING,
                running.endsAt());
        if (known != null && known.phase() == Phase.OFFERED) {
            hosts.computeIfPresent(runs.host(), (name, gate) -> gate.letIn());
            if (runs.isRetry()) hosts.computeIfPresent(Lane.anywhere(runs.lane()), (name, gate) -> gate.letIn());
            nodes.computeIfPresent(named(running.node()), (name, gate) -> gate.letIn());
        }
        // It was told to end this slice meanwhile, and will be told again
        if (known != null && known.phase() == Phase.ENDING && known.slice() == running.slice())
            put(runs.in(Phase.ENDING, known.changedAt()));
        else put(runs);
    }

    /** The lane was full, and that is what it waits for now, whichever it named before: a redirect may have led it away. */
    private void declinedAt(String lane, JobId id, long slice) {
        Entry known = offered(id, slice);
        if (known != null) put(known.in(Phase.WAITING, known.since()).in(lane));
    }

    /** The node was full: there it waits, and those of other nodes do not wait for it. */
    private void declinedBy(String node, JobId id, long slice) {
        Entry known = offered(id, slice);
        if (known != null) put(on(node, known.in(Phase.WAITING, known.since())));
    }

    private @Nullable Entry offered(JobId id, long slice) {
        Entry known = entries.get(id);
        return known != null && known.phase() == Phase.OFFERED && known.slice() == slice ? known : null;
    }

    /** The same in the lane of that node. */
    private Entry on(@Nullable String node, Entry entry) {
        return entry.in(waitingAt(entry.priority()).shared(Lane.on(entry.lane(), node)));
    }

    /** A connection to that host is free. */
    void freed(String host, Instant now) {
        hosts.computeIfPresent(host, (name, gate) -> gate.freed(holders.at(name), now));
    }

    /** A place on that node is free. */
    void freedOn(@Nullable String node, Instant now) {
        nodes.computeIfPresent(named(node), (name, gate) -> gate.freed(holders.on(name), now));
    }

    /** Other queues wait for what jobs of this one hold on that node. */
    void othersWait(String node, Rivals rivals, Instant now) {
        foreign.hear(new Place(node, rivals.host()), rivals, now);
    }

    void logOff(Owner owner, Instant at) {
        if (!away.add(owner)) return;
        List<Absence> known = absences.computeIfAbsent(owner, name -> new ArrayList<>());
        known.removeIf(absence -> absence.to().isBefore(at.minus(REMEMBERS_ABSENCES)));
        known.add(new Absence(at, Instant.MAX));
    }

    void logOn(Owner owner, Instant at) {
        if (!away.remove(owner)) return;
        List<Absence> known = requireNonNull(absences.get(owner));
        known.add(new Absence(known.removeLast().from(), at));
    }

    Set<Owner> away() {
        return Set.copyOf(away);
    }

    void backgroundSlots(int slots) {
        backgroundSlots = slots;
    }

    boolean knows(JobId id) {
        return entries.containsKey(id);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    int running() {
        return holders.size();
    }

    /** Jobs that hold a slice, for whoever wants to ask them whether they really do. */
    List<JobId> holders() {
        return holders.ids();
    }

    private void put(Entry entry) {
        forget(entry.id());
        entries.put(entry.id(), entry);
        if (!entry.holdsSlot()) waitingByHost.change(entry.host(), 1);
        if (entry.holdsSlot()) holders.add(entry);
        else if (entry.phase() == Phase.SILENT) silent.add(entry);
        else waitingAt(entry.priority()).add(entry);
    }

    private void forget(JobId id) {
        Entry known = entries.remove(id);
        if (known == null) return;
        if (!known.holdsSlot()) waitingByHost.change(known.host(), -1);
        if (known.holdsSlot()) holders.remove(known);
        else if (known.phase() == Phase.SILENT) silent.remove(known);
        else waitingAt(known.priority()).remove(known);
    }

    private WaitingJobs waitingAt(Priority priority) {
        return requireNonNull(waiting.get(priority));
    }

    // What follows.

    /** What is to be said now. What is said is remembered, so the same plan does not come twice. */
    Plan plan(Instant now) {
        openGates(hosts, holders::at, now);
        openGates(nodes, holders::on, now);
        trySilent(now);
        foreign.forgetOld(now);
        passedOver = 0;
        List<Plan.Order> orders = new ArrayList<>();
        repeatUnanswered(orders, now);
        endSlicesOfAbsentOwners(orders, now);
        endSurplus(orders, now);
        for (Priority priority : Priority.values()) grant(orders, priority, now);
        preempt(orders, now);
        makeWayAtOnce(orders, now);
        endOrRenewSlices(orders, now);
        boolean isWhole = orders.size() < MOST_ORDERS && passedOver < MOST_PASSED_OVER;
        return new Plan(orders, isWhole ? lookAgainAt() : now);
    }

    private static void openGates(Map<String, Gate> all, ToIntFunction<String> present, Instant now) {
        for (var gates = all.entrySet().iterator(); gates.hasNext(); ) {
            Map.Entry<String, Gate> gate = gates.next();
            if (now.isBefore(gate.getValue().opensAt())) continue;
            int there = present.applyAsInt(gate.getKey());
            if (gate.getValue().isNeedless(there)) gates.remove();
            else gate.setValue(gate.getValue().opened(there, now));
        }
    }

    private void trySilent(Instant now) {
        while (!silent.isEmpty() && !now.isBefore(silent.first().changedAt())) {
            Entry entry = silent.first();
            put(entry.in(Phase.WAITING, entry.since()));
        }
    }

    private void repeatUnanswered(List<Plan.Order> orders, Instant now) {
        for (Entry entry : holders.due(now)) {
            if (orders.size() >= MOST_ORDERS) return;
            if (entry.phase() != Phase.RUNNING && isSilent(entry, now)) {
                put(entry.in(Phase.SILENT, now.plus(TRIES_SILENT_AFTER)));
                continue;
            }
            switch (entry.phase()) {
                case OFFERED -> offer(orders, entry, now);
                case RENEWED -> renew(orders, entry, now);
                case ENDING ->
                    end(
                            orders,
                            entry,
                            isAway(entry.owner()) ? QueuedReason.OWNER_LOGGED_OFF : QueuedReason.SLICE_ENDED,
                            now);
                case RUNNING, WAITING, SILENT -> {} // looked at below
            }
        }
    }

    private boolean isSilent(Entry entry, Instant now) {
        Instant since = unanswered.computeIfAbsent(entry.id(), first -> entry.changedAt());
        return !now.isBefore(since.plus(SILENT_AFTER));
    }

    private void endSlicesOfAbsentOwners(List<Plan.Order> orders, Instant now) {
        if (away.isEmpty()) return;
        for (Entry entry : holders.all()) {
            if (entry.phase() == Phase.RUNNING && isAway(entry.owner()))
                end(orders, entry, QueuedReason.OWNER_LOGGED_OFF, now);
        }
    }

    /**
     * The queue has fewer slots than it had, or a scheduler before this one granted what this one could not know. Of a job
     * that runs as the index has it that is known when it has said so itself: the index is a moment behind, and nobody is
     * stopped for one that has ended since.
     */
    private void endSurplus(List<Plan.Order> orders, Instant now) {
        int certain = holders.background() - holders.unconfirmedInBackground();
        int surplus = certain - holders.endingInBackground() - backgroundSlots;
        for (int i = 0; i < surplus; i++) {
            Optional<Entry> victim = holders.victim(Priority.FOREGROUND);
            if (victim.isEmpty()) return;
            end(orders, victim.get(), QueuedReason.SLICE_ENDED, now);
        }
    }

    private void grant(List<Plan.Order> orders, Priority priority, Instant now) {
        WaitingJobs jobs = waitingAt(priority);
        while (orders.size() < MOST_ORDERS
                && passedOver < MOST_PASSED_OVER
                && someNodeIsOpen()
                && (!priority.isBackground() || freeSlots() > 0)) {
            Optional<Entry> next = jobs.next(this::mayRun, this::isOpen);
            if (next.isEmpty()) return;
            Entry entry = next.get();
            String node = whereabouts.of(entry.id());
            if (node != null && !nodeLets(node)) {
                passedOver++;
                put(on(node, entry));
                continue;
            }
            jobs.served(entry.owner());
            offer(orders, entry, now);
        }
    }

    private void offer(List<Plan.Order> orders, Entry entry, Instant now) {
        put(on(whereabouts.of(entry.id()), entry).in(Phase.OFFERED, now));
        orders.add(new Plan.Order(
                entry.id(),
                new SchedulerCommand.GrantSlice(entry.slice(), now.plus(timeSlice), heldBack(entry, now), "")));
    }

    private void end(List<Plan.Order> orders, Entry entry, QueuedReason reason, Instant now) {
        put(entry.in(Phase.ENDING, now));
        orders.add(new Plan.Order(entry.id(), new SchedulerCommand.EndSlice(entry.slice(), reason)));
    }

    /** A job that waits takes the place of one of lower priority: a slot, a place on the node, or a connection. */
    private void preempt(List<Plan.Order> orders, Instant now) {
        for (Priority priority : Priority.values()) {
            WaitingJobs jobs = waitingAt(priority);
            if (jobs.size() == 0) continue;
            boolean noPlace = !someNodeIsOpen() || (priority.isBackground() && freeSlots() <= 0);
            if (noPlace) {
                int wanted = jobs.count(this::mayRun, this::isOpen, MOST_ORDERS) - placesComing(priority);
                for (int i = 0; i < wanted; i++) {
                    Optional<Entry> victim = holders.victim(priority);
                    if (victim.isEmpty()) break;
                    end(orders, victim.get(), QueuedReason.PREEMPTED, now);
                }
            }
            for (String node : nodes.keySet()) if (!nodeLets(node)) preemptOn(node, orders, priority, now);
            for (String host : hosts.keySet()) {
                // Of a host that is closed nobody would get what is taken away, and a retry takes nothing away
                if (lets(host) || isShut(host) || Lane.isOfRetries(host)) continue;
                if (holders.isEndingAt(host) || !waitFor(host, jobs)) continue;
                holders.victimAt(priority, host).ifPresent(entry -> end(orders, entry, QueuedReason.PREEMPTED, now));
            }
        }
    }

    /** For those that are known to be on that full node. */
    private void preemptOn(String node, List<Plan.Order> orders, Priority priority, Instant now) {
        Optional<Entry> victim = holders.victimOn(priority, node);
        if (victim.isEmpty()) return;
        int wanted = waitingAt(priority)
                        .count(
                                this::mayRun,
                                lane -> node.equals(Lane.node(lane)) && hostIsOpen(Lane.anywhere(lane)),
                                MOST_ORDERS)
                - holders.endingOn(node);
        for (int i = 0; i < wanted && victim.isPresent(); i++) {
            end(orders, victim.get(), QueuedReason.PREEMPTED, now);
            victim = holders.victimOn(priority, node);
        }
    }

    private boolean waitFor(String host, WaitingJobs jobs) {
        if (jobs.waitFor(host, this::mayRun)) return true;
        return whereabouts.nodes().stream()
                .anyMatch(node -> nodeLets(node) && jobs.waitFor(Lane.on(host, node), this::mayRun));
    }

    /** How many places will be free soon for a job of this priority, because others were told to give theirs back. */
    private int placesComing(Priority priority) {
        int onNode = someNodeIsOpen() ? Integer.MAX_VALUE : holders.ending();
        return priority.isBackground()
                ? Math.min(onNode, Math.max(0, freeSlots() + holders.endingInBackground()))
                : onNode;
    }

    private void endOrRenewSlices(List<Plan.Order> orders, Instant now) {
        Map<Priority, Integer> yielded = new EnumMap<>(Priority.class);
        for (Entry entry : holders.due(now)) {
            if (entry.phase() != Phase.RUNNING) continue;
            List<Place> wanted = foreign.wantedOf(entry);
            if (!wanted.isEmpty()) {
                makeWay(orders, entry, wanted, QueuedReason.SLICE_ENDED, now);
                continue;
            }
            int already = yielded.getOrDefault(entry.priority(), 0);
            if (rivals(entry, already + 1) > already) {
                yielded.put(entry.priority(), already + 1);
                end(orders, entry, QueuedReason.SLICE_ENDED, now);
            } else {
                renew(orders, entry.withSlice(entry.slice() + 1), now);
            }
        }
    }

    /** A background job gives way to a foreground job of another queue, as it does to one of its own. */
    private void makeWayAtOnce(List<Plan.Order> orders, Instant now) {
        for (Place place : foreign.wantedAtOnce()) {
            while (foreign.isWantedAtOnce(place)) {
                Optional<Entry> victim = holders.victim(Priority.FOREGROUND, place::isHeldBy);
                if (victim.isEmpty()) break;
                makeWay(orders, victim.get(), List.of(place), QueuedReason.PREEMPTED, now);
            }
        }
    }

    /** For other queues, and until they are there none of this one goes where the job was. */
    private void makeWay(List<Plan.Order> orders, Entry entry, List<Place> places, QueuedReason reason, Instant now) {
        end(orders, entry, reason, now);
        for (Place place : places) {
            foreign.gave(place, now);
            String host = place.host();
            if (host == null) {
                String node = place.node();
                int staying = holders.on(node) - holders.endingOn(node);
                nodes.merge(node, Gate.givenWay(foreign.limit(place), staying, now), Gate::narrower);
            } else {
                hosts.merge(host, Gate.givenWay(foreign.limit(place), holders.stayingAt(host), now), Gate::narrower);
            }
        }
    }

    /** How many jobs of the same priority wait for what this one holds. */
    private int rivals(Entry entry, int enough) {
        boolean slotsUsedUp = !someNodeIsOpen() || (entry.priority().isBackground() && freeSlots() <= 0);
        return waitingAt(entry.priority()).count(this::mayRun, lane -> isRivalIn(lane, entry, slotsUsedUp), enough);
    }

    private boolean isRivalIn(String lane, Entry entry, boolean slotsUsedUp) {
        if (!hostIsOpen(Lane.anywhere(lane)))
            return !isShut(Lane.anywhere(lane)) && Lane.host(lane).equals(entry.host());
        return isOpen(lane) ? slotsUsedUp : Objects.equals(Lane.node(lane), Lane.node(entry.lane()));
    }

    private void renew(List<Plan.Order> orders, Entry entry, Instant now) {
        put(entry.in(Phase.RENEWED, now));
        orders.add(new Plan.Order(entry.id(), new SchedulerCommand.RenewSlice(entry.slice(), now.plus(timeSlice))));
    }

    private Instant lookAgainAt() {
        Instant earliest = holders.nextDueAt();
        if (!silent.isEmpty() && silent.first().changedAt().isBefore(earliest))
            earliest = silent.first().changedAt();
        if (entries.size() == holders.size()) return earliest;
        for (Map<String, Gate> gates : List.of(hosts, nodes))
            for (Gate gate : gates.values()) if (gate.opensAt().isBefore(earliest)) earliest = gate.opensAt();
        return earliest;
    }

    private int freeSlots() {
        return backgroundSlots - holders.background();
    }

    /** Whether there may be a place; a node that nobody has named yet is found by those who are on it. */
    private boolean someNodeIsOpen() {
        if (nodes.isEmpty()) return true;
        return whereabouts.nodes().stream().anyMatch(this::nodeLets);
    }

    private boolean nodeLets(String node) {
        Gate gate = nodes.get(node);
        return gate == null || gate.lets(holders.on(node));
    }

    private boolean isOpen(String lane) {
        String node = Lane.node(lane);
        return (node == null || nodeLets(node)) && hostIsOpen(Lane.anywhere(lane));
    }

    /** A retry needs a place at the host, too. */
    private boolean hostIsOpen(String lane) {
        return lets(lane) && (!Lane.isOfRetries(lane) || lets(Lane.host(lane)));
    }

    private boolean lets(String lane) {
        Gate gate = hosts.get(lane);
        return gate == null || gate.lets(holders.at(lane));
    }

    private boolean isShut(String lane) {
        return shuts(lane) || (Lane.isOfRetries(lane) && shuts(Lane.host(lane)));
    }

    private boolean shuts(String lane) {
        Gate gate = hosts.get(lane);
        return gate != null && gate.isShut();
    }

    private boolean isAway(Owner owner) {
        return away.contains(owner);
    }

    private boolean mayRun(Owner owner) {
        return !isAway(owner);
    }

    /** How long the owner was logged off while the job waited, and those before him while it was theirs. */
    private Duration heldBack(Entry entry, Instant now) {
        HeldBefore before = heldBefore.get(entry.id());
        Duration held = before == null ? Duration.ZERO : before.time();
        Instant since = before == null ? entry.since() : before.until();
        for (Absence absence : absences.getOrDefault(entry.owner(), List.of())) {
            Instant from = absence.from().isAfter(since) ? absence.from() : since;
            Instant to = absence.to().isBefore(now) ? absence.to() : now;
            if (from.isBefore(to)) held = held.plus(Duration.between(from, to));
        }
        return held;
    }

    // Why.

    /** Why a job that waits does not run, the most important reason first; empty where it runs or is not known. */
    List<Reason> explain(JobId id) {
        Entry entry = entries.get(id);
        if (entry == null || entry.holdsSlot()) return List.of();
        List<Reason> reasons = new ArrayList<>();
        if (entry.phase() == Phase.SILENT)
            reasons.add(new Reason(
                    "NO_ANSWER",
                    "The job does not answer its scheduler.",
                    unanswered.get(entry.id()),
                    entry.changedAt()));
        if (isAway(entry.owner()))
            reasons.add(Reason.loggedOff(
                    entry.owner(),
                    requireNonNull(absences.get(entry.owner())).getLast().from()));
        Gate gate = hosts.get(entry.host());
        if (gate != null && !lets(entry.host())) reasons.add(hostReason(entry.host(), gate));
        String lane = Lane.anywhere(entry.lane());
        Gate retries = entry.isRetry() ? hosts.get(lane) : null;
        if (retries != null && !lets(lane)) reasons.add(retryReason(entry.host(), retries));
        String node = whereabouts.of(id);
        if (node != null && !nodeLets(node)) reasons.add(nodeReason(node, requireNonNull(nodes.get(node))));
        if (entry.priority().isBackground() && freeSlots() <= 0) reasons.add(noSlot(entry));
        if (reasons.isEmpty())
            reasons.add(new Reason("WAITS_FOR_TURN", "The job gets its slice presently.", entry.since(), null));
        return reasons;
    }

    private static Reason nodeReason(String node, Gate gate) {
        return new Reason(
                "NODE_LIMIT",
                "The node %s runs %d of %d transfers.".formatted(node, gate.limit(), gate.limit()),
                gate.closedAt(),
                null);
    }

    private static Reason hostReason(String host, Gate gate) {
        return closureOr(
                host, gate, "HOST_LIMIT", host + " has " + gate.limit() + " of " + gate.limit() + " connections", null);
    }

    private static Reason retryReason(String host, Gate gate) {
        return closureOr(
                host, gate, "HOST_RETRY_BUDGET", host + " has as many retries as it may at once.", gate.opensAt());
    }

    /** Why the host is closed; where it is not, that. */
    private static Reason closureOr(String host, Gate gate, String code, String detail, @Nullable Instant until) {
        HostClosure closure = gate.closure();
        return closure != null ? Reason.of(host, closure) : new Reason(code, detail, gate.closedAt(), until);
    }

    private Reason noSlot(Entry entry) {
        int higher = 0;
        for (Entry holder : holders.all())
            if (holder.priority().isBackground() && holder.priority().compareTo(entry.priority()) < 0) higher++;
        int ahead = 0;
        for (Priority priority : Priority.values())
            if (priority.isBackground() && priority.compareTo(entry.priority()) < 0)
                ahead += waitingAt(priority).size();
        String code = higher + ahead > 0 ? "HIGHER_PRIORITY" : "QUEUE_SLOTS";
        return new Reason(
                code,
                "The queue runs %d of %d background jobs, %d of them of higher priority; %d jobs of higher and %d of the same priority wait."
                        .formatted(
                                backgroundSlots - Math.min(0, freeSlots()),
                                backgroundSlots,
                                higher,
                                ahead,
                                waitingAt(entry.priority()).size()),
                entry.since(),
                null);
    }
}
