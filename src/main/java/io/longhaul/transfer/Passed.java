package io.longhaul.transfer;

import java.util.concurrent.atomic.LongAdder;

/**
 * What limits of one kind have done on a node since it started.
 *
 * @param bytes that they let through
 * @param waitedNanos for which runs waited for their turn
 */
public record Passed(LongAdder bytes, LongAdder waitedNanos) {
    Passed() {
        this(new LongAdder(), new LongAdder());
    }
}
