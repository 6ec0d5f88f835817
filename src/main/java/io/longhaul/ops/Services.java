package io.longhaul.ops;

import akka.Done;
import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.cluster.typed.Cluster;
import akka.cluster.typed.ClusterSingleton;
import akka.cluster.typed.SingletonActor;
import akka.http.javadsl.ServerBinding;
import akka.management.javadsl.AkkaManagement;
import io.longhaul.api.Access;
import io.longhaul.api.ApiServer;
import io.longhaul.api.ApiSettings;
import io.longhaul.api.OperationKeeper;
import io.longhaul.api.OperationRunner;
import io.longhaul.api.Routes;
import io.longhaul.api.json.JobDefaults;
import io.longhaul.entity.CurrentPolicies;
import io.longhaul.entity.DrainingAllocation;
import io.longhaul.entity.FeedRelay;
import io.longhaul.entity.JobEntity;
import io.longhaul.entity.JobFeed;
import io.longhaul.entity.Jobs;
import io.longhaul.entity.JobsInMemory;
import io.longhaul.entity.JournalListener;
import io.longhaul.entity.Secrets;
import io.longhaul.entity.ShardedJobs;
import io.longhaul.entity.Step;
import io.longhaul.job.Job;
import io.longhaul.job.JobLimits;
import io.longhaul.job.JobSpec;
import io.longhaul.job.Retention;
import io.longhaul.notify.Courier;
import io.longhaul.notify.Deliverer;
import io.longhaul.notify.NotifySettings;
import io.longhaul.ops.meters.ApiMeters;
import io.longhaul.ops.meters.BandwidthMeters;
import io.longhaul.ops.meters.ClusterMeters;
import io.longhaul.ops.meters.JobMeters;
import io.longhaul.ops.meters.MeasuredExpired;
import io.longhaul.ops.meters.MeasuredJobs;
import io.longhaul.ops.meters.MeasuredNotifications;
import io.longhaul.ops.meters.MeasuredTransfers;
import io.longhaul.ops.meters.MeasuredWebhooks;
import io.longhaul.ops.nodes.ClusterNodes;
import io.longhaul.ops.nodes.DatabaseContact;
import io.longhaul.ops.nodes.DatabaseWatch;
import io.longhaul.ops.nodes.Standstill;
import io.longhaul.policy.BandwidthLimit;
import io.longhaul.policy.Policy;
import io.longhaul.scheduler.Cleaner;
import io.longhaul.scheduler.InactiveJobs;
import io.longhaul.scheduler.Releases;
import io.longhaul.scheduler.SchedulerSettings;
import io.longhaul.scheduler.ShardedQueues;
import io.longhaul.scheduler.SharedBandwidth;
import io.longhaul.scheduler.SharedHosts;
import io.longhaul.scheduler.Wakeups;
import io.longhaul.store.JobProjection;
import io.longhaul.store.PostgresAudit;
import io.longhaul.store.PostgresBlockedHosts;
import io.longhaul.store.PostgresCatalogue;
import io.longhaul.store.PostgresCensus;
import io.longhaul.store.PostgresDueJobs;
import io.longhaul.store.PostgresExpired;
import io.longhaul.store.PostgresHeldJobs;
import io.longhaul.store.PostgresHistory;
import io.longhaul.store.PostgresJobCounts;
import io.longhaul.store.PostgresLiveJobs;
import io.longhaul.store.PostgresNewJobs;
import io.longhaul.store.PostgresNotifications;
import io.longhaul.store.PostgresOperations;
import io.longhaul.store.PostgresPolicies;
import io.longhaul.store.PostgresQueueContents;
import io.longhaul.store.PostgresRequests;
import io.longhaul.store.PostgresSecrets;
import io.longhaul.store.PostgresUnreadableJobs;
import io.longhaul.transfer.BandwidthLimits;
import io.longhaul.transfer.LocalFiles;
import io.longhaul.transfer.Network;
import io.longhaul.transfer.Proxies;
import io.longhaul.transfer.RefusedAddresses;
import io.longhaul.transfer.TransferEngine;
import io.longhaul.transfer.TransferSettings;
import io.longhaul.transfer.WebhookCaller;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node is made of, and how it hangs together: the store, the transfer engine, the jobs, the schedulers, the API.
 * Every wire is drawn here.
 */
