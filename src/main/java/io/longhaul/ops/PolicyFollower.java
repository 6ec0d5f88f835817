package io.longhaul.ops;

import akka.actor.typed.ActorSystem;
import io.longhaul.entity.CurrentPolicies;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a node look for policies that were changed at another one, for as long as it lives. */
final class PolicyFollower {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyFollower.class);

    /** A change is in force everywhere within two seconds. */
    private static final Duration LOOKS_EVERY = Duration.ofMillis(500);

    private PolicyFollower() {}

    /** Returns once the policies are known; a {@link StartupException} says why they cannot be. */
    static void start(CurrentPolicies policies, ActorSystem<?> system) {
        try {
            policies.refresh().toCompletableFuture().join();
        } catch (CompletionException unread) {
            throw new StartupException("The policies cannot be read: " + Sentences.firstLine(unread) + ".", unread);
        }
        lookAgain(policies, system, false);
    }

    private static void lookAgain(CurrentPolicies policies, ActorSystem<?> system, boolean failedBefore) {
        system.scheduler()
                .scheduleOnce(
                        LOOKS_EVERY,
                        () -> policies.refresh().whenComplete((done, failure) -> {
                            if (failure != null && !failedBefore)
                                LOG.warn("The policies cannot be read, the last ones hold: {}", failure.getMessage());
                            lookAgain(policies, system, failure != null);
                        }),
                        system.executionContext());
    }
}
