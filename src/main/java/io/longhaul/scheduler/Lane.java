package io.longhaul.scheduler;

import org.jspecify.annotations.Nullable;

/**
 * What jobs that wait queue up for: a remote host, or the retries that it may have; and, where that is known to be full,
 * the node on which they are. Those whose last attempt failed stand apart, so that they keep nobody waiting who has not
 * tried yet, and those of a full node, so that they keep nobody waiting on another one. A text, as a million jobs share a
 * few.
 */
final class Lane {
    private static final String RETRIES = " retries";
    private static final String ON = " on ";

    private Lane() {}

    /** The lane of the jobs that try that host, {@code name:port}, again. */
    static String ofRetries(String host) {
        return host + RETRIES;
    }

    /** The same on a node; null: wherever it is. */
    static String on(String lane, @Nullable String node) {
        String anywhere = anywhere(lane);
        return node == null ? anywhere : anywhere + ON + node;
    }

    static boolean isOfRetries(String lane) {
        return anywhere(lane).endsWith(RETRIES);
    }

    static String host(String lane) {
        String anywhere = anywhere(lane);
        return anywhere.endsWith(RETRIES) ? anywhere.substring(0, anywhere.length() - RETRIES.length()) : anywhere;
    }

    /** Null: any node. */
    static @Nullable String node(String lane) {
        int on = lane.indexOf(ON);
        return on < 0 ? null : lane.substring(on + ON.length());
    }

    /** The lane without its node. */
    static String anywhere(String lane) {
        int on = lane.indexOf(ON);
        return on < 0 ? lane : lane.substring(0, on);
    }
}
