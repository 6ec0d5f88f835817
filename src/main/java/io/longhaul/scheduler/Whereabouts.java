package io.longhaul.scheduler;

import io.longhaul.job.JobId;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * On which node jobs are, as far as some have said so. They move shard by shard, so that one speaks for all of its shard.
 * It may have moved on since.
 */
final class Whereabouts {
    private final Function<JobId, String> shard;
    private final Map<String, String> nodes = new HashMap<>();
    private final Map<String, Integer> shards = new HashMap<>();

    /** @param shard of a job; there are few */
    Whereabouts(Function<JobId, String> shard) {
        this.shard = shard;
    }

    void learn(JobId id, String node) {
        String before = nodes.put(shard.apply(id), node);
        if (node.equals(before)) return;
        shards.merge(node, 1, Integer::sum);
        if (before != null) shards.computeIfPresent(before, (name, count) -> count == 1 ? null : count - 1);
    }

    /** Null: nobody has said. */
    @Nullable
    String of(JobId id) {
        return nodes.get(shard.apply(id));
    }

    /** Those where some shard is. */
    Set<String> nodes() {
        return shards.keySet();
    }
}
