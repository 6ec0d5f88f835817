package io.longhaul.ops;

import static java.util.Objects.requireNonNull;

import akka.Done;
import akka.actor.BootstrapSetup;
import akka.actor.CoordinatedShutdown;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.setup.Setup;
import akka.actor.typed.ActorSystem;
import akka.management.cluster.bootstrap.ClusterBootstrap;
import com.typesafe.config.Config;
import io.longhaul.ops.nodes.DatabaseContact;
import io.longhaul.transfer.Network;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node: its data folder, its database, its part of the cluster. Several can run in one JVM, on several folders. */
public final class Node implements AutoCloseable {
    /** The others have put this node out of the cluster; its supervisor starts it afresh. */
    public static final int DOWNED = 3;

    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    private static final String SYSTEM = "longhaul";

    private final Settings settings;
    private final Database database;
    private final ClusterLock lock;
    private final Joining joining;
    private final Readiness readiness;
    private final DatabaseContact contact;
    private final Clock clock;
    private final ActorSystem<?> system;
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private volatile @Nullable Services services;

    private Node(
            Settings settings,
            DataFolder folder,
            Database database,
            ClusterLock lock,
            Joining joining,
            Metrics metrics,
            Readiness readiness,
            DatabaseContact contact,
            Clock clock,
            ActorSystem<?> system) {
        this.settings = settings;
        this.database = database;
        this.lock = lock;
        this.joining = joining;
        this.readiness = readiness;
        this.contact = contact;
        this.clock = clock;
        this.system = system;
        // However the system comes to its end, it goes through its coordinated shutdown.
        CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
        String last = CoordinatedShutdown.PhaseActorSystemTerminate();
        Duration patience = Duration.ofMillis(shutdown.timeout(last).toMillis());
        shutdown.addTask(last, "end-node", () -> {
            // A thread of its own: those of pools may all be waiting for this end, one that called System.exit, say
            Thread.ofPlatform().name("node-end").start(() -> end(patience, metrics, folder));
            return CompletableFuture.completedStage(Done.getInstance());
        });
    }

    /**
     * Closes what the actors used, after them. Should some of them never end, the node does: a process that hangs keeps its
     * place and its folder from the next one.
     */
    private void end(Duration patience, Metrics metrics, DataFolder folder) {
        try {
            awaitActors(patience);
            Services running = services;
            if (running != null) running.close();
            metrics.close();
            lock.close();
            database.close();
            folder.close();
            ended.complete(exitCode(system));
        } catch (RuntimeException | Error failed) {
            ended.completeExceptionally(failed);
            throw failed;
        }
    }

    private void awaitActors(Duration patience) {
        try {
            if (!Termination.await(system, patience))
                LOG.error("Some actors have not ended within {}, and the node ends without them", patience);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts a node and returns once it is ready for jobs; a {@link StartupException} says why it cannot. */
    public static Node start(Settings settings) {
        return start(settings, Network.ofMachine());
    }

    /** The same on a machine with these network interfaces. */
    public static Node start(Settings settings, Network network) {
        return start(settings, network, new CompletableFuture<>());
    }

    /** @param toldToEnd completed where it shall end before it has joined; then it closes what it has opened */
    static Node start(Settings settings, Network network, CompletableFuture<?> toldToEnd) {
        refuseStrangers(settings.http());
        var metrics = new Metrics();
        Node node = start(settings, metrics, toldToEnd);
        node.openManagement();
        node.join();
        node.startServices(metrics, network);
        return node;
    }

    /**
     * Before it has joined: until then the node is alive, and not ready. A bootstrap needs it too, for each node tells the
     * others at this port whom it knows.
     */
    private void openManagement() {
        try {
            Services.openManagement(settings.management(), system);
            if (settings.cluster().bootstrap() != Settings.Bootstrap.NONE)
                ClusterBootstrap.get(system).start();
        } catch (RuntimeException refused) {
            close();
            throw refused;
        }
    }

    private void startServices(Metrics metrics, Network network) {
        try {
            services = Services.start(settings, database, contact, system, metrics, clock, network);
            readiness.started();
        } catch (RuntimeException refused) {
            close();
            throw refused;
        }
    }

    /** Where the API listens. */
    public URI api() {
        String host = settings.http().host();
        String authority = host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
        return URI.create("http://" + authority + ":" + requireNonNull(services).apiPort());
    }

    private static Node start(Settings settings, Metrics metrics, CompletableFuture<?> toldToEnd) {
        DataFolder folder = DataFolder.lock(settings.dataDir());
        try {
            Database database = Database.open(settings);
            Clock clock = SteadyClock.startNow();
            var contact = new DatabaseContact(clock.instant());
            ClusterLock lock = ClusterLock.on(database, () -> contact.answered(clock.instant()));
            try {
                Joining joining = new Joining(settings.cluster(), lock, toldToEnd);
                Readiness readiness = new Readiness(database);
                ActorSystem<?> system = system(settings, database, joining, metrics, readiness.checks(), lock);
                return new Node(settings, folder, database, lock, joining, metrics, readiness, contact, clock, system);
            } catch (RuntimeException failed) {
                lock.close();
                database.close();
                throw failed;
            }
        } catch (RuntimeException failed) {
            folder.close();
            throw failed;
        }
    }

    public Settings settings() {
        return settings;
    }

    public Database database() {
        return database;
    }

    public ActorSystem<?> system() {
        return system;
    }

    /** Hands this node's work to the others, leaves the cluster and closes everything. */
    @Override
    public void close() {
        CoordinatedShutdown.get(system).runAll(CoordinatedShutdown.jvmExitReason());
        awaitEnd();
    }

    /** Waits until the node has ended, by whomever; 0, or {@link #DOWNED}. */
    public int awaitEnd() {
        return ended.join();
    }

    /** Whoever can reach the API without authentication is an administrator. */
    private static void refuseStrangers(Settings.Http http) {
        if (http.trustedNetwork()) return;
        String host = http.host();
        try {
            if (Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress)) return;
        } catch (UnknownHostException unknown) {
            throw new StartupException("longhaul.http.host is " + host + ", which no address is known for.", unknown);
        }
        throw new StartupException("longhaul.http.host is " + host
                + ", but without authentication the API listens on a loopback address only, unless"
                + " longhaul.http.trusted-network says that only administrators reach it.");
    }

    /** @param setups what akka-management and others find by the system */
    private static ActorSystem<?> system(Settings settings, Database database, Joining joining, Setup... setups) {
        Config config = AkkaConfig.of(settings, database.akkaConfig());
        try {
            ActorSystemSetup setup = ActorSystemSetup.create(setups).and(BootstrapSetup.create(config));
            return ActorSystem.create(joining.guardian(), SYSTEM, setup);
        } catch (akka.remote.RemoteTransportException taken) {
            Settings.Cluster cluster = settings.cluster();
            throw Services.cannotListen("longhaul.cluster", cluster.host(), cluster.port(), taken);
        }
    }

    private void join() {
        try {
            joining.join(system);
        } catch (StartupException alone) {
            close();
            throw alone;
        }
    }

    private static int exitCode(ActorSystem<?> system) {
        return CoordinatedShutdown.get(system)
                .getShutdownReason()
                .filter(CoordinatedShutdown.clusterDowningReason()::equals)
                .map(downed -> DOWNED)
                .orElse(0);
    }
}
