package io.longhaul.api;

import static akka.http.javadsl.server.Directives.completeWithFuture;
import static akka.http.javadsl.server.Directives.extractRequest;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.server.Route;
import com.typesafe.config.ConfigFactory;
import io.longhaul.api.json.JobDefaults;
import io.longhaul.job.JobLimits;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The listener of the API")
class ApiServerTest {
    /** Ends with the steps that a node ends with; a phase that takes longer than it may is an error here. */
    private final ActorSystem<Void> system = ActorSystem.create(
            Behaviors.empty(), "ends", ConfigFactory.parseString("""
                            akka.actor.provider = local
                            akka.coordinated-shutdown.phases.service-requests-done { timeout = 1s, recover = off }
                            """).withFallback(ConfigFactory.load()));

    @Test
    void ends_in_time_though_a_call_is_never_answered() throws Exception {
        var arrived = new CompletableFuture<Void>();
        Route silent = extractRequest(request -> {
            arrived.complete(null);
            return completeWithFuture(new CompletableFuture<HttpResponse>());
        });
        ServerBinding binding =
                ApiServer.bind(silent, settings(), system).toCompletableFuture().get(10, TimeUnit.SECONDS);
        URI uri = URI.create("http://127.0.0.1:" + binding.localAddress().getPort() + "/");
        try (HttpClient client = HttpClient.newHttpClient()) {
            var answer = client.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding());
            arrived.get(10, TimeUnit.SECONDS);
            CompletionStage<?> ended = CoordinatedShutdown.get(system)
                    .run(CoordinatedShutdown.unknownReason(), Optional.of(CoordinatedShutdown.PhaseServiceUnbind()));
            assertDoesNotThrow(() -> ended.toCompletableFuture().get(20, TimeUnit.SECONDS));
            assertThrows(ExecutionException.class, () -> answer.get(10, TimeUnit.SECONDS));
        }
    }

    private static ApiSettings settings() {
        Duration any = Duration.ofMinutes(1);
        return ApiSettings.of(
                "127.0.0.1", 0, any, 1000, 1000, new JobDefaults(any, any, any, any, new JobLimits(1, 1), Set.of()));
    }
}
