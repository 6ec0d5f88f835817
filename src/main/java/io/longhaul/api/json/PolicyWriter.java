package io.longhaul.api.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longhaul.entity.PolicyStore;
import io.longhaul.job.Priority;
import io.longhaul.policy.BandwidthLimit;
import io.longhaul.policy.BandwidthPolicy;
import io.longhaul.policy.InForce;
import io.longhaul.policy.Policies;
import io.longhaul.policy.PoliciesInForce;
import io.longhaul.policy.Policy;
import io.longhaul.policy.Source;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Policies as their operators see them. */
public final class PolicyWriter {
    private PolicyWriter() {}

    /** All of them, in one version. */
    public static ObjectNode policies(PolicyStore.Stored stored) {
        Policies policies = stored.policies();
        ObjectNode json = Json.object()
                .put("version", stored.version())
                .put("changedAt", JobWriter.text(stored.changedAt()))
                .put("changedBy", stored.changedBy())
                .put("preset", policies.preset().name());
        json.set("fleet", policy(policies.fleet()));
        ObjectNode queues = json.putObject("queues");
        policies.queues().forEach((name, policy) -> queues.set(name, policy(policy)));
        ObjectNode owners = json.putObject("owners");
        policies.owners().forEach((name, policy) -> owners.set(name, policy(policy)));
        return json;
    }

    /** One of them. */
    public static JsonNode policy(@Nullable Policy policy) {
        if (policy == null) return NullNode.getInstance();
        ObjectNode json = Json.object()
                .put("jobInactivityTimeoutSeconds", seconds(policy.jobInactivityTimeout()))
                .put("maxDownloadTimeSeconds", seconds(policy.maxDownloadTime()));
        putLimit(json, "maxJobsPerMachine", policy.maxJobsPerMachine());
        putLimit(json, "maxJobsPerUser", policy.maxJobsPerUser());
        json.put("maxFilesPerJob", policy.maxFilesPerJob()).put("maxRangesPerFile", policy.maxRangesPerFile());
        json.set("bandwidth", bandwidth(policy.bandwidth()));
        return json;
    }

    private static JsonNode bandwidth(@Nullable BandwidthPolicy bandwidth) {
        if (bandwidth == null) return NullNode.getInstance();
        ObjectNode json = Json.object().put("timeZone", bandwidth.timeZone().getId());
        json.set("limits", limits(bandwidth.limits()));
        json.set("work", period(bandwidth.work()));
        json.set("maintenance", period(bandwidth.maintenance()));
        return json;
    }

    private static JsonNode period(BandwidthPolicy.@Nullable Period period) {
        if (period == null) return NullNode.getInstance();
        ObjectNode json = Json.object();
        ArrayNode days = json.putArray("days");
        for (DayOfWeek day : DayOfWeek.values()) if (period.hours().days().contains(day)) days.add(day.name());
        json.put("from", period.hours().from().toString())
                .put("to", period.hours().to().toString());
        json.set("limits", limits(period.limits()));
        return json;
    }

    private static ObjectNode limits(Map<Priority, Long> limits) {
        ObjectNode json = Json.object();
        limits.forEach((priority, limit) -> putLimit(json, priority.name(), limit));
        return json;
    }

    private static void putLimit(ObjectNode json, String name, @Nullable Long limit) {
        if (limit != null && limit == Policy.UNLIMITED) json.put(name, PolicyReader.UNLIMITED);
        else json.put(name, limit);
    }

    private static @Nullable Long seconds(@Nullable Duration duration) {
        return duration == null ? null : duration.toSeconds();
    }

    /** What holds for the jobs of one owner in one queue; null where nothing does. */
    public static ObjectNode inForce(String queue, String owner, PoliciesInForce policies, Instant now) {
        ObjectNode json = Json.object().put("queue", queue).put("owner", owner);
        json.set("jobInactivityTimeoutSeconds", figure(policies.jobInactivityTimeout(), Duration::toSeconds));
        json.set("maxDownloadTimeSeconds", figure(policies.maxDownloadTime(), Duration::toSeconds));
        json.set("maxJobsPerMachine", figure(policies.maxJobsPerMachine(), Long::longValue));
        json.set("maxJobsPerUser", figure(policies.maxJobsPerUser(), Long::longValue));
        json.set("maxFilesPerJob", figure(policies.maxFilesPerJob(), Integer::longValue));
        json.set("maxRangesPerFile", figure(policies.maxRangesPerFile(), Integer::longValue));
        ObjectNode bandwidth = json.putObject("bandwidth");
        for (Priority priority : Priority.values())
            bandwidth.set(
                    priority.name(),
                    policies.bandwidth(priority, now)
                            .<JsonNode>map(PolicyWriter::limit)
                            .orElse(NullNode.getInstance()));
        return json;
    }

    private interface InNumbers<T> {
        long of(T value);
    }

    private static <T> JsonNode figure(Optional<InForce<T>> found, InNumbers<T> number) {
        return found.<JsonNode>map(inForce -> sourced(
                        Json.object().put("value", number.of(inForce.value())), inForce.source(), inForce.name()))
                .orElse(NullNode.getInstance());
    }

    private static ObjectNode limit(BandwidthLimit limit) {
        return sourced(Json.object().put("bytesPerSecond", limit.bytesPerSecond()), limit.source(), limit.name())
                .put("time", limit.time().name())
                .put("until", JobWriter.text(limit.until()));
    }

    private static ObjectNode sourced(ObjectNode json, Source source, String name) {
        return json.put("source", source.name()).put("name", name.isEmpty() ? null : name);
    }

    /**
     * The limit of bandwidth that is in force for a job: the lower of the one that it shares with others, and its own.
     *
     * @param own bytes a second; null: it has none of its own
     */
    public static JsonNode bandwidth(Optional<BandwidthLimit> shared, @Nullable Long own) {
        if (shared.isPresent() && (own == null || shared.get().bytesPerSecond() <= own)) return limit(shared.get());
        if (own == null) return NullNode.getInstance();
        return sourced(Json.object().put("bytesPerSecond", own), Source.JOB, "")
                .put("time", BandwidthPolicy.Time.ALWAYS.name())
                .putNull("until");
    }
}
