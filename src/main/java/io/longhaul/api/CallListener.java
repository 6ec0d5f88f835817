package io.longhaul.api;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Hears of every request that was answered; must not block. */
public interface CallListener {
    /**
     * One was answered.
     *
     * @param path as OpenAPI writes it; null: nothing of that path and method is served
     * @param took until the answer began; a stream goes on after that
     */
    void answered(@Nullable String path, String method, int status, Duration took);
}
