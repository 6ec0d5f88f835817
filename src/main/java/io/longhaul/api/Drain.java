package io.longhaul.api;

import akka.Done;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpResponse;
import akka.pattern.Patterns;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Calls that are under way when the node ends. They have some time, and what is not answered then is answered that the node
 * ends, so that none is open when the connections are closed: Akka takes a caller who goes away in that moment for a fault of
 * ours.
 */
final class Drain {
    /** So long an answer may take from here to its connection, which is lost where that is closed before. */
    private static final Duration ON_ITS_WAY = Duration.ofMillis(200);

    private final ActorSystem<?> system;
    private final Set<OpenCall> open = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Done> over = new CompletableFuture<>();
    private volatile boolean begun;

    private static final class OpenCall {
        final CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
    }

    Drain(ActorSystem<?> system) {
        this.system = system;
    }

    /** Whether a call that comes now is refused. */
    boolean hasBegun() {
        return begun;
    }

    /** The answer to a call, in time. */
    CompletionStage<HttpResponse> inTime(CompletionStage<HttpResponse> answered) {
        var call = new OpenCall();
        open.add(call);
        if (over.isDone()) call.answer.complete(refusal());
        var unused = answered.whenComplete((response, failure) -> {
            if (failure != null) call.answer.completeExceptionally(failure);
            else if (!call.answer.complete(response)) response.discardEntityBytes(system);
            open.remove(call);
            if (begun) endIfEmpty();
        });
        return call.answer;
    }

    /** Refuses calls from now on, and completes when those under way have their answers, soon after that time in any case. */
    CompletionStage<Done> begin(Duration atMost) {
        begun = true;
        endIfEmpty();
        var unused = system.scheduler().scheduleOnce(atMost, this::end, system.executionContext());
        return over.thenCompose(done ->
                Patterns.after(ON_ITS_WAY, system.classicSystem(), () -> CompletableFuture.completedStage(done)));
    }

    private void endIfEmpty() {
        if (open.isEmpty()) over.complete(Done.getInstance());
    }

    private void end() {
        over.complete(Done.getInstance());
        open.forEach(call -> call.answer.complete(refusal()));
    }

    static HttpResponse refusal() {
        return Problem.ending().lastResponse();
    }
}
