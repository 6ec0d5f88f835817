package io.longhaul.ops;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.Done;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.Behaviors;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.Tcp;
import akka.util.ByteString;
import com.typesafe.config.ConfigFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The termination of an actor system")
class TerminationTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    /** What the first of the actors waits for when it ends, and the others end after it. */
    private interface Last {
        void come() throws Exception;
    }

    @Test
    void waits_for_no_stream_whose_connection_nobody_closes() throws Exception {
        var stream = new CompletableFuture<CompletionStage<Done>>();
        ActorSystem<Void> system = system(() -> stream.join()
                .handle((done, failed) -> failed)
                .toCompletableFuture()
                .join());
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Source<ByteString, ?> open = Source.maybe();
            var connection = Tcp.get(system).outgoingConnection("127.0.0.1", server.getLocalPort());
            stream.complete(
                    open.via(connection).toMat(Sink.ignore(), Keep.right()).run(system));
            try (Socket stays = server.accept()) {
                system.terminate();
                assertTrue(Termination.await(system, Duration.ZERO, LONG));
                assertTrue(stream.join().toCompletableFuture().isCompletedExceptionally());
            }
        }
    }

    @Test
    void is_waited_for_no_longer_than_that() throws Exception {
        var never = new CountDownLatch(1);
        ActorSystem<Void> system = system(never::await);
        try {
            system.terminate();
            assertFalse(Termination.await(system, Duration.ZERO, Duration.ofMillis(100)));
        } finally {
            never.countDown();
        }
        assertTrue(Termination.await(system, LONG));
    }

    /** With an actor that has started: one that is stopped before never hears of it. */
    private static ActorSystem<Void> system(Last last) {
        var started = new CompletableFuture<Done>();
        Behavior<Void> guardian = Behaviors.setup(context -> {
            started.complete(Done.getInstance());
            return Behaviors.receive(Void.class)
                    .onSignal(PostStop.class, stopped -> {
                        last.come();
                        return Behaviors.same();
                    })
                    .build();
        });
        ActorSystem<Void> system = ActorSystem.create(
                guardian,
                "ending",
                ConfigFactory.parseString("akka.actor.provider = local").withFallback(ConfigFactory.load()));
        started.join();
        return system;
    }
}
