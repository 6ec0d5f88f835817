package io.longhaul.api;

import io.longhaul.api.json.JobDefaults;
import java.time.Duration;

/**
 * How the API listens, and how much of anything it takes.
 *
 * @param port 0: any that is free
 * @param requestTimeout until an answer must have begun; longer than asking a job may take
 * @param maxBodyBytes of any body but a batch's, which has no end
 * @param maxLineBytes of one line of a batch
 * @param batchParallelism lines of one batch that are under way at once
 * @param watchBuffer events that may wait for a slow watcher before its stream is ended
 * @param heartbeat how long a watch is silent at most
 * @param operationParallelism jobs that one call on many jobs asks at once
 * @param mostOperations calls on many jobs that may be under way or wait on this node
 */
public record ApiSettings(
        String host,
        int port,
        Duration requestTimeout,
        long maxBodyBytes,
        int maxLineBytes,
        int batchParallelism,
        int watchBuffer,
        Duration heartbeat,
        int operationParallelism,
        int mostOperations,
        JobDefaults defaults) {

    public ApiSettings {
        atLeast("port", 0, port);
        atLeast("requestTimeout", 1, requestTimeout.toMillis());
        atLeast("maxBodyBytes", 1, maxBodyBytes);
        atLeast("maxLineBytes", 1, maxLineBytes);
        atLeast("batchParallelism", 1, batchParallelism);
        atLeast("watchBuffer", 1, watchBuffer);
        atLeast("heartbeat", 1, heartbeat.toMillis());
        atLeast("operationParallelism", 1, operationParallelism);
        atLeast("mostOperations", 1, mostOperations);
    }

    /** The figures that no deployment needs to change. */
    public static ApiSettings of(
            String host, int port, Duration requestTimeout, long maxBodyBytes, int maxLineBytes, JobDefaults defaults) {
        return new ApiSettings(
                host,
                port,
                requestTimeout,
                maxBodyBytes,
                maxLineBytes,
                256,
                1024,
                Duration.ofSeconds(15),
                128,
                1000,
                defaults);
    }

    private static void atLeast(String name, long lowest, long value) {
        if (value < lowest) throw new IllegalArgumentException(name + " must be at least " + lowest);
    }
}
