package io.longhaul.api;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.event.Logging;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.server.Route;
import akka.http.javadsl.settings.ServerSettings;
import akka.japi.function.Function;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import scala.concurrent.duration.FiniteDuration;

/** The listener: takes calls until the node ends, and then lets those under way finish. */
public final class ApiServer {
    /** Of the time that the phase has calls have half, and the closing of connections a quarter. */
    private static final int CALLS_PART = 2;

    private static final int CONNECTIONS_PART = 4;

    /**
     * Takes the filters that mean the most: 64 labels, which is what a job has at most, with values of 256 characters, of
     * which each may be twelve in a URL.
     */
    static final int LONGEST_URL = 256 * 1024;

    private ApiServer() {}

    /**
     * Listens. The stage fails where the port is taken.
     *
     * @param route of the API, and of whatever else this port serves
     */
    public static CompletionStage<ServerBinding> bind(Route route, ApiSettings settings, ActorSystem<?> system) {
        var drain = new Drain(system);
        var handler = Routes.sealed(route).function(system);
        Function<HttpRequest, CompletionStage<HttpResponse>> answers = request -> drain.hasBegun()
                ? CompletableFuture.completedStage(Drain.refusal())
                : drain.inTime(handler.apply(request));
        return Http.get(system)
                .newServerAt(settings.host(), settings.port())
                .withSettings(serverSettings(settings, system))
                .logTo(Logging.getLogger(system.classicSystem(), ApiServer.class))
                .bind(answers)
                .thenApply(binding -> endInOrder(binding, drain, system));
    }

    /** Watches never finish by themselves: they end with their connections. */
    private static ServerBinding endInOrder(ServerBinding binding, Drain drain, ActorSystem<?> system) {
        CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
        shutdown.addTask(CoordinatedShutdown.PhaseServiceUnbind(), "api-takes-no-connections", binding::unbind);
        String last = CoordinatedShutdown.PhaseServiceRequestsDone();
        Duration phase = Duration.ofNanos(shutdown.timeout(last).toNanos());
        shutdown.addTask(
                last,
                "api-answers-calls",
                () -> drain.begin(phase.dividedBy(CALLS_PART))
                        .thenCompose(answered -> binding.terminate(phase.dividedBy(CONNECTIONS_PART)))
                        .thenApply(closed -> Done.getInstance()));
        return binding;
    }

    private static ServerSettings serverSettings(ApiSettings settings, ActorSystem<?> system) {
        ServerSettings usual = ServerSettings.create(system.classicSystem());
        FiniteDuration timeout =
                FiniteDuration.fromNanos(settings.requestTimeout().toNanos());
        return usual.withServerHeader(Optional.empty())
                .withParsingErrorHandler(UnreadableRequests.class.getName())
                .withTimeouts(usual.getTimeouts().withRequestTimeout(timeout))
                .withParserSettings(usual.getParserSettings()
                        .withMaxUriLength(LONGEST_URL)
                        .withMaxContentLength(settings.maxBodyBytes()));
    }
}
