package io.longhaul.testkit;

/**
 * A line of a server's log: one request, and what came of it.
 *
 * @param host {@code name:port} of the server
 * @param range the Range header, an empty text where there was none
 * @param begunAt when it came, as {@link System#nanoTime} counts
 * @param endedAt when the answer was over, or the client was found to be gone; {@link #STILL} before
 * @param bytes of the body that were sent
 */
public record Served(String host, String path, String range, long begunAt, long endedAt, long bytes) {
    /** It is being answered. */
    public static final long STILL = Long.MAX_VALUE;

    /** The offset of the first byte that was asked for. */
    public long from() {
        return range.isEmpty() ? 0 : Long.parseLong(range.substring("bytes=".length(), range.indexOf('-')));
    }
}
