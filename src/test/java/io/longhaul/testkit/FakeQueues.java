package io.longhaul.testkit;

import io.longhaul.entity.Queues;
import io.longhaul.job.JobId;
import io.longhaul.job.Owner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** Schedulers that schedule nothing and remember what they were told. */
public final class FakeQueues implements Queues {
    public static final int CONFIGURED_SLOTS = 64;
    private final Map<String, Integer> slots = new ConcurrentHashMap<>();
    private final Set<Owner> loggedOff = new HashSet<>();
    private final List<Standing> told = new ArrayList<>();

    public synchronized Set<Owner> loggedOff() {
        return Set.copyOf(loggedOff);
    }

    public synchronized List<Standing> told() {
        return List.copyOf(told);
    }

    @Override
    public synchronized void tell(String queue, Standing standing) {
        told.add(standing);
    }

    @Override
    public void freed(String queue, String host) {}

    @Override
    public void othersWait(String queue, Rivals rivals) {}

    @Override
    public void wake(String queue) {}

    @Override
    public CompletionStage<List<Reason>> explain(String queue, JobId id) {
        return CompletableFuture.completedStage(List.of(
                new Reason("HOST_LIMIT", "origin.example:443 has 32 of 32 connections", TestClock.START, null)));
    }

    @Override
    public synchronized CompletionStage<Optional<Instant>> loggedOffSince(Owner owner) {
        return CompletableFuture.completedStage(
                loggedOff.contains(owner) ? Optional.of(TestClock.START) : Optional.empty());
    }

    @Override
    public CompletionStage<Slots> slots(String queue) {
        Integer own = slots.get(queue);
        return CompletableFuture.completedStage(new Slots(own == null ? CONFIGURED_SLOTS : own, own != null, 0));
    }

    @Override
    public CompletionStage<Void> setBackgroundSlots(String queue, OptionalInt figure) {
        if (figure.isPresent()) slots.put(queue, figure.getAsInt());
        else slots.remove(queue);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public synchronized CompletionStage<Void> logOff(Owner owner) {
        loggedOff.add(owner);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public synchronized CompletionStage<Void> logOn(Owner owner) {
        loggedOff.remove(owner);
        return CompletableFuture.completedStage(null);
    }
}
