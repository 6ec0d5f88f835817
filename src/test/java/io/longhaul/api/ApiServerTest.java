package io.longhaul.api;

import static akka.http.javadsl.server.Directives.completeWithFuture;
import static akka.http.javadsl.server.Directives.extractRequest;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Props;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.event.Logging;
import akka.http.javadsl.ServerBinding;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.server.Route;
import com.typesafe.config.ConfigFactory;
import io.longhaul.api.json.JobDefaults;
import io.longhaul.job.JobLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
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
            assertEquals(503, answer.get(10, TimeUnit.SECONDS).statusCode());
        }
    }

    /** Akka, told to close a connection with an open call whose caller goes away, logs an answer of 500. */
    @Test
    void takes_it_for_no_fault_of_ours_that_a_caller_goes_away_while_it_ends() throws Exception {
        var errors = new ConcurrentLinkedQueue<Logging.Error>();
        ActorRef<Logging.Error> collector = system.systemActorOf(
                Behaviors.receiveMessage(error -> {
                    errors.add(error);
                    return Behaviors.same();
                }),
                "errors",
                Props.empty());
        system.classicSystem().eventStream().subscribe(Adapter.toClassic(collector), Logging.Error.class);
        var arrived = new CompletableFuture<Void>();
        Route silent = extractRequest(request -> {
            arrived.complete(null);
            return completeWithFuture(new CompletableFuture<HttpResponse>());
        });
        ServerBinding binding =
                ApiServer.bind(silent, settings(), system).toCompletableFuture().get(10, TimeUnit.SECONDS);
        int port = binding.localAddress().getPort();
        try (var idle = new Socket(InetAddress.getLoopbackAddress(), port);
                var waiting = new Socket(InetAddress.getLoopbackAddress(), port)) {
            waiting.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            arrived.get(10, TimeUnit.SECONDS);
            CompletionStage<?> ended = CoordinatedShutdown.get(system)
                    .run(CoordinatedShutdown.unknownReason(), Optional.of(CoordinatedShutdown.PhaseServiceUnbind()));
            awaitClosed(idle);
            waiting.close();
            ended.toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertEquals(List.of(), List.copyOf(errors));
        }
    }

    private static void awaitClosed(Socket connection) throws IOException {
        try {
            assertEquals(-1, connection.getInputStream().read());
        } catch (SocketException reset) {
            // which is another way to do it
        }
    }

    private static ApiSettings settings() {
        Duration any = Duration.ofMinutes(1);
        return ApiSettings.of(
                "127.0.0.1", 0, any, 1000, 1000, new JobDefaults(any, any, any, any, new JobLimits(1, 1), Set.of()));
    }
}
