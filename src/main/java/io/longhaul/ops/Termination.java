package io.longhaul.ops;

import akka.actor.ActorRef;
import akka.actor.PoisonPill;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Adapter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the actors of a system that is about to terminate, and helps where they wait for ever. */
final class Termination {
    /** The last words to other nodes are waited for at most a second; everything after that is a matter of milliseconds. */
    private static final Duration UNAIDED = Duration.ofSeconds(2);

    /** The actors of TCP connections and of sockets that listen. */
    private static final String CONNECTIONS = "/system/IO-TCP/selectors/*/*";

    private static final Logger LOG = LoggerFactory.getLogger(Termination.class);

    private Termination() {}

    /**
     * Returns when they have ended, also with a failure, which is logged.
     *
     * @return false: some have not within that time
     */
    static boolean await(ActorSystem<?> system, Duration patience) throws InterruptedException {
        return await(system, UNAIDED, patience);
    }

    /**
     * The remoting of Akka waits for its streams. One that it has completed, where it should have failed it, leaves a
     * connection with TLS open until the other node closes it, and that one sees no reason to.
     */
    static boolean await(ActorSystem<?> system, Duration unaided, Duration patience) throws InterruptedException {
        if (within(system, unaided)) return true;
        LOG.info("Connections that have been left open are closed");
        Adapter.toClassic(system).actorSelection(CONNECTIONS).tell(PoisonPill.getInstance(), ActorRef.noSender());
        return within(system, patience.minus(unaided));
    }

    private static boolean within(ActorSystem<?> system, Duration time) throws InterruptedException {
        CompletableFuture<?> ended = system.getWhenTerminated().toCompletableFuture();
        try {
            ended.get(Math.max(0, time.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException notYet) {
            return false;
        } catch (ExecutionException failed) {
            LOG.error("The actors have ended with a failure", failed.getCause());
        }
        return true;
    }
}
