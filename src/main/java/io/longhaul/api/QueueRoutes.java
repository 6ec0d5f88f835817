package io.longhaul.api;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpResponse;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longhaul.api.json.PolicyReader;
import io.longhaul.api.json.Refusal;
import io.longhaul.api.json.SmallReader;
import io.longhaul.api.json.SmallWriter;
import io.longhaul.entity.Audit;
import io.longhaul.entity.JobCatalogue;
import io.longhaul.entity.JobCatalogue.QueueDepth;
import io.longhaul.entity.Queues;
import io.longhaul.job.BitsError;
import io.longhaul.job.JobRules;
import io.longhaul.job.Value;
import io.longhaul.policy.Policies;
import io.longhaul.policy.Policy;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@code /v1/queues}: how full queues are, and how much of each runs at once. */
final class QueueRoutes {
    private static final int USUAL_LIMIT = 50;
    private static final int ASKED_AT_ONCE = 16;

    private final JobCatalogue catalogue;
    private final Queues queues;
    private final PolicyChanges policies;
    private final Audit audit;
    private final ActorSystem<?> system;

    QueueRoutes(JobCatalogue catalogue, Queues queues, PolicyChanges policies, Audit audit, ActorSystem<?> system) {
        this.catalogue = catalogue;
        this.queues = queues;
        this.policies = policies;
        this.audit = audit;
        this.system = system;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get("/v1/queues", this::list).taking("limit", "cursor"),
                Endpoint.get("/v1/queues/{name}", this::one),
                Endpoint.put("/v1/queues/{name}", this::set));
    }

    private CompletionStage<HttpResponse> list(Call call) {
        int limit = call.query().limit(USUAL_LIMIT);
        String cursor = call.query().text("cursor");
        String after = cursor == null ? null : Cursors.queue(cursor);
        return catalogue
                .queues(after, Page.oneMore(limit))
                .thenCombine(policies.last(), (found, last) -> {
                    Page<QueueDepth> page = Page.of(found, limit, queue -> Cursors.ofQueue(queue.name()));
                    return Source.from(page.elements())
                            .mapAsync(ASKED_AT_ONCE, queue -> shown(queue, last.policies()))
                            .runWith(Sink.seq(), system)
                            .thenApply(shown -> Answer.ok(new Page<>(shown, page.next()).json("queues", queue -> queue))
                                    .response());
                })
                .thenCompose(answered -> answered);
    }

    private CompletionStage<ObjectNode> shown(QueueDepth queue, Policies policies) {
        return queues.slots(queue.name())
                .thenApply(slots ->
                        SmallWriter.queue(queue, slots, policies.queues().get(queue.name())));
    }

    private CompletionStage<HttpResponse> one(Call call) {
        return answer(name(call));
    }

    private CompletionStage<HttpResponse> set(Call call) {
        call.caller().requireAdministrator();
        SmallReader.QueueChange change = SmallReader.queue(call.json());
        String name = name(call);
        return setSlots(call.caller(), name, change.backgroundSlots())
                .thenCompose(set -> setPolicy(call.caller(), name, change.policy()))
                .thenCompose(set -> answer(name));
    }

    private CompletionStage<?> setSlots(Caller caller, String name, @Nullable OptionalInt slots) {
        if (slots == null) return CompletableFuture.completedStage(name);
        String figure = slots.isPresent() ? Integer.toString(slots.getAsInt()) : "as configured";
        return queues.setBackgroundSlots(name, slots)
                .thenCompose(set -> audit.write(caller.name(), "QUEUE_SLOTS", "queue " + name + ": " + figure));
    }

    private CompletionStage<?> setPolicy(Caller caller, String name, @Nullable Value<@Nullable Policy> policy) {
        if (policy == null) return CompletableFuture.completedStage(name);
        return policies.change(caller, "queue " + name, last -> {
            Policies changed = last.policies().withQueue(name, policy.value());
            if (changed.areTooMany()) throw PolicyReader.tooMany();
            return changed;
        });
    }

    private CompletionStage<HttpResponse> answer(String name) {
        return catalogue
                .queue(name)
                .thenCombine(policies.last(), (queue, last) -> shown(queue, last.policies()))
                .thenCompose(shown -> shown)
                .thenApply(queue -> Answer.ok(queue).response());
    }

    private static String name(Call call) {
        String name = call.named("name");
        if (!JobRules.isQueueName(name)) throw new Refusal(BitsError.BG_E_NOT_FOUND, "No queue can have this name.");
        return name;
    }
}
