package io.longhaul.api.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.longhaul.job.JobSpec;
import io.longhaul.job.JobSpec.JobType;
import io.longhaul.job.JobSpec.Notify;
import io.longhaul.job.JobSpec.NotifyEvent;
import io.longhaul.job.Owner;
import io.longhaul.job.OwnerCommand;
import io.longhaul.job.Priority;
import io.longhaul.job.RetryPolicy;
import io.longhaul.job.http.HttpOptions;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The body of a call that creates a job. Whether its values are allowed is for the job to say. */
public final class JobReader {
    private static final Set<String> KNOWN = new HashSet<>(Set.of(
            "displayName",
            "description",
            "type",
            "priority",
            "queue",
            "files",
            "labels",
            "minimumRetryDelaySeconds",
            "noProgressTimeoutSeconds",
            "maximumDownloadTimeSeconds",
            "maxDownloadBytes",
            "requireRanges",
            "bandwidthBytesPerSecond",
            "customHeaders",
            "notify",
            "resume"));

    static {
        KNOWN.addAll(OptionsReader.KNOWN);
        KNOWN.addAll(HttpReader.KNOWN);
    }

    private static final Set<String> NOTIFY = Set.of("events", "url", "command", "minimumIntervalMilliseconds");
    static final List<NotifyEvent> USUAL_EVENTS = List.of(NotifyEvent.JOB_TRANSFERRED, NotifyEvent.JOB_ERROR);

    private JobReader() {}

    public static OwnerCommand.Create create(JsonNode body, Owner owner, JobDefaults.By defaultsBy) {
        Fields fields = Fields.of(body, "", KNOWN);
        String queue = or(fields.text("queue"), JobDefaults.QUEUE);
        JobDefaults defaults = defaultsBy.of(queue, owner);
        HttpOptions http = HttpReader.options(fields);
        Priority usual = http == null || http.hasUsualMethod() ? Priority.NORMAL : Priority.FOREGROUND;
        JobSpec spec = new JobSpec(
                owner,
                queue,
                fields.requiredText("displayName"),
                or(fields.text("description"), ""),
                or(fields.oneOf(JobType.class, "type"), JobType.DOWNLOAD),
                or(fields.oneOf(Priority.class, "priority"), usual),
                sorted(fields.texts("labels", false)),
                minimumRetryDelay(seconds(fields, "minimumRetryDelaySeconds"), defaults),
                or(seconds(fields, "noProgressTimeoutSeconds"), defaults.noProgressTimeout()),
                or(seconds(fields, "maximumDownloadTimeSeconds"), defaults.maximumDownloadTime()),
                defaults.inactivityTimeout(),
                fields.whole("maxDownloadBytes"),
                or(fields.flag("requireRanges"), false),
                fields.whole("bandwidthBytesPerSecond"),
                sorted(fields.headers("customHeaders", false)),
                notification(fields, null, defaults),
                OptionsReader.options(fields),
                http);
        boolean resume = or(fields.flag("resume"), false);
        return new OwnerCommand.Create(spec, FileReader.files(fields.elements("files")), resume, defaults.limits());
    }

    static @Nullable Duration seconds(Fields fields, String name) {
        Long seconds = fields.whole(name);
        return seconds == null ? null : Duration.ofSeconds(seconds);
    }

    /**
     * BITS raises what is too short, and so do we for what an owner asks; the operator's default is taken as it is. What
     * is negative is no delay at all, and the job refuses it.
     */
    static Duration minimumRetryDelay(@Nullable Duration asked, JobDefaults defaults) {
        if (asked == null) return defaults.minimumRetryDelay();
        boolean raised = !asked.isNegative() && asked.compareTo(RetryPolicy.SHORTEST_DELAY) < 0;
        return raised ? RetryPolicy.SHORTEST_DELAY : asked;
    }

    private static SortedMap<String, String> sorted(@Nullable Map<String, @Nullable String> given) {
        SortedMap<String, String> texts = new TreeMap<>();
        if (given == null) return texts;
        given.forEach((key, value) -> texts.put(key, String.valueOf(value)));
        return texts;
    }

    /**
     * @param before what a merge patch is merged into; null: nothing
     */
    static @Nullable Notify notification(Fields fields, @Nullable Notify before, JobDefaults defaults) {
        JsonNode value = fields.given("notify");
        if (value == null) return null;
        Fields members = Fields.of(value, fields.name("notify"), NOTIFY);
        List<NotifyEvent> events = before == null || members.isNull("events") ? USUAL_EVENTS : before.events();
        List<Fields.Element> given = members.elements("events");
        if (given != null) {
            Set<NotifyEvent> named = new LinkedHashSet<>();
            for (Fields.Element element : given)
                named.add(Fields.oneOf(NotifyEvent.class, element.node(), element.name()));
            events = List.copyOf(named);
        }
        String url = members.has("url") || before == null ? members.text("url") : before.url();
        String command = members.text("command");
        // What was allowed once stays, so that a patch of something else is not refused.
        if (command != null && !defaults.commands().contains(command))
            throw Refusal.invalid(members.name("command") + " must be the name of one of the operator's commands.");
        if (!members.has("command") && before != null) command = before.command();
        Duration interval = members.has("minimumIntervalMilliseconds") || before == null
                ? milliseconds(members, "minimumIntervalMilliseconds")
                : before.minimumInterval();
        return new Notify(events, url, command, interval);
    }

    private static @Nullable Duration milliseconds(Fields fields, String name) {
        Long milliseconds = fields.whole(name);
        return milliseconds == null ? null : Duration.ofMillis(milliseconds);
    }

    static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }
}
