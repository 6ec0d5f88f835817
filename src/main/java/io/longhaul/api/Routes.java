package io.longhaul.api;

import static akka.http.javadsl.server.Directives.complete;
import static akka.http.javadsl.server.Directives.handle;
import static akka.http.javadsl.server.Directives.pathPrefixTest;

import akka.actor.CoordinatedShutdown;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.server.ExceptionHandler;
import akka.http.javadsl.server.Rejection;
import akka.http.javadsl.server.RejectionHandler;
import akka.http.javadsl.server.Route;
import io.longhaul.api.json.JobDefaults;
import io.longhaul.entity.Audit;
import io.longhaul.entity.CurrentPolicies;
import io.longhaul.entity.FileStore;
import io.longhaul.entity.Hosts;
import io.longhaul.entity.JobCatalogue;
import io.longhaul.entity.JobCounts;
import io.longhaul.entity.JobFeed;
import io.longhaul.entity.JobHistory;
import io.longhaul.entity.Jobs;
import io.longhaul.entity.Nodes;
import io.longhaul.entity.Notifications;
import io.longhaul.entity.Operations;
import io.longhaul.entity.PolicyStore;
import io.longhaul.entity.Queues;
import io.longhaul.entity.Requests;
import io.longhaul.entity.Secrets;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;

/** Everything below {@code /v1}, as a table of contents. */
public final class Routes {
    private final List<Endpoint> endpoints;
    private final Dispatch dispatch;

    /** What the API stands on. */
    public record Ports(
            Jobs jobs,
            JobCatalogue catalogue,
            JobHistory history,
            Notifications notifications,
            JobFeed feed,
            Requests requests,
            Operations operations,
            Queues queues,
            Hosts hosts,
            FileStore files,
            Secrets secrets,
            Stats stats,
            Nodes nodes,
            Governance governance,
            CallListener calls) {}

    /** What limits the jobs of others, and who set it. */
    public record Governance(CurrentPolicies policies, PolicyStore policyStore, JobCounts jobCounts, Audit audit) {}

    public Routes(
            Ports ports,
            OperationRunner runner,
            Access access,
            ApiSettings settings,
            Clock clock,
            ActorSystem<?> system) {
        Governance governance = ports.governance();
        CurrentPolicies policies = governance.policies();
        PolicyChanges policyChanges = new PolicyChanges(governance.policyStore(), policies);
        JobSecrets secrets = new JobSecrets(ports.secrets());
        JobCalls jobs = new JobCalls(ports.jobs(), new Quotas(policies, governance.jobCounts()), secrets);
        JobDefaults.By defaults = (queue, owner) -> settings.defaults().under(policies.of(queue, owner));
        Idempotency idempotency = new Idempotency(ports.requests());
        Watch watch = new Watch(
                ports.jobs(),
                ports.history(),
                ports.feed(),
                settings.watchBuffer(),
                settings.heartbeat(),
                () -> CoordinatedShutdown.get(system).getShutdownReason().isPresent());
        ShownJobs shown = new ShownJobs(policies);
        endpoints = Stream.of(
                        new JobRoutes(jobs, ports.catalogue(), ports.history(), defaults, shown).endpoints(),
                        new BatchRoutes(jobs, idempotency, defaults, settings).endpoints(),
                        new OperationRoutes(ports.operations(), runner, clock).endpoints(),
                        new SecretRoutes(jobs).endpoints(),
                        new FileRoutes(jobs, defaults, shown).endpoints(),
                        new ContentRoutes(jobs, new FileBytes(ports.files(), system)).endpoints(),
                        new HistoryRoutes(jobs, ports.history(), ports.queues(), policies, ports.hosts()).endpoints(),
                        new NotificationRoutes(jobs, ports.notifications(), clock).endpoints(),
                        new WatchRoutes(jobs, watch).endpoints(),
                        new QueueRoutes(ports.catalogue(), ports.queues(), policyChanges, governance.audit(), system)
                                .endpoints(),
                        new PolicyRoutes(policyChanges, policies).endpoints(),
                        new AuditRoutes(governance.audit()).endpoints(),
                        new OwnerRoutes(ports.queues(), governance.audit()).endpoints(),
                        new StatsRoutes(ports.catalogue(), ports.stats()).endpoints(),
                        new NodeRoutes(ports.nodes(), governance.audit()).endpoints(),
                        new HostRoutes(ports.hosts(), governance.audit(), clock).endpoints(),
                        new DocumentRoutes().endpoints())
                .flatMap(List::stream)
                .toList();
        Bodies bodies = new Bodies(system, settings.requestTimeout(), settings.maxBodyBytes());
        dispatch = new Dispatch(system, endpoints, access, bodies, idempotency, ports.calls());
    }

    /** Takes what is below {@code /v1} and leaves the rest to others. */
    public Route route() {
        return pathPrefixTest("v1", () -> handle(dispatch::handle));
    }

    /** The route with an end: what it and those before it have not taken is a problem too. */
    public static Route sealed(Route route) {
        return route.seal(rejections(), exceptions());
    }

    private static RejectionHandler rejections() {
        return RejectionHandler.newBuilder()
                .handleAll(
                        Rejection.class, some -> complete(Problem.noSuchPath().response()))
                .handleNotFound(complete(Problem.noSuchPath().response()))
                .build();
    }

    private static ExceptionHandler exceptions() {
        return ExceptionHandler.newBuilder()
                .matchAny(failure -> complete(
                        Problem.behind(failure).orElseGet(Problem::failed).response()))
                .build();
    }

    List<Endpoint> endpoints() {
        return endpoints;
    }
}
