package io.longhaul.transfer;

import org.jspecify.annotations.Nullable;

/** Hears when a place is free that a queue was refused. A hint: the place may be taken again by then. */
@FunctionalInterface
public interface FreedListener {
    /**
     * Called from any thread; must not block.
     *
     * @param host {@code name:port} where the host was full; null where the node was
     */
    void freed(String queue, @Nullable String host);
}
