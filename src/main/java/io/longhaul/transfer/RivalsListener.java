package io.longhaul.transfer;

import io.longhaul.entity.Queues.Rivals;

/** Hears that other queues wait for what jobs of a queue hold; again and again while they do. */
@FunctionalInterface
public interface RivalsListener {
    /** Called from any thread; must not block. */
    void othersWait(String queue, Rivals rivals);
}
