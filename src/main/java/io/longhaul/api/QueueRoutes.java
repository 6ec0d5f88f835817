package io.longhaul.api;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpResponse;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.longhaul.api.json.Refusal;
import io.longhaul.api.json.SmallReader;
import io.longhaul.api.json.SmallWriter;
import io.longhaul.entity.JobCatalogue;
import io.longhaul.entity.JobCatalogue.QueueDepth;
import io.longhaul.entity.Queues;
import io.longhaul.job.BitsError;
import io.longhaul.job.JobRules;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

/** {@code /v1/queues}: how full queues are, and how much of each runs at once. */
final class QueueRoutes {
    private static final int USUAL_LIMIT = 50;
    private static final int ASKED_AT_ONCE = 16;

    private final JobCatalogue catalogue;
    private final Queues queues;
    private final ActorSystem<?> system;

    QueueRoutes(JobCatalogue catalogue, Queues queues, ActorSystem<?> system) {
        this.catalogue = catalogue;
        this.queues = queues;
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
        return catalogue.queues(after, Page.oneMore(limit)).thenCompose(found -> {
            Page<QueueDepth> page = Page.of(found, limit, queue -> Cursors.ofQueue(queue.name()));
            return Source.from(page.elements())
                    .mapAsync(ASKED_AT_ONCE, this::withSlots)
                    .runWith(Sink.seq(), system)
                    .thenApply(shown -> Answer.ok(new Page<>(shown, page.next()).json("queues", queue -> queue))
                            .response());
        });
    }

    private CompletionStage<ObjectNode> withSlots(QueueDepth queue) {
        return queues.slots(queue.name()).thenApply(slots -> SmallWriter.queue(queue, slots));
    }

    private CompletionStage<HttpResponse> one(Call call) {
        return answer(name(call));
    }

    private CompletionStage<HttpResponse> set(Call call) {
        call.caller().requireAdministrator();
        OptionalInt slots = SmallReader.backgroundSlots(call.json());
        return queues.setBackgroundSlots(name(call), slots).thenCompose(set -> answer(name(call)));
    }

    private CompletionStage<HttpResponse> answer(String name) {
        return catalogue
                .queue(name)
                .thenCompose(this::withSlots)
                .thenApply(queue -> Answer.ok(queue).response());
    }

    private static String name(Call call) {
        String name = call.named("name");
        if (!JobRules.isQueueName(name)) throw new Refusal(BitsError.BG_E_NOT_FOUND, "No queue can have this name.");
        return name;
    }
}