final class Services implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Services.class);

    /** Of one statement of the index. */
    private static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(10);

    private static final String USER_AGENT = "Longhaul/" + Version.OF_THIS;

    private static final Duration REFRESHED_EVERY = Duration.ofSeconds(5);

    /** Within the time that cluster.conf gives the phase. */
    private static final Duration HANDED_OVER_WITHIN = Duration.ofSeconds(10);

    /** A twentieth of one connection's time at most. */
    private static final int REFRESH_RESTS_FOR = 20;

    /** The address once more, as Akka sees it. */
    private static final Pattern BEFORE_REASON = Pattern.compile("^\\[.*] ");

    private final ExecutorService databaseCalls;
    private final TransferEngine engine;
    private final LocalFiles files;
    private final WebhookCaller webhooks;
    private final JobProjection projection;
    private final Standstill standstill;
    private final DatabaseWatch databaseWatch;
    private final ServerBinding api;

    private Services(
            ExecutorService databaseCalls,
            TransferEngine engine,
            LocalFiles files,
            WebhookCaller webhooks,
            JobProjection projection,
            Standstill standstill,
            DatabaseWatch databaseWatch,
            ServerBinding api) {
        this.databaseCalls = databaseCalls;
        this.engine = engine;
        this.files = files;
        this.webhooks = webhooks;
        this.projection = projection;
        this.standstill = standstill;
        this.databaseWatch = databaseWatch;
        this.api = api;
    }

    /** Starts everything; the API listens when this returns. A {@link StartupException} says why it cannot. */
    static Services start(
            Settings settings,
            Database database,
            DatabaseContact contact,
            ActorSystem<?> system,
            Metrics metrics,
            Clock clock,
            Network network) {
        DataSource tables = database.dataSource();
        // Threads of the system's, which do not wait for their turn behind all the transfers of a busy node
        ExecutorService calls = Executors.newFixedThreadPool(
                settings.database().connections(),
                Thread.ofPlatform().daemon().name("index-", 0).factory());
        var catalogue = new PostgresCatalogue(tables, calls, STATEMENT_TIMEOUT);
        var contents = new PostgresQueueContents(tables, calls, STATEMENT_TIMEOUT);
        var history = new PostgresHistory(tables, calls, STATEMENT_TIMEOUT);
        var operations = new PostgresOperations(tables, calls, STATEMENT_TIMEOUT);
        var requests = new PostgresRequests(tables, calls, STATEMENT_TIMEOUT);
        var due = new PostgresDueJobs(tables, calls, STATEMENT_TIMEOUT);
        var expired = new MeasuredExpired(new PostgresExpired(tables, calls, STATEMENT_TIMEOUT), metrics.registry());
        var census = new PostgresCensus(tables, calls, STATEMENT_TIMEOUT);
        Clock wallClock = SteadyClock.onTheWall();
        var policyStore = new PostgresPolicies(tables, calls, STATEMENT_TIMEOUT, wallClock);
        var policies = new CurrentPolicies(policyStore, configuredPolicy(settings.job()), wallClock);
        PolicyFollower.start(policies, system);
        var secrets = new PostgresSecrets(
                tables,
                calls,
                STATEMENT_TIMEOUT,
                SecretKeyring.of(settings.secrets()).orElse(null));
        var projection = new JobProjection(tables, clock, () -> {});

        String node = address(system);
        var queues = new ShardedQueues(
                system,
                node,
                ShardedJobs.shards(system),
                new SchedulerSettings(
                        settings.scheduler().timeSlice(), settings.scheduler().backgroundSlots()),
                contents,
                clock);
        var blocked = new PostgresBlockedHosts(tables, calls, STATEMENT_TIMEOUT);
        var hosts = new SharedHosts(system, settings.transfer().connectionsPerHost(), blocked, clock);
        LocalFiles files = files(settings, clock);
        var bandwidth = new SharedBandwidth(system);
        var audit = new PostgresAudit(tables, calls, STATEMENT_TIMEOUT);
        var refusedAddresses = new RefusedAddresses(audit, clock);
        TransferEngine engine =
                engine(settings, files, secrets, clock, queues, hosts, policies, bandwidth, network, refusedAddresses);
        WebhookCaller webhooks = webhooks(settings, clock, refusedAddresses);
        NotifySettings notify = notifySettings(settings.notifications());
        var notifications = new MeasuredNotifications(
                new PostgresNotifications(tables, calls, STATEMENT_TIMEOUT), metrics.registry());
        var deliverer = new Deliverer(new MeasuredWebhooks(webhooks, metrics.registry()), notify, clock);
        var nodes = new ClusterNodes(system);
        hosts.start(engine, queues.waiting(), DrainingAllocation.of(system, nodes::drained));
        bandwidth.start(engine.bandwidth());
        JobFeed feed = new JobFeed();
        var retention = new Retention(settings.job().retention());
        var memory = JobsInMemory.in(Runtime.getRuntime().maxMemory());
        var transfers = new MeasuredTransfers(engine, metrics.registry());
        var jobMeters = new JobMeters(metrics.registry(), clock);
        var unusedSubscription = feed.subscribe(jobMeters::hear); // as long as the node lives
        Jobs jobs = new MeasuredJobs(
                ShardedJobs.start(
                        system,
                        new JobEntity.Surroundings(
                                clock,
                                transfers,
                                files,
                                queues,
                                feed,
                                secrets,
                                retention,
                                new JournalWatch(jobMeters, projection),
                                memory,
                                policies::inactivityTimeout,
                                node),
                        new PostgresNewJobs(tables, STATEMENT_TIMEOUT),
                        new PostgresUnreadableJobs(tables, calls, STATEMENT_TIMEOUT),
                        DrainingAllocation.of(system, nodes::drained)),
                metrics.registry());
        queues.start(jobs, DrainingAllocation.of(system, nodes::drained));
        nodes.start(engine, feed, contact, clock);

        ApiSettings api = apiSettings(settings);
        var runner = new OperationRunner(jobs, catalogue, operations, api);
        var stats = new ClusterStats(nodes, catalogue);
        var ports = new Routes.Ports(
                jobs,
                catalogue,
                history,
                notifications,
                FeedRelay.start(system, feed),
                requests,
                operations,
                queues,
                hosts,
                files,
                secrets,
                stats,
                nodes,
                new Routes.Governance(
                        policies, policyStore, new PostgresJobCounts(tables, calls, STATEMENT_TIMEOUT), audit),
                new ApiMeters(metrics.registry()));
        var routes = new Routes(
                ports, runner, Access.unauthenticated(!settings.http().trustedNetwork()), api, clock, system);

        measure(metrics, engine, projection);
        metrics.gauge(
                "longhaul.host.limit",
                "The most transfers that the cluster has with one remote host",
                settings.transfer().connectionsPerHost(),
                Integer::doubleValue);
        database.measure(metrics.registry());
        var meters = new ClusterMeters(
                metrics.registry(), census, retention, () -> projection.lag().isPresent(), engine::connections, clock);
        var bandwidthMeters = new BandwidthMeters(metrics.registry(), engine::limits, engine::passed);
        try {
            ServerBinding binding =
                    await(ApiServer.bind(routes.route(), api, system), "longhaul.http", api.host(), api.port());
            endInOrder(system, engine, nodes);
            Standstill standstill = Standstill.watch(system, engine::stop);
            DatabaseWatch databaseWatch =
                    DatabaseWatch.watch(system, contact, database::answers, nodes, engine::stop, clock);
            var services = new Services(calls, engine, files, webhooks, projection, standstill, databaseWatch, binding);
            projection.start();
            var held = new PostgresHeldJobs(tables, calls, STATEMENT_TIMEOUT);
            var live = new PostgresLiveJobs(tables, calls, STATEMENT_TIMEOUT);
            once(system, Wakeups.create(due, contents, jobs, queues, clock), "Wakeups", new Wakeups.Stop());
            once(
                    system,
                    Releases.create(held, policies, jobs, engine::hasWayOut, clock),
                    "Releases",
                    new Releases.Stop());
            once(system, InactiveJobs.create(live, policies, jobs, clock), "InactiveJobs", new InactiveJobs.Stop());
            once(system, Cleaner.create(expired, retention, clock), "Cleaner", new Cleaner.Stop());
            once(system, OperationKeeper.create(runner), "Operations", new OperationKeeper.Stop());
            once(system, Courier.create(notifications, deliverer, notify, clock), "Courier", new Courier.Stop());
            refresh(meters, bandwidthMeters, system, clock);
            return services;
        } catch (StartupException refused) {
            engine.close();
            webhooks.close();
            files.close();
            // Until then actors ask, and each would tell that it is not answered
            var unusedEnd = system.getWhenTerminated().thenRun(calls::shutdown);
            throw refused;
        }
    }

    /** Opens the port for operators, if it is not open yet. */
    static void openManagement(Settings.Management settings, ActorSystem<?> system) {
        await(AkkaManagement.get(system).start(), "longhaul.management", settings.host(), settings.port());
    }

    /** The port on which the API listens, also where any free one was asked for. */
    int apiPort() {
        return api.localAddress().getPort();
    }

    /** After the actors have ended. */
    @Override
    public void close() {
        standstill.close();
        databaseWatch.close();
        engine.close();
        webhooks.close();
        files.close();
        projection.close();
        databaseCalls.shutdown();
    }

    /**
     * Lives on one node of the cluster at a time.
     *
     * @param stop without one it would not end when it is told to: an {@code AbstractOnMessageBehavior} takes every signal
     */
    private static <M> void once(ActorSystem<?> system, Behavior<M> behavior, String name, M stop) {
        ClusterSingleton.get(system).init(SingletonActor.of(behavior, name).withStopMessage(stop));
    }

    private static LocalFiles files(Settings settings, Clock clock) {
        try {
            return new LocalFiles(settings.store().root(), clock);
        } catch (IOException unusable) {
            throw new StartupException(
                    "The folder longhaul.store.root, " + settings.store().root() + ", cannot be used: "
                            + Sentences.firstLine(unusable) + ".",
                    unusable);
        }
    }

    private static TransferEngine engine(
            Settings settings,
            LocalFiles files,
            Secrets secrets,
            Clock clock,
            ShardedQueues queues,
            SharedHosts hosts,
            CurrentPolicies policies,
            SharedBandwidth bandwidth,
            Network network,
            RefusedAddresses refused) {
        Settings.Transfer transfer = settings.transfer();
        var engineSettings = new TransferSettings(
                transfer.connectTimeout(),
                transfer.responseTimeout(),
                transfer.stallTimeout(),
                transfer.maxRedirects(),
                transfer.checkpointBytes(),
                transfer.checkpointInterval(),
                transfer.directIo(),
                transfer.connectionsPerHost(),
                settings.scheduler().slotsPerNode(),
                transfer.trustedCertificates().orElse(null),
                allowedAddresses(transfer),
                settings.store().root(),
                transfer.maxFileSize().isPresent() ? transfer.maxFileSize().getAsLong() : null,
                USER_AGENT,
                proxies(transfer),
                Proxies.ofEnvironment(System.getenv(), LOG::warn),
                transfer.clientCertificates().orElse(null),
                transfer.kerberosConf().orElse(null));
        try {
            return new TransferEngine(
                    engineSettings,
                    files,
                    secrets,
                    clock,
                    queues::freed,
                    queues::othersWait,
                    hosts::wanted,
                    new PolicyLimits(policies),
                    bandwidth::wanted,
                    network,
                    refused);
        } catch (IOException unreadable) {
            throw unreadableCertificates(unreadable);
        }
    }

    /** What jobs meet with at the journal is counted, and what they write there the index need not read again. */
    private record JournalWatch(JobMeters meters, JobProjection projection) implements JournalListener {
        @Override
        public void read(@Nullable Job job, Duration took) {
            meters.read(took);
        }

        @Override
        public void written(@Nullable Job before, List<Step> steps) {
            projection.happened(before, steps);
        }

        @Override
        public void notRead() {
            meters.notRead();
        }

        @Override
        public void notWritten() {
            meters.notWritten();
        }
    }

    /** Policies, as the transfer engine sees them. */
    private record PolicyLimits(CurrentPolicies policies) implements BandwidthLimits {
        @Override
        public Optional<BandwidthLimit> of(JobSpec job) {
            return policies.bandwidth(job);
        }

        @Override
        public Instant now() {
            return policies.now();
        }
    }

    private static StartupException unreadableCertificates(IOException unreadable) {
        return new StartupException(
                "longhaul.transfer.trusted-certificates cannot be read: " + Sentences.firstLine(unreadable) + ".",
                unreadable);
    }

    private static @Nullable List<String> allowedAddresses(Settings.Transfer transfer) {
        return transfer.allowedAddresses().isEmpty() ? null : transfer.allowedAddresses();
    }

    private static WebhookCaller webhooks(Settings settings, Clock clock, RefusedAddresses refused) {
        try {
            return new WebhookCaller(
                    settings.notifications().timeout(),
                    settings.notifications().atOnce(),
                    settings.transfer().trustedCertificates().orElse(null),
                    allowedAddresses(settings.transfer()),
                    USER_AGENT,
                    clock,
                    refused);
        } catch (IOException unreadable) {
            throw unreadableCertificates(unreadable);
        }
    }

    private static NotifySettings notifySettings(Settings.Notifications notify) {
        return new NotifySettings(
                notify.secrets(),
                notify.timeout(),
                notify.atOnce(),
                notify.perOwner(),
                notify.firstRetry(),
                notify.longestRetry(),
                notify.commands(),
                notify.commandTimeout());
    }

    private static Proxies proxies(Settings.Transfer settings) {
        try {
            return Proxies.of(
                    settings.proxies().orElse(null), settings.proxyBypass().orElse(null), true);
        } catch (IllegalArgumentException malformed) {
            throw new StartupException(
                    "longhaul.transfer.proxies, or proxy-bypass, " + malformed.getMessage() + ".", malformed);
        }
    }

    private static ApiSettings apiSettings(Settings settings) {
        Settings.Job job = settings.job();
        return ApiSettings.of(
                settings.http().host(),
                settings.http().port(),
                settings.http().requestTimeout(),
                settings.http().maxBodyBytes(),
                Math.toIntExact(settings.http().maxBatchLineBytes()),
                new JobDefaults(
                        job.minimumRetryDelay(),
                        job.noProgressTimeout(),
                        job.maximumDownloadTime(),
                        job.inactivityTimeout(),
                        new JobLimits(job.maxFiles(), job.maxRangesPerFile()),
                        settings.notifications().commands().keySet()));
    }

    /** What holds where no operator has said anything else. */
    private static Policy configuredPolicy(Settings.Job job) {
        return new Policy(
                job.inactivityTimeout(),
                job.maximumDownloadTime(),
                null,
                null,
                job.maxFiles(),
                job.maxRangesPerFile(),
                null);
    }

    private static void measure(Metrics metrics, TransferEngine engine, JobProjection projection) {
        metrics.gauge("longhaul.transfers.running", "Transfers that run now", engine, TransferEngine::running);
        metrics.gauge(
                "longhaul.network.connected",
                "1; 0 where the node has lost its network",
                engine,
                transfers -> transfers.hasWayOut() ? 1 : 0);
        metrics.counter(
                "longhaul.transfer.bytes", "Bytes received from remote hosts", engine, TransferEngine::bytesReceived);
        metrics.counter(
                "longhaul.transfer.files", "Files transferred and on disk", engine, TransferEngine::filesFinished);
        metrics.counter(
                "longhaul.host.requests",
                "Requests to remote hosts",
                engine,
                transfers -> transfers.answersOfAll().requests());
        metrics.counter(
                "longhaul.host.errors",
                "Requests to remote hosts without an answer, or with 408, 429 or 5xx",
                engine,
                transfers -> transfers.answersOfAll().errors());
        metrics.counter(
                "longhaul.host.slowed",
                "Requests to remote hosts that were answered with 429 or 503",
                engine,
                transfers -> transfers.answersOfAll().slowed());
        metrics.gauge(
                "longhaul.hosts.closed",
                "Remote hosts that have asked this node to wait, or that rest",
                engine,
                TransferEngine::closedHosts);
        metrics.counter(
                "longhaul.index.lines",
                "Lines of the journal that this node has carried into the index, gaps among them",
                projection,
                JobProjection::lines);
        metrics.gauge(
                "longhaul.index.lag.seconds",
                "How far the index is behind the journal; NaN where another node keeps it",
                projection,
                index -> index.lag().map(lag -> lag.toNanos() / 1e9).orElse(Double.NaN));
    }

    /**
     * A node that is told to end gives its jobs away first, and answers until it has none. One that was put out stops them
     * at once: the others give them to somebody else, and wait no longer than they must.
     */
    private static void endInOrder(ActorSystem<?> system, TransferEngine engine, ClusterNodes nodes) {
        CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
        shutdown.addTask(CoordinatedShutdown.PhaseBeforeServiceUnbind(), "hand-over-jobs", () -> {
            boolean putOut = shutdown.getShutdownReason()
                    .filter(CoordinatedShutdown.clusterDowningReason()::equals)
                    .isPresent();
            if (!putOut) return nodes.handOver(HANDED_OVER_WITHIN);
            LOG.error(
                    "This node is put out of the cluster, by the others or, where it is on the smaller side, stood still,"
                            + " was replaced or alone has lost the database, by itself; it ends with code {}, for its supervisor to start it again",
                    Node.DOWNED);
            engine.stop();
            return CompletableFuture.completedStage(Done.getInstance());
        });
    }

    /** Again and again, and the more seldom the longer it takes. */
    private static void refresh(ClusterMeters meters, BandwidthMeters bandwidth, ActorSystem<?> system, Clock clock) {
        Instant began = clock.instant();
        bandwidth.refresh();
        meters.refresh().whenComplete((done, failure) -> {
            Duration rest = Duration.between(began, clock.instant()).multipliedBy(REFRESH_RESTS_FOR);
            system.scheduler()
                    .scheduleOnce(
                            rest.compareTo(REFRESHED_EVERY) > 0 ? rest : REFRESHED_EVERY,
                            () -> refresh(meters, bandwidth, system, clock),
                            system.executionContext());
        });
    }

    /** Start-up is the one place that waits. */
    private static <T> T await(CompletionStage<T> binding, String key, String host, int port) {
        try {
            return binding.toCompletableFuture().join();
        } catch (CompletionException failed) {
            throw cannotListen(key, host, port, failed);
        }
    }

    /** @param key below which the host and the port are */
    static StartupException cannotListen(String key, String host, int port, Exception failed) {
        // Said as an exception without words
        if (new InetSocketAddress(host, port).isUnresolved())
            return new StartupException(key + ".host is " + host + ", which no address is known for.", failed);
        String reason = BEFORE_REASON.matcher(Sentences.ofInnermost(failed)).replaceFirst("");
        return new StartupException(
                key + ".port is " + port + ", which cannot be listened on at " + host + ": " + reason + ".", failed);
    }

    private static String address(ActorSystem<?> system) {
        var address = Cluster.get(system).selfMember().address();
        return address.getHost().orElse("") + ":" + address.getPort().orElse(0);
    }
}
