package io.longhaul.entity;

import io.longhaul.job.file.HostPattern;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The blocks that are known at one moment. */
public final class HostBlocks {
    public static final HostBlocks NONE = new HostBlocks(Map.of());

    private final Map<HostPattern, HostBlock> blocks;

    private HostBlocks(Map<HostPattern, HostBlock> blocks) {
        this.blocks = blocks;
    }

    public static HostBlocks of(Collection<HostBlock> blocks) {
        return new HostBlocks(blocks.stream()
                .collect(Collectors.toUnmodifiableMap(HostBlock::hosts, Function.identity(), HostBlocks::later)));
    }

    /** An older version took two spellings of a host for two hosts. */
    private static HostBlock later(HostBlock one, HostBlock other) {
        return one.closure().equals(HostClosure.later(one.closure(), other.closure())) ? one : other;
    }

    /** Why that host, {@code name:port}, may not be asked; null: it is not blocked. Of several the one that ends last. */
    public @Nullable HostClosure closure(String host, Instant now) {
        if (blocks.isEmpty() || host.isEmpty()) return null;
        HostClosure last = null;
        for (HostPattern pattern : HostPattern.meaning(host)) {
            HostBlock block = blocks.get(pattern);
            if (block != null && !block.closure().isOver(now)) last = HostClosure.later(last, block.closure());
        }
        return last;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HostBlocks those && those.blocks.equals(blocks);
    }

    @Override
    public int hashCode() {
        return blocks.hashCode();
    }
}
