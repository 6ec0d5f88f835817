package io.longhaul.ops;

import akka.actor.Address;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.ClusterCommand;
import akka.cluster.typed.Down;
import akka.cluster.typed.Join;
import akka.cluster.typed.JoinSeedNodes;
import akka.cluster.typed.SelfUp;
import akka.cluster.typed.Subscribe;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a node becomes a member: by the others that its settings name, by a bootstrap, or by founding a cluster, for which
 * it needs the {@link ClusterLock} alone.
 */
final class Joining {
    private static final Logger LOG = LoggerFactory.getLogger(Joining.class);

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Without others to join there is only one thing to wait for: the end of the node that was here before. */
    private static final Duration PATIENCE_ALONE = Duration.ofSeconds(15);

    /** So long the other seed nodes leave it to the first one to found a cluster, which may just start later. */
    private static final Duration FIRST_COMES_FIRST = Duration.ofSeconds(10);

    private static final Duration LOOKS_EVERY = Duration.ofSeconds(1);

    private final Settings.Cluster settings;
    private final ClusterLock lock;
    private final CompletableFuture<?> toldToEnd;
    private final CompletableFuture<SelfUp> up = new CompletableFuture<>();

    /** @param toldToEnd completed where the node shall end, and so need not join any more */
    Joining(Settings.Cluster settings, ClusterLock lock, CompletableFuture<?> toldToEnd) {
        this.settings = settings;
        this.lock = lock;
        this.toldToEnd = toldToEnd;
    }

    /** Waits for the membership. */
    Behavior<SelfUp> guardian() {
        return Behaviors.setup(context -> {
            Cluster.get(context.getSystem()).subscriptions().tell(Subscribe.create(context.getSelf(), SelfUp.class));
            return Behaviors.receiveMessage(joined -> {
                up.complete(joined);
                return Behaviors.same();
            });
        });
    }

    /** Returns once the node is a member; a {@link StartupException} says why it is not. */
    void join(ActorSystem<?> system) {
        Cluster cluster = Cluster.get(system);
        Address self = cluster.selfMember().address();
        List<Address> seeds = settings.seedNodes().stream()
                .map(seed -> new Address("akka", system.name(), seed.host(), seed.port()))
                .toList();
        List<Address> others = seeds.stream().filter(seed -> !seed.equals(self)).toList();
        Duration patience = isAlone(settings) ? PATIENCE_ALONE : PATIENCE;
        try {
            SelfUp joined = settings.bootstrap() == Settings.Bootstrap.NONE
                    ? join(cluster, self, others, foundsAfter(seeds, self), patience)
                    : await(up, patience);
            share(cluster, isFounder(joined, self));
        } catch (TimeoutException never) {
            throw new StartupException(complaint(settings, self, patience), never);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StartupException("The start was interrupted.", interrupted);
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("the futures are only ever completed with a value", impossible);
        }
    }

    /** How long a node looks for a cluster before it founds one; empty if it never does. */
    private static Optional<Duration> foundsAfter(List<Address> seeds, Address self) {
        if (seeds.isEmpty() || seeds.getFirst().equals(self)) return Optional.of(Duration.ZERO);
        return seeds.contains(self) ? Optional.of(FIRST_COMES_FIRST) : Optional.empty();
    }

    private SelfUp join(
            Cluster cluster, Address self, List<Address> others, Optional<Duration> foundsAfter, Duration patience)
            throws InterruptedException, ExecutionException, TimeoutException {
        long startedAt = System.nanoTime();
        boolean founds = false;
        boolean joins = false;
        while (true) {
            long waited = System.nanoTime() - startedAt;
            boolean mayFound =
                    foundsAfter.isPresent() && waited >= foundsAfter.get().toNanos();
            if (mayFound && !founds && lock.tryAlone()) {
                founds = true;
                if (joins)
                    LOG.info("No cluster lives on the database, and no other seed node founds one: this node does");
                cluster.manager().tell(founding(self, others));
            } else if (!founds && !joins) {
                joins = true;
                if (others.isEmpty()) LOG.warn("Another node works on the database: this one waits for its end");
                else {
                    if (mayFound) LOG.info("A cluster lives on the database: this node founds none, and looks for it");
                    cluster.manager().tell(new JoinSeedNodes(others));
                }
            }
            try {
                return await(up, LOOKS_EVERY);
            } catch (TimeoutException notYet) {
                if (System.nanoTime() - startedAt > patience.toNanos()) throw notYet;
            }
        }
    }

    /** Waits for what is still missing, but no longer than until the node is told to end. */
    private <T extends @Nullable Object> T await(CompletableFuture<T> wanted, Duration patience)
            throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture.anyOf(wanted, toldToEnd).get(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (!wanted.isDone())
            throw new StartupException("The node was told to end before it was a member of a cluster.");
        return wanted.get();
    }

    /** Akka asks the others first nevertheless, and founds a cluster where none of them answers. */
    private static ClusterCommand founding(Address self, List<Address> others) {
        if (others.isEmpty()) return Join.create(self);
        return new JoinSeedNodes(Stream.concat(Stream.of(self), others.stream()).toList());
    }

    /** Before this node does any work. */
    private void share(Cluster cluster, boolean founded) throws InterruptedException, ExecutionException {
        Address self = cluster.selfMember().address();
        try {
            await(lock.share(founded, () -> cluster.manager().tell(new Down(self))), PATIENCE);
        } catch (TimeoutException never) {
            throw new StartupException(
                    "The database did not take this node as a member within " + PATIENCE.toSeconds() + " s.", never);
        }
    }

    /** Nobody else was up. */
    private static boolean isFounder(SelfUp joined, Address self) {
        return StreamSupport.stream(joined.currentClusterState().getMembers().spliterator(), false)
                .filter(member -> !member.address().equals(self))
                .map(Member::status)
                .allMatch(status -> status.equals(MemberStatus.joining()) || status.equals(MemberStatus.weaklyUp()));
    }

    private static boolean isAlone(Settings.Cluster settings) {
        return settings.seedNodes().isEmpty() && settings.bootstrap() == Settings.Bootstrap.NONE;
    }

    static String complaint(Settings.Cluster settings, Address self, Duration patience) {
        if (isAlone(settings))
            return "A cluster lives on the database, and one database has one: end its nodes, or name them in"
                    + " longhaul.cluster.seed-nodes.";
        String within = " within " + patience.toSeconds() + " s";
        return switch (settings.bootstrap()) {
            case NONE ->
                "The cluster of longhaul.cluster.seed-nodes was not joined" + within + strangeness(settings, self);
            case KUBERNETES ->
                "By longhaul.cluster.bootstrap no cluster was found, nor " + settings.bootstrapNodes()
                        + " nodes to form one," + within + ".";
        };
    }

    /** It need not be in the list. But where it was meant to be, under another name, say, it founds no cluster. */
    private static String strangeness(Settings.Cluster settings, Address self) {
        String own = self.getHost().orElse("") + ":" + self.getPort().orElse(0);
        boolean isNamed = settings.seedNodes().stream()
                .map(seed -> seed.host() + ":" + seed.port())
                .anyMatch(own::equals);
        return isNamed ? "." : "; this node is " + own + ", which is not in that list, so that it founds none.";
    }
}
