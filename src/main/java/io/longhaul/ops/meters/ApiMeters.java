package io.longhaul.ops.meters;

import io.longhaul.api.CallListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** How long the API takes, by endpoint. */
public final class ApiMeters implements CallListener {
    /** Of paths and methods that nobody serves: there is no end of them. */
    private static final String NOTHING = "none";

    private final MeterRegistry registry;
    private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

    private record Key(String endpoint, String method, int status) {}

    public ApiMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void answered(@Nullable String path, String method, int status, Duration took) {
        Key key = path == null ? new Key(NOTHING, NOTHING, status) : new Key(path, method, status);
        timers.computeIfAbsent(key, this::timer).record(took);
    }

    private Timer timer(Key key) {
        return Buckets.timer("longhaul.api.requests", "Requests of the API, from the first byte to the answer's begin")
                .tag("endpoint", key.endpoint())
                .tag("method", key.method())
                .tag("status", Integer.toString(key.status()))
                .register(registry);
    }
}
