package io.longhaul.job;

import io.longhaul.job.http.HttpChange;
import io.longhaul.job.http.HttpOptions;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * New values for some properties. A null component leaves its property as it is; where null is a value of the property
 * itself, it stands in a {@link Value}. The maps are RFC 7396 merges: a null value removes the key. Names of
 * headers are compared without regard to case.
 */
public record JobChange(
        @Nullable String displayName,
        @Nullable String description,
        @Nullable String queue,
        @Nullable Priority priority,
        @Nullable MapChange labels,
        @Nullable Duration minimumRetryDelay,
        @Nullable Duration noProgressTimeout,
        @Nullable Duration maximumDownloadTime,
        @Nullable Value<@Nullable Long> maxDownloadBytes,
        @Nullable Boolean requireRanges,
        @Nullable Value<@Nullable Long> bandwidthBytesPerSecond,
        @Nullable MapChange customHeaders,
        @Nullable Value<JobSpec.@Nullable Notify> notification,
        @Nullable OptionsChange options,
        @Nullable HttpChange http) {

    /** One of nothing but how the job speaks HTTP. */
    public static JobChange of(HttpChange http) {
        return new JobChange(null, null, null, null, null, null, null, null, null, null, null, null, null, null, http);
    }

    /** The same with custom headers that are kept elsewhere. */
    public JobChange withSecretHeaders(@Nullable UUID kept) {
        return new JobChange(
                displayName,
                description,
                queue,
                priority,
                labels,
                minimumRetryDelay,
                noProgressTimeout,
                maximumDownloadTime,
                maxDownloadBytes,
                requireRanges,
                bandwidthBytesPerSecond,
                new MapChange(true, Map.of()),
                notification,
                options,
                HttpChange.of(http, kept));
    }

    /**
     * A merge into a map.
     *
     * @param clear whether everything that was there goes first
     */
    public record MapChange(boolean clear, Map<String, @Nullable String> members) {
        /** The map after it. */
        public SortedMap<String, String> applyTo(SortedMap<String, String> map) {
            SortedMap<String, String> merged = clear ? new TreeMap<>() : new TreeMap<>(map);
            members.forEach((key, value) -> {
                if (value == null) merged.remove(key);
                else merged.put(key, value);
            });
            return merged;
        }

        /** The same of headers, whose names are the same in any case; the one that is set has the case it is set in. */
        public SortedMap<String, String> applyToHeaders(SortedMap<String, String> headers) {
            SortedMap<String, String> merged = clear ? new TreeMap<>() : new TreeMap<>(headers);
            members.forEach((name, value) -> {
                merged.keySet().removeIf(name::equalsIgnoreCase);
                if (value != null) merged.put(name, value);
            });
            return merged;
        }
    }

    /** The properties as they are after it. */
    public JobSpec applyTo(JobSpec spec) {
        HttpOptions speaks = http == null ? spec.httpOptions() : http.applyTo(spec.httpOptions());
        // BITS: whoever sets another method has a foreground job from then on
        boolean raised = http != null && http.method() != null && !speaks.hasUsualMethod() && priority == null;
        return new JobSpec(
                spec.owner(),
                or(queue, spec.queue()),
                or(displayName, spec.displayName()),
                or(description, spec.description()),
                spec.type(),
                raised ? Priority.FOREGROUND : or(priority, spec.priority()),
                labels == null ? spec.labels() : labels.applyTo(spec.labels()),
                or(minimumRetryDelay, spec.minimumRetryDelay()),
                or(noProgressTimeout, spec.noProgressTimeout()),
                or(maximumDownloadTime, spec.maximumDownloadTime()),
                spec.inactivityTimeout(),
                maxDownloadBytes == null ? spec.maxDownloadBytes() : maxDownloadBytes.value(),
                or(requireRanges, spec.requireRanges()),
                bandwidthBytesPerSecond == null ? spec.bandwidthBytesPerSecond() : bandwidthBytesPerSecond.value(),
                customHeaders == null ? spec.customHeaders() : customHeaders.applyToHeaders(spec.customHeaders()),
                notification == null ? spec.notification() : notification.value(),
                options == null ? spec.options() : options.applyTo(spec.jobOptions()),
                speaks);
    }

    private static <T> T or(@Nullable T changed, T present) {
        return changed == null ? present : changed;
    }
}
