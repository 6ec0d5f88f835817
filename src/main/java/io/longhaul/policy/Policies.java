package io.longhaul.policy;

import io.longhaul.job.Owner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that operators said.
 *
 * @param queues by name
 * @param owners by name
 */
public record Policies(
        Preset preset, Policy fleet, SortedMap<String, Policy> queues, SortedMap<String, Policy> owners) {
    /** Queues and owners together that have a policy of their own: every node has them all in memory. */
    public static final int MOST = 10_000;

    /** Nothing has been said. */
    public static final Policies NONE = new Policies(Preset.FLEET, Policy.NONE, new TreeMap<>(), new TreeMap<>());

    public Policies {
        queues = Collections.unmodifiableSortedMap(new TreeMap<>(queues));
        owners = Collections.unmodifiableSortedMap(new TreeMap<>(owners));
    }

    /** Whether there are more of them than there may be. */
    public boolean areTooMany() {
        return queues.size() + owners.size() > MOST;
    }

    /** The same with another policy for that queue; null: with none. */
    public Policies withQueue(String queue, @Nullable Policy policy) {
        SortedMap<String, Policy> changed = new TreeMap<>(queues);
        if (policy == null) changed.remove(queue);
        else changed.put(queue, policy);
        return new Policies(preset, fleet, changed, owners);
    }

    /**
     * What holds for the jobs of that owner in that queue.
     *
     * @param configured what holds where nobody has said anything
     */
    public PoliciesInForce of(String queue, Owner owner, Policy configured) {
        List<PoliciesInForce.Said> all = new ArrayList<>();
        add(all, Source.OWNER, owner.name(), owners);
        add(all, Source.QUEUE, queue, queues);
        if (!fleet.equals(Policy.NONE)) all.add(new PoliciesInForce.Said(Source.FLEET, "", fleet));
        if (preset != Preset.FLEET) all.add(new PoliciesInForce.Said(Source.PRESET, preset.name(), preset.policy()));
        all.add(new PoliciesInForce.Said(Source.CONFIGURATION, "", configured));
        return new PoliciesInForce(all);
    }

    /** After so long at the earliest some job is cancelled because it was left alone; empty: never. */
    public Optional<Duration> shortestInactivityTimeout(Policy configured) {
        return Stream.of(
                        Stream.of(fleet, preset.policy(), configured),
                        queues.values().stream(),
                        owners.values().stream())
                .flatMap(policies -> policies)
                .flatMap(policy -> Stream.ofNullable(policy.jobInactivityTimeout()))
                .min(Duration::compareTo);
    }

    private static void add(List<PoliciesInForce.Said> all, Source source, String name, Map<String, Policy> policies) {
        Policy policy = policies.get(name);
        if (policy != null) all.add(new PoliciesInForce.Said(source, name, policy));
    }
}
