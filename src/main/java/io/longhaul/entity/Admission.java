package io.longhaul.entity;

import org.jspecify.annotations.Nullable;

/** Whether a run may start here and now. */
public sealed interface Admission {
    /** Yes; {@link #release} gives the place back, once, and further calls do nothing. */
    non-sealed interface Admitted extends Admission {
        void release();
    }

    /** The node runs as many transfers as it may. */
    record NodeFull(int limit) implements Admission {}

    /**
     * The remote host has as many connections as it may.
     *
     * @param own how many of them jobs of the same queue have that run on this node
     * @param closure why it may have none now, where it is closed
     */
    record HostFull(
            String host, int limit, int own, @Nullable HostClosure closure) implements Admission {
        public HostFull(String host, int limit, int own) {
            this(host, limit, own, null);
        }
    }
}
