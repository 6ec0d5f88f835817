package io.longhaul.scheduler;

/**
 * What jobs that wait queue up for: a remote host, or the retries that it may have. Those whose last attempt failed stand
 * apart, so that they keep nobody waiting who has not tried yet. A text, as a million jobs share a few.
 */
final class Lane {
    private static final String RETRIES = " retries";

    private Lane() {}

    /** The lane of the jobs that try that host, {@code name:port}, again. */
    static String ofRetries(String host) {
        return host + RETRIES;
    }

    static boolean isOfRetries(String lane) {
        return lane.endsWith(RETRIES);
    }

    static String host(String lane) {
        return isOfRetries(lane) ? lane.substring(0, lane.length() - RETRIES.length()) : lane;
    }
}
