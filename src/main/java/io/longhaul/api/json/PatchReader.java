package io.longhaul.api.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.job.BitsError;
import io.longhaul.job.JobChange;
import io.longhaul.job.JobChange.MapChange;
import io.longhaul.job.JobSpec;
import io.longhaul.job.Priority;
import io.longhaul.job.Value;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The body of a call that changes properties: a merge patch (RFC 7396), in which null puts the default back. */
public final class PatchReader {
    private static final Set<String> CHANGEABLE = Set.of(
            "displayName",
            "description",
            "priority",
            "queue",
            "labels",
            "minimumRetryDelaySeconds",
            "noProgressTimeoutSeconds",
            "maximumDownloadTimeSeconds",
            "maxDownloadBytes",
            "requireRanges",
            "bandwidthBytesPerSecond",
            "customHeaders",
            "notify");
    /** BITS has setters for neither: the type is given at creation, the owner changes by TakeOwnership alone. */
    private static final Set<String> READ_ONLY = Set.of("type", "owner");
    /** Part of a job, but no property that a client sets. */
    private static final Set<String> NOT_PROPERTIES = Set.of(
            "id",
            "state",
            "progress",
            "times",
            "errorCount",
            "error",
            "nextRetryAt",
            "inactivityTimeoutSeconds",
            "bandwidth",
            "files",
            "credentials",
            "resume",
            "result");

    private static final Set<String> KNOWN = new HashSet<>();

    static {
        KNOWN.addAll(CHANGEABLE);
        KNOWN.addAll(OptionsReader.KNOWN);
        KNOWN.addAll(HttpReader.KNOWN);
        KNOWN.addAll(READ_ONLY);
        KNOWN.addAll(NOT_PROPERTIES);
    }

    private PatchReader() {}

    /**
     * What the patch asks to change.
     *
     * @param before the properties as they are, for what is merged more than one level deep
     */
    public static JobChange change(JsonNode body, JobSpec before, JobDefaults.By defaultsBy) {
        Fields fields = Fields.of(body, "", KNOWN);
        refuse(fields);
        String queue = changed(fields, "queue", fields::text, JobDefaults.QUEUE);
        // Null puts back what a new job would have, in the queue that it comes to
        JobDefaults defaults = defaultsBy.of(queue == null ? before.queue() : queue, before.owner());
        if (fields.isNull("displayName")) throw Refusal.invalid("displayName is required and has no default.");
        return new JobChange(
                fields.text("displayName"),
                changed(fields, "description", fields::text, ""),
                queue,
                changed(fields, "priority", name -> fields.oneOf(Priority.class, name), Priority.NORMAL),
                merged(fields, "labels", fields.texts("labels", true)),
                minimumRetryDelay(fields, defaults),
                changed(
                        fields,
                        "noProgressTimeoutSeconds",
                        name -> JobReader.seconds(fields, name),
                        defaults.noProgressTimeout()),
                changed(
                        fields,
                        "maximumDownloadTimeSeconds",
                        name -> JobReader.seconds(fields, name),
                        defaults.maximumDownloadTime()),
                limit(fields, "maxDownloadBytes"),
                changed(fields, "requireRanges", fields::flag, false),
                limit(fields, "bandwidthBytesPerSecond"),
                merged(fields, "customHeaders", fields.headers("customHeaders", true)),
                fields.has("notify")
                        ? new Value<>(JobReader.notification(fields, before.notification(), defaults))
                        : null,
                OptionsReader.change(fields),
                HttpReader.change(fields, before.httpOptions()));
    }

    private static void refuse(Fields fields) {
        for (String name : READ_ONLY) {
            if (fields.has(name))
                throw new Refusal(BitsError.BG_E_READ_ONLY_PROPERTY, name + " cannot be changed by a patch.");
        }
        for (String name : NOT_PROPERTIES) {
            if (fields.has(name)) throw Refusal.invalid(name + " is not a property that can be set.");
        }
    }

    /** Null where the member is not given; the default where it is given as null. */
    private static <T> @Nullable T changed(
            Fields fields, String name, Function<String, @Nullable T> value, T otherwise) {
        return fields.isNull(name) ? otherwise : value.apply(name);
    }

    private static @Nullable Duration minimumRetryDelay(Fields fields, JobDefaults defaults) {
        String name = "minimumRetryDelaySeconds";
        return fields.has(name) ? JobReader.minimumRetryDelay(JobReader.seconds(fields, name), defaults) : null;
    }

    private static @Nullable Value<@Nullable Long> limit(Fields fields, String name) {
        return fields.has(name) ? new Value<>(fields.whole(name)) : null;
    }

    private static @Nullable MapChange merged(
            Fields fields, String name, @Nullable Map<String, @Nullable String> members) {
        if (fields.isNull(name)) return new MapChange(true, Map.of());
        return members == null ? null : new MapChange(false, members);
    }
}
