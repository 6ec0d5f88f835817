package io.longhaul.scheduler;

import io.longhaul.job.Owner;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of one priority that wait: turns go round the owners, and then round that owner's jobs. Jobs are kept by
 * lane, so that those of a full host are passed over at once however many they are. Where a host is named here, the lane
 * is meant: see {@link Lane}.
 */
final class WaitingJobs {
    private final Map<Owner, OwnerJobs> owners = new HashMap<>();
    private final TreeMap<Long, OwnerJobs> turns = new TreeMap<>();
    private final Map<String, HostJobs> byHost = new HashMap<>();
    private long lastTurn;
    private int size;

    /** Who waits for a remote host. */
    private record HostJobs(String host, Set<Owner> owners) {
        HostJobs(String host) {
            this(host, new LinkedHashSet<>());
        }
    }

    private static final class OwnerJobs {
        private final Owner owner;
        private final Map<String, WaitingLine> byHost = new HashMap<>();
        private long turn;

        OwnerJobs(Owner owner, long turn) {
            this.owner = owner;
            this.turn = turn;
        }

        @Nullable
        Entry first(Predicate<String> hostIsOpen) {
            Entry first = null;
            for (Map.Entry<String, WaitingLine> jobs : byHost.entrySet()) {
                if (!hostIsOpen.test(jobs.getKey())) continue;
                Entry candidate = jobs.getValue().first();
                if (first == null || Entry.TURN.compare(candidate, first) < 0) first = candidate;
            }
            return first;
        }
    }

    void add(Entry entry) {
        OwnerJobs jobs = owners.get(entry.owner());
        if (jobs == null) {
            jobs = new OwnerJobs(entry.owner(), ++lastTurn);
            owners.put(entry.owner(), jobs);
            turns.put(jobs.turn, jobs);
        }
        if (jobs.byHost.computeIfAbsent(entry.lane(), host -> new WaitingLine()).add(entry)) size++;
        byHost.computeIfAbsent(entry.lane(), HostJobs::new).owners().add(entry.owner());
    }

    void remove(Entry entry) {
        OwnerJobs jobs = owners.get(entry.owner());
        if (jobs == null) return;
        WaitingLine sameHost = jobs.byHost.get(entry.lane());
        if (sameHost == null || !sameHost.remove(entry)) return;
        size--;
        if (sameHost.isEmpty()) {
            jobs.byHost.remove(entry.lane());
            byHost.computeIfPresent(entry.lane(), (host, at) -> without(at, entry.owner()));
        }
        if (!jobs.byHost.isEmpty()) return;
        owners.remove(entry.owner());
        turns.remove(jobs.turn);
    }

    private static @Nullable HostJobs without(HostJobs at, Owner owner) {
        at.owners().remove(owner);
        return at.owners().isEmpty() ? null : at;
    }

    /** The same owner, as the one object that the jobs here share: a million jobs need not have a million of them. */
    Owner shared(Owner owner) {
        OwnerJobs jobs = owners.get(owner);
        return jobs == null ? owner : jobs.owner;
    }

    /** The same host, likewise. */
    String shared(String host) {
        HostJobs jobs = byHost.get(host);
        return jobs == null ? host : jobs.host();
    }

    /** The job whose turn it is, among those that can run. */
    Optional<Entry> next(Predicate<Owner> ownerMayRun, Predicate<String> hostIsOpen) {
        for (OwnerJobs jobs : turns.values()) {
            if (!ownerMayRun.test(jobs.owner)) continue;
            Entry first = jobs.first(hostIsOpen);
            if (first != null) return Optional.of(first);
        }
        return Optional.empty();
    }

    /** This owner has had his turn: the others come first. */
    void served(Owner owner) {
        OwnerJobs jobs = owners.get(owner);
        if (jobs == null) return;
        turns.remove(jobs.turn);
        jobs.turn = ++lastTurn;
        turns.put(jobs.turn, jobs);
    }

    /** Whether an owner who may run has jobs waiting for this host. */
    boolean waitFor(String host, Predicate<Owner> ownerMayRun) {
        HostJobs jobs = byHost.get(host);
        return jobs != null && jobs.owners().stream().anyMatch(ownerMayRun);
    }

    /** How many jobs could run; counting stops at {@code enough}. */
    int count(Predicate<Owner> ownerMayRun, Predicate<String> hostIsOpen, int enough) {
        int count = 0;
        for (OwnerJobs jobs : owners.values()) {
            if (!ownerMayRun.test(jobs.owner)) continue;
            for (Map.Entry<String, WaitingLine> sameHost : jobs.byHost.entrySet()) {
                if (hostIsOpen.test(sameHost.getKey()))
                    count += sameHost.getValue().size();
                if (count >= enough) return enough;
            }
        }
        return count;
    }

    int size() {
        return size;
    }
}
