package io.longhaul.testkit;

import io.longhaul.entity.HostBlock;
import io.longhaul.entity.HostClosure;
import io.longhaul.entity.HostPlaces.Pace;
import io.longhaul.entity.Hosts;
import io.longhaul.job.file.HostPattern;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** Three hosts, of which one asks to wait. */
public final class FakeHosts implements Hosts {
    private static final HostClosure CLOSURE = new HostClosure(
            HostClosure.Cause.RETRY_AFTER,
            TestClock.START,
            TestClock.START.plusSeconds(30),
            "answered 429 and asks to wait 30 s");

    private final Map<String, HostBlock> blocks = new ConcurrentSkipListMap<>();

    private final Map<String, Host> hosts = new TreeMap<>(Map.of(
            "a.example:443", new Host("a.example:443", 2, 7, new Lately(8, 2), new Pace(16, null), 32),
            "b.example:80", new Host("b.example:80", 0, 9, Lately.NOTHING, new Pace(1, CLOSURE), 32),
            "c.example:80", new Host("c.example:80", 1, 0, new Lately(1, 0), new Pace(32, null), 32)));

    @Override
    public CompletionStage<List<Host>> all(@Nullable String after, int limit) {
        return CompletableFuture.completedStage(hosts.values().stream()
                .filter(host -> after == null || host.name().compareTo(after) > 0)
                .limit(limit)
                .toList());
    }

    @Override
    public CompletionStage<Host> one(String name) {
        return CompletableFuture.completedStage(
                hosts.getOrDefault(name, new Host(name, 0, 0, Lately.NOTHING, new Pace(32, null), 32)));
    }

    @Override
    public CompletionStage<List<HostBlock>> blocks() {
        return CompletableFuture.completedStage(List.copyOf(blocks.values()));
    }

    /** There is room for two. */
    @Override
    public CompletionStage<Boolean> block(HostBlock block) {
        boolean room = blocks.containsKey(block.hosts().text()) || blocks.size() < 2;
        if (room) blocks.put(block.hosts().text(), block);
        return CompletableFuture.completedStage(room);
    }

    @Override
    public CompletionStage<Boolean> unblock(HostPattern hosts) {
        return CompletableFuture.completedStage(blocks.remove(hosts.text()) != null);
    }

    @Override
    public CompletionStage<Boolean> open(String name) {
        Host known = hosts.get(name);
        if (known == null || known.pace().closure() == null) return CompletableFuture.completedStage(false);
        hosts.put(
                name,
                new Host(
                        name,
                        known.running(),
                        known.queued(),
                        known.lately(),
                        new Pace(known.pace().limit(), null),
                        known.usual()));
        return CompletableFuture.completedStage(true);
    }
}
