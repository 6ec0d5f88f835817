package io.longhaul.api;

import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.event.Logging;
import akka.http.javadsl.Http;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.server.Route;
import akka.http.javadsl.settings.ServerSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import scala.concurrent.duration.FiniteDuration;

/** The listener: takes calls until the node ends, and then lets those under way finish. */
public final class ApiServer {
    /** Watches never finish by themselves: of the time that the phase has, calls have half, and their end the other. */
    private static final int DRAIN_PART = 2;

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
        return Http.get(system)
                .newServerAt(settings.host(), settings.port())
                .withSettings(serverSettings(settings, system))
                .logTo(Logging.getLogger(system.classicSystem(), ApiServer.class))
                .bind(Routes.sealed(route))
                .thenApply(binding -> binding.addToCoordinatedShutdown(drain(system), system));
    }

    private static Duration drain(ActorSystem<?> system) {
        FiniteDuration phase = CoordinatedShutdown.get(system).timeout(CoordinatedShutdown.PhaseServiceRequestsDone());
        return Duration.ofNanos(phase.toNanos()).dividedBy(DRAIN_PART);
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
