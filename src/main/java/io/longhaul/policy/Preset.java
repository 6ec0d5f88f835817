package io.longhaul.policy;

import java.time.Duration;

/** What holds where neither owner, queue nor fleet says anything. */
public enum Preset {
    /** BITS's own figures. */
    BITS,

    /** What the node's configuration says; any number of jobs. */
    FLEET;

    private static final Policy OF_BITS =
            new Policy(Duration.ofDays(90), Duration.ofDays(90), 300L, 60L, 200, 500, null);

    Policy policy() {
        return switch (this) {
            case BITS -> OF_BITS;
            case FLEET -> Policy.NONE;
        };
    }
}
