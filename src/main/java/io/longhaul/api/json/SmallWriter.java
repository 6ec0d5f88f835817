package io.longhaul.api.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longhaul.entity.Audit;
import io.longhaul.entity.HostBlock;
import io.longhaul.entity.HostClosure;
import io.longhaul.entity.Hosts;
import io.longhaul.entity.JobCatalogue;
import io.longhaul.entity.Notifications;
import io.longhaul.entity.Operations.Operation;
import io.longhaul.entity.Queues;
import io.longhaul.job.Priority;
import io.longhaul.job.StateName;
import io.longhaul.policy.Policy;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answers that are no job. */
public final class SmallWriter {
    private SmallWriter() {}

    /** One page of a list. */
    public static ObjectNode page(String name, ArrayNode elements, @Nullable String nextCursor) {
        ObjectNode json = Json.object();
        json.set(name, elements);
        return json.put("nextCursor", nextCursor);
    }

    public static ObjectNode counts(JobCatalogue.Counts counts) {
        return depth(Json.object().put("total", counts.total()), counts.byState(), counts.byPriority());
    }

    public static ObjectNode queue(JobCatalogue.QueueDepth queue, Queues.Slots slots, @Nullable Policy policy) {
        ObjectNode json = Json.object()
                .put("name", queue.name())
                .put("backgroundSlots", slots.background())
                .put("configured", !slots.own())
                .put("running", slots.running());
        json.set("policy", PolicyWriter.policy(policy));
        return depth(json, queue.byState(), queue.byPriority());
    }

    /** Every state and every priority, also those without a job. */
    static ObjectNode depth(ObjectNode json, Map<StateName, Long> byState, Map<Priority, Long> byPriority) {
        ObjectNode states = json.putObject("byState");
        for (StateName state : StateName.values()) states.put(state.name(), byState.getOrDefault(state, 0L));
        ObjectNode priorities = json.putObject("byPriority");
        for (Priority priority : Priority.values())
            priorities.put(priority.name(), byPriority.getOrDefault(priority, 0L));
        return json;
    }

    public static ObjectNode auditLine(Audit.Line line) {
        return Json.object()
                .put("id", line.id())
                .put("at", line.at().toString())
                .put("by", line.by())
                .put("action", line.action())
                .put("subject", line.subject());
    }

    public static ObjectNode explanation(StateName state, List<Queues.Reason> reasons) {
        ObjectNode json = Json.object().put("state", state.name());
        json.set("reasons", Json.array(reasons.stream().map(SmallWriter::reason)));
        return json;
    }

    private static JsonNode reason(Queues.Reason reason) {
        return Json.object()
                .put("code", reason.code())
                .put("detail", reason.detail())
                .put("since", JobWriter.text(reason.since()))
                .put("until", JobWriter.text(reason.until()));
    }

    public static ObjectNode host(Hosts.Host host) {
        Hosts.Lately lately = host.lately();
        ObjectNode json = Json.object()
                .put("name", host.name())
                .put("running", host.running())
                .put("queued", host.queued())
                .put("requests", lately.requests())
                .put("errors", lately.errors())
                .put("errorRate", lately.requests() == 0 ? null : (double) lately.errors() / lately.requests())
                .put("limit", host.pace().closure() == null ? host.pace().limit() : 0)
                .put("usualLimit", host.usual());
        HostClosure closure = host.pace().closure();
        json.set("closed", closure == null ? null : reason(Queues.Reason.of(host.name(), closure)));
        return json;
    }

    public static ObjectNode block(HostBlock block) {
        return Json.object()
                .put("hosts", block.hosts().text())
                .put("reason", block.reason())
                .put("by", block.by())
                .put("since", JobWriter.text(block.since()))
                .put("until", JobWriter.text(block.until()));
    }

    public static ObjectNode operation(Operation operation) {
        ObjectNode json = Json.object()
                .put("id", operation.id().toString())
                .put("verb", operation.verb().name().toLowerCase(Locale.ROOT))
                .put("state", operation.done() ? "DONE" : "RUNNING")
                .put("matched", operation.matched())
                .put("applied", operation.applied())
                .put("refused", operation.refused());
        ArrayNode refusals = json.putArray("refusals");
        operation
                .refusals()
                .forEach(refusal -> refusals.addObject()
                        .put("jobId", refusal.jobId().toString())
                        .put("code", refusal.code()));
        return json;
    }

    public static ObjectNode notification(Notifications.Entry entry) {
        return Json.object()
                .put("id", entry.key().id())
                .put("event", entry.key().event().name())
                .put("sequence", entry.key().sequence())
                .put("fileIndex", entry.fileIndex())
                .put("at", entry.at().toString())
                .put("state", entry.state().name())
                .put("attempts", entry.attempts())
                .put("lastAttemptAt", JobWriter.text(entry.attemptedAt()))
                .put("lastStatus", entry.status())
                .put("lastAnswer", entry.answer())
                .put("nextAttemptAt", JobWriter.text(entry.due()));
    }
}
